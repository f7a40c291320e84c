#include <algorithm>

#include <fmt/format.h>

#include "compose/dotenv.h"
#include "compose/merge.h"
#include "compose/tree_loader.h"

namespace gatehouse::compose {

using format::YamlNode;

namespace {

// One text or a list of them.
std::vector<const YamlNode*> texts_of(const YamlNode* node) {
  std::vector<const YamlNode*> texts;
  if (node == nullptr) return texts;
  if (node->is_scalar()) texts.push_back(node);
  for (const auto& item : node->items) texts.push_back(&item);
  return texts;
}

}  // namespace

// What is included comes first; the including file is merged over it.
void TreeLoader::apply_includes(YamlNode& document, const FileContext& file) {
  const auto* found = document.find("include");
  if (found == nullptr || problems_.any_errors()) return;
  const YamlNode includes = *found;
  document.erase("include");
  if (includes.tag == "!reset") return;
  auto included = YamlNode::mapping();
  for (const auto& entry : includes.items) include_entry(included, entry, file);
  if (problems_.any_errors()) return;
  merge_file(included, std::move(document), problems_);
  document = std::move(included);
}

void TreeLoader::include_entry(YamlNode& included, const YamlNode& entry, const FileContext& file) {
  const auto paths = texts_of(entry.is_mapping() ? entry.find("path") : &entry);
  if (paths.empty()) {
    problems_.error(entry.at, "this include has no path");
    return;
  }
  const auto resolve = [&](const YamlNode& path) { return (file.directory / path.text).lexically_normal(); };
  const auto* directory_node = entry.find("project_directory");
  auto directory = directory_node == nullptr ? resolve(*paths.front()).parent_path() : resolve(*directory_node);
  const auto environment = include_environment(entry, file, directory);
  auto tree = YamlNode::mapping();
  for (const auto* path : paths) {
    const FileContext context{(std::filesystem::path(file.name).parent_path() / path->text).lexically_normal().string(),
                              resolve(*path), directory, environment};
    if (std::ranges::count(including_, context.path) > 0) {
      problems_.error(path->at, fmt::format("{} includes itself, through the files between", context.name));
      return;
    }
    load_over(tree, context, path->at);
  }
  tree.erase("name");
  merge_file(included, std::move(tree), problems_);
}

// What the including file sees, then the entry's env_file, or the .env of the included project's folder.
std::shared_ptr<const Environment> TreeLoader::include_environment(const YamlNode& entry, const FileContext& file,
                                                                   const std::filesystem::path& project_directory) {
  struct EnvFileAt {
    std::filesystem::path path;
    Position at;
    bool required;
  };
  std::vector<EnvFileAt> paths;
  const auto* given = entry.find("env_file");
  for (const auto* node : texts_of(given)) {
    if (node->text != "/dev/null") paths.push_back({file.directory / node->text, node->at, true});
  }
  if (given == nullptr) paths.push_back({project_directory / ".env", entry.at, false});
  Environment from_files;
  const auto lookup = lookup_in({file.environment.get()});
  for (const auto& [path, at, required] : paths) {
    const auto text = read_file_(path);
    if (!text && !required && text.error().code == base::ErrorCode::kNotFound) continue;
    auto dotenv = text ? parse_dotenv(*text, path.string(), lookup, from_files) : base::fail(text.error());
    if (!dotenv) {
      problems_.error(at, dotenv.error().message);
      continue;
    }
    for (auto& [name, value] : dotenv->values) from_files.insert_or_assign(name, std::move(value));
  }
  auto environment = std::make_shared<Environment>(*file.environment);
  environment->merge(from_files);
  return environment;
}

}  // namespace gatehouse::compose
