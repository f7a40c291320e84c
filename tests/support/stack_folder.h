// A folder for tests that goes with the value, and what is needed to open the stack in it. Header-only.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include "../../src/compose/load.h"

namespace gatehouse::tests {

class StackFolder {
 public:
  StackFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "gatehouse-stack-XXXXXX").string();
    path_ = ::mkdtemp(pattern.data());
  }
  explicit StackFolder(std::string_view compose) : StackFolder() { write("docker-compose.yml", compose); }
  ~StackFolder() { std::filesystem::remove_all(path_); }
  StackFolder(const StackFolder&) = delete;
  StackFolder& operator=(const StackFolder&) = delete;

  void write(const std::string& name, std::string_view text) const {
    std::filesystem::create_directories((path_ / name).parent_path());
    std::ofstream(path_ / name) << text;
  }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] compose::LoadOptions options(std::string project = "shop") const {
    compose::LoadOptions options;
    options.directory = path_;
    options.project_name = std::move(project);
    return options;
  }
  // A message without the folder's own name.
  [[nodiscard]] std::string relative(std::string text) const {
    const auto prefix = path_.string() + "/";
    for (auto at = text.find(prefix); at != std::string::npos; at = text.find(prefix)) text.erase(at, prefix.size());
    return text;
  }

 private:
  std::filesystem::path path_;
};

}  // namespace gatehouse::tests
