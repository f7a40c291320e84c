// Edition: what is counted under one configuration, and by which names it is told. Made with the configuration
// (subject_book.h), held by its runtime; immutable, any thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "model/observability.h"
#include "observe/tally.h"

namespace gatehouse::observe {

struct Subject {
  enum class Kind : std::uint8_t { kEntryPoint, kRouter, kService };

  Kind kind = Kind::kEntryPoint;
  std::string name;
  std::string service = {};  // that a router leads to

  auto operator<=>(const Subject&) const = default;
};

struct Edition {
  struct Named {
    SubjectId id = kNoSubject;
    Subject subject;
  };

  std::uint64_t number = 0;
  std::vector<Named> subjects;   // by kind and name, and those that have gone since they were last told of
  std::vector<SubjectId> fresh;  // numbers that stood for something else before
  Bounds bounds;
  model::Prometheus prometheus;

  [[nodiscard]] bool has_header_labels() const { return !prometheus.header_labels.empty(); }
};

}  // namespace gatehouse::observe
