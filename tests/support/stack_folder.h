// A folder with a compose file, for tests. Header-only.
#pragma once

#include <string>
#include <string_view>

#include "compose/load.h"
#include "test_folder.h"

namespace gatehouse::tests {

class StackFolder : public TestFolder {
 public:
  StackFolder() = default;
  explicit StackFolder(std::string_view compose) { write("docker-compose.yml", compose); }

  [[nodiscard]] compose::LoadOptions options(std::string project = "shop") const {
    compose::LoadOptions options;
    options.directory = path();
    options.project_name = std::move(project);
    return options;
  }
};

}  // namespace gatehouse::tests
