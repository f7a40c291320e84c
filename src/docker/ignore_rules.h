// .dockerignore: which files of a build's folder stay behind. Patterns are Go's filepath.Match with ** for any number
// of folders; a later line wins, "!" takes a file back in (moby/patternmatcher). A value; pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::docker {

class IgnoreRules {
 public:
  static IgnoreRules parse(std::string_view text);

  // `path` is relative to the folder, with '/'. A file in an ignored folder is ignored.
  [[nodiscard]] bool ignores(std::string_view path) const;
  // No line takes anything back in: an ignored folder need not be looked into.
  [[nodiscard]] bool has_exceptions() const { return has_exceptions_; }

 private:
  struct Pattern {
    std::vector<std::string> parts;
    bool takes_back = false;
  };
  static bool matches(const Pattern& pattern, const std::vector<std::string_view>& path);

  std::vector<Pattern> patterns_;
  bool has_exceptions_ = false;
};

// One part of a path against one of a pattern: * ? [a-z] [^x] and \ before what means itself.
bool matches_part(std::string_view pattern, std::string_view part);

}  // namespace gatehouse::docker
