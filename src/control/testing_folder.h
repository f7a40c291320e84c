// A folder of a test's own, gone with it. For tests only.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>

namespace gatehouse::control {

class TestingFolder {
 public:
  TestingFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "gatehouse-XXXXXX").string();
    path_ = ::mkdtemp(name.data());
  }
  ~TestingFolder() { std::filesystem::remove_all(path_); }
  TestingFolder(const TestingFolder&) = delete;
  TestingFolder& operator=(const TestingFolder&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace gatehouse::control
