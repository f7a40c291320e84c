#include "deploy/tree.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/text.h"
#include "deploy/check.h"

namespace gatehouse::deploy {

namespace fs = std::filesystem;

using base::ErrorCode;
using base::fail;
using base::Fault;
using base::Result;

namespace {

constexpr std::array<std::string_view, 4> kComposeFiles = {"compose.yaml", "compose.yml", "docker-compose.yml",
                                                           "docker-compose.yaml"};

void find_below(const fs::path& folder, int depth, std::vector<fs::path>& found) {
  if (holds_compose_file(folder)) {
    found.push_back(folder);
    return;
  }
  if (depth == 0) return;
  std::vector<fs::path> folders;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    if (entry.is_directory(error) && !entry.path().filename().string().starts_with('.')) folders.push_back(entry);
  }
  std::ranges::sort(folders);
  for (const auto& below : folders) find_below(below, depth - 1, found);
}

}  // namespace

bool holds_compose_file(const fs::path& folder) {
  return std::ranges::any_of(kComposeFiles, [&](std::string_view name) {
    std::error_code error;
    return fs::is_regular_file(folder / name, error);
  });
}

bool is_reverse_proxy(const Stack& stack) {
  return std::ranges::any_of(stack.project.services,
                             [](const auto& item) { return is_traefik_image(item.second.image); });
}

Result<std::vector<fs::path>> find_stacks(const fs::path& folder) {
  std::error_code error;
  if (!fs::is_directory(folder, error)) {
    return fail(
        ErrorCode::kNotFound, Fault::kOperator,
        fmt::format("{} is no folder: name one that holds a docker-compose.yml, or stacks below it", folder.string()));
  }
  std::vector<fs::path> found;
  find_below(folder, kTreeDepthMax, found);
  if (!found.empty()) return found;
  return fail(ErrorCode::kNotFound, Fault::kOperator,
              fmt::format("there is no compose file in {}, nor in the folders below it: looked for {}", folder.string(),
                          "compose.yaml, compose.yml, docker-compose.yml and docker-compose.yaml"));
}

Result<std::vector<Stack>> open_stacks(const std::vector<fs::path>& folders, const compose::LoadOptions& options) {
  std::vector<Stack> stacks;
  std::vector<std::string> errors;
  for (const auto& folder : folders) {
    auto own = options;
    own.directory = folder;
    auto stack = open_stack(own);
    if (stack) {
      stacks.push_back(*std::move(stack));
    } else {
      errors.push_back(stack.error().detail.empty() ? stack.error().message : stack.error().detail);
    }
  }
  std::ranges::sort(stacks, [](const Stack& a, const Stack& b) {
    if (is_reverse_proxy(a) != is_reverse_proxy(b)) return is_reverse_proxy(a);
    return a.directory < b.directory;
  });
  for (auto& error : check_between(stacks)) errors.push_back(std::move(error));
  if (errors.empty()) return stacks;
  base::Error error{ErrorCode::kInvalid, Fault::kOperator, base::Retry::kNo, errors.front(), {}};
  error.message = error.message.substr(0, error.message.find('\n'));
  error.detail = base::join(errors, "\n");
  return fail(std::move(error));
}

std::vector<std::string> check_between(const std::vector<Stack>& stacks) {
  std::vector<std::string> errors;
  for (std::size_t i = 0; i < stacks.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      const auto& earlier = stacks[j];
      const auto& later = stacks[i];
      if (earlier.name() == later.name()) {
        errors.push_back(fmt::format("the stacks {} and {} have one project name, {}: set `name:` in one of them",
                                     earlier.directory.string(), later.directory.string(), later.name()));
        continue;
      }
      for (const auto& route : later.routes) {
        for (const auto& other : earlier.routes) {
          const auto host = contested_host(route, other);
          if (!host) continue;
          errors.push_back(
              fmt::format("{}: the host {} of router {} is taken: {}: router {} of stack {} answers to "
                          "it; give one of them another host",
                          later.project.locate(route.at), *host, route.router, earlier.project.locate(other.at),
                          other.router, earlier.name()));
        }
      }
    }
  }
  return errors;
}

}  // namespace gatehouse::deploy
