// Which file a value came from, and what was found wrong while files were read. Positions in the model carry the index
// of their file, so that a value keeps its folder and its variables through merges, extends and includes.
// Made by load(), kept in the Project. Plain values.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "compose/interpolation.h"
#include "format/yaml.h"

namespace gatehouse::compose {

using Position = format::YamlPosition;

struct Source {
  std::string name;                                // as messages print it: the path as it was given
  std::filesystem::path path;                      // absolute
  std::filesystem::path directory;                 // what relative paths in it are relative to; absolute
  std::shared_ptr<const Environment> environment;  // what variables in it see; never null
};

// Index 0 stands for values that no file holds.
class Sources {
 public:
  Sources();

  std::uint32_t add(Source source);
  [[nodiscard]] const Source& of(Position at) const { return sources_[at.source]; }
  [[nodiscard]] const std::vector<Source>& all() const { return sources_; }
  // "docker-compose.yml:12:7".
  [[nodiscard]] std::string locate(Position at) const { return format::to_string(of(at).name, at); }

 private:
  std::vector<Source> sources_;
};

struct Diagnostic {
  Position at;
  std::string text;  // the object, the cause, the next step; no value that came from a variable
};

// Collects what is wrong, so that an operator sees all of it at once.
class Problems {
 public:
  static constexpr std::size_t kErrorsMax = 100;

  void error(Position at, std::string text);
  void warn(Position at, std::string text);
  // An error whose message names its place already.
  void error(const base::Error& error);
  [[nodiscard]] bool any_errors() const { return !errors_.empty(); }
  std::vector<Diagnostic> take_warnings() { return std::move(warnings_); }
  // The first as message, "file:line:column: what"; all of them, a line each, as detail when there are several.
  // kInvalid with the operator at fault. Call only with any_errors().
  [[nodiscard]] base::Failure failure(const Sources& sources) const;

 private:
  std::vector<Diagnostic> errors_;
  std::vector<Diagnostic> warnings_;
};

// The text of a value for a message, in quotes; "its value" when it came from a variable and may be a secret.
std::string shown(const format::YamlNode& node);

}  // namespace gatehouse::compose
