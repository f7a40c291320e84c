#include "compose/workspace.h"

#include <algorithm>
#include <array>
#include <span>

#include <fmt/format.h>

#include "base/text.h"
#include "compose/dotenv.h"

namespace gatehouse::compose {

namespace fs = std::filesystem;

namespace {

constexpr std::array<std::string_view, 4> kFileNames = {"compose.yaml", "compose.yml", "docker-compose.yml",
                                                        "docker-compose.yaml"};
constexpr std::array<std::string_view, 4> kOverrideNames = {
    "compose.override.yml", "compose.override.yaml", "docker-compose.override.yml", "docker-compose.override.yaml"};

std::string value_of(const Environment& environment, std::string_view name) {
  const auto found = environment.find(name);
  return found == environment.end() ? std::string() : found->second;
}

fs::path normal_absolute(const fs::path& path) {
  auto normal = fs::absolute(path).lexically_normal();
  return normal.has_filename() || normal == normal.root_path() ? normal : normal.parent_path();
}

// The shell's variables win over the files', later files over earlier ones.
base::Result<void> read_env_files(const LoadOptions& options, Workspace& workspace) {
  const bool are_given = !options.env_files.empty();
  std::vector<fs::path> paths = options.env_files;
  if (!are_given) paths.push_back((options.directory / ".env").lexically_normal());
  Environment from_files;
  for (const auto& path : paths) {
    const auto text = options.read_file(path);
    if (!text && !are_given && text.error().code == base::ErrorCode::kNotFound) continue;
    if (!text) return base::fail(text.error());
    BASE_TRY(auto dotenv, parse_dotenv(*text, path.string(), lookup_in({&options.environment}), from_files));
    for (const auto& unset : dotenv.unset) {
      workspace.warnings.push_back(
          fmt::format("{}:{}: the variable {} is not set and becomes empty", path.string(), unset.line, unset.name));
    }
    for (auto& [name, value] : dotenv.values) from_files.insert_or_assign(name, std::move(value));
    workspace.env_files.push_back(normal_absolute(path));
  }
  workspace.environment = options.environment;
  workspace.environment.merge(from_files);
  return {};
}

// The first of the names that the folder has.
std::optional<Workspace::File> find_file(const LoadOptions& options, std::span<const std::string_view> names,
                                         Workspace& workspace) {
  std::optional<Workspace::File> found;
  for (const auto name : names) {
    const auto path = (options.directory / name).lexically_normal();
    const auto text = options.read_file(path);
    if (!text && text.error().code == base::ErrorCode::kNotFound) continue;
    if (found) {
      workspace.warnings.push_back(
          fmt::format("{} is used, {} is not: remove one of them", found->name, path.string()));
    } else {
      found = {path.string(), normal_absolute(path)};
    }
  }
  return found;
}

base::Result<void> find_files(const LoadOptions& options, Workspace& workspace) {
  for (const auto& path : options.files) workspace.files.push_back({path.string(), normal_absolute(path)});
  const auto listed = value_of(workspace.environment, "COMPOSE_FILE");
  if (workspace.files.empty() && !listed.empty()) {
    const auto separator = value_of(workspace.environment, "COMPOSE_PATH_SEPARATOR");
    for (const auto& name : base::split_list(listed, separator.size() == 1 ? separator[0] : ':')) {
      const auto path = options.directory / name;
      workspace.files.push_back({path.string(), normal_absolute(path)});
    }
  }
  if (!workspace.files.empty()) return {};
  auto main = find_file(options, kFileNames, workspace);
  if (!main) {
    return base::fail(
        base::ErrorCode::kNotFound, base::Fault::kOperator,
        fmt::format("{}: no compose file here; expected {}", options.directory.string(), fmt::join(kFileNames, ", ")));
  }
  workspace.files.push_back(*std::move(main));
  if (auto over = find_file(options, kOverrideNames, workspace)) workspace.files.push_back(*std::move(over));
  return {};
}

}  // namespace

base::Result<Workspace> open_workspace(const LoadOptions& given) {
  LoadOptions options = given;
  if (options.directory.empty() && !options.files.empty()) options.directory = options.files.front().parent_path();
  if (options.directory.empty()) options.directory = ".";
  Workspace workspace;
  workspace.directory = normal_absolute(options.directory);
  BASE_CHECK(read_env_files(options, workspace));
  BASE_CHECK(find_files(options, workspace));
  return workspace;
}

std::string normal_project_name(std::string_view name) {
  std::string result;
  for (const char c : base::to_lower(name)) {
    const bool fits = base::is_alnum(c) || (!result.empty() && (c == '_' || c == '-'));
    if (fits) result += c;
  }
  return result;
}

base::Result<std::string> choose_project_name(const LoadOptions& options, const Workspace& workspace,
                                              std::string_view from_files) {
  const auto& given = options.project_name;
  auto chosen = given.empty() ? value_of(workspace.environment, "COMPOSE_PROJECT_NAME") : given;
  if (!chosen.empty()) {
    if (normal_project_name(chosen) == chosen) return chosen;
    return base::fail(
        base::ErrorCode::kInvalid, base::Fault::kOperator,
        fmt::format("the project name '{}' takes lower-case letters, digits, '-' and '_' only, and starts "
                    "with a letter or digit",
                    chosen));
  }
  if (auto name = normal_project_name(from_files); !name.empty()) return name;
  if (auto name = normal_project_name(workspace.directory.filename().string()); !name.empty()) return name;
  return base::fail(base::ErrorCode::kInvalid, base::Fault::kOperator,
                    fmt::format("{}: no project name can be made of the folder's; set 'name:' in the compose file",
                                workspace.directory.string()));
}

}  // namespace gatehouse::compose
