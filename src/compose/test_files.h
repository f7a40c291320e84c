// A project in memory for tests: files by name, read in place of the disk's.
#pragma once

#include <map>
#include <string>

#include "compose/load.h"

namespace gatehouse::compose {

class TestFiles {
 public:
  // The folder is /p; names are relative to it.
  explicit TestFiles(std::map<std::string, std::string> files) : files_(std::move(files)) {
    options.directory = "/p";
    options.read_file = [this](const std::filesystem::path& path) -> base::Result<std::string> {
      const auto found = files_.find(path.lexically_relative("/p").string());
      if (found != files_.end()) return found->second;
      return base::fail(base::ErrorCode::kNotFound, base::Fault::kOperator,
                        "cannot read " + path.string() + ": No such file or directory");
    };
  }
  TestFiles(const TestFiles&) = delete;
  TestFiles& operator=(const TestFiles&) = delete;

  [[nodiscard]] base::Result<Project> load() const { return compose::load(options); }
  // All of the errors, a line each.
  [[nodiscard]] std::string errors() const {
    const auto project = load();
    if (project) return "no error";
    return project.error().detail.empty() ? project.error().message : project.error().detail;
  }
  [[nodiscard]] std::string warnings() const {
    const auto project = load();
    std::string text;
    if (!project) return "error: " + project.error().message;
    for (const auto& warning : project->warnings) text += project->locate(warning.at) + ": " + warning.text + "\n";
    return text;
  }

  LoadOptions options;

 private:
  std::map<std::string, std::string> files_;
};

}  // namespace gatehouse::compose
