// providers.docker.constraints: which containers are looked at, by their labels: Label(`k`,`v`), LabelRegex(`k`,`re`),
// with && || ! and parentheses. Immutable once parsed.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "docker/answer_reader.h"

namespace gatehouse::discovery {

class Constraints {
 public:
  struct Node;

  // An empty text lets every container in. kInvalid says what was expected where.
  static base::Result<Constraints> parse(std::string_view text);
  [[nodiscard]] bool admit(const docker::Labels& labels) const;

 private:
  std::shared_ptr<const Node> root_;
};

}  // namespace gatehouse::discovery
