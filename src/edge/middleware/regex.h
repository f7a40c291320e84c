// Regex: a regular expression of a middleware that also takes texts apart and puts others in their place, as Go's
// regexp package does it: RE2, "$1", "${name}" and "$$" in replacements. Immutable, shared by the workers.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace re2 {
class RE2;
}

namespace gatehouse::edge {

class Regex {
 public:
  // What stands in for a match: parts of text and groups in turn.
  class Replacement {
    friend class Regex;
    struct Part {
      std::string text;
      int group = -1;  // -1: the text
    };
    std::vector<Part> parts_;
  };

  // kInvalid, the operator's, with the option and the reason.
  static base::Result<Regex> compile(std::string_view option, std::string_view pattern);

  Regex(Regex&&) noexcept;
  Regex& operator=(Regex&&) noexcept;
  ~Regex();

  // A name that is no group stands for nothing, as in Go.
  [[nodiscard]] Replacement parse_replacement(std::string_view text) const;

  // The length of the leftmost match if it is where the text begins.
  [[nodiscard]] std::optional<std::size_t> match_at_start(std::string_view text) const;
  // nullopt when nothing matches.
  [[nodiscard]] std::optional<std::string> replace_all(std::string_view text, const Replacement& replacement) const;

 private:
  explicit Regex(std::unique_ptr<const re2::RE2> expression);
  [[nodiscard]] int group_of(std::string_view name) const;

  std::unique_ptr<const re2::RE2> expression_;
};

}  // namespace gatehouse::edge
