#include "compose/tree_loader.h"

#include <algorithm>

#include <fmt/format.h>

#include "compose/merge.h"
#include "compose/schema.h"
#include "compose/tree_variables.h"

namespace gatehouse::compose {

using format::YamlNode;

std::vector<YamlNode> TreeLoader::read_documents(const FileContext& file, Position from) {
  if (++files_read_ > kFilesMax) {
    problems_.error(from, fmt::format("more than {} files are included and extended", kFilesMax));
    return {};
  }
  const auto text = read_file_(file.path);
  if (!text) {
    if (from.line == 0) {
      problems_.error(text.error());
    } else {
      problems_.error(from, text.error().message);
    }
    return {};
  }
  const auto source = sources_.add({file.name, file.path, file.directory, file.environment});
  auto documents =
      format::parse_yaml_documents(*text, {.file = file.name, .source = source, .bytes_max = kComposeFileBytesMax});
  if (!documents) {
    problems_.error(documents.error());
    return {};
  }
  const auto lookup = lookup_in({file.environment.get()});
  for (const auto& document : *documents) collect_tree_variables(document, lookup, variables_);
  return *std::move(documents);
}

std::vector<YamlNode> TreeLoader::read_interpolated(const FileContext& file, Position from) {
  auto documents = read_documents(file, from);
  const auto lookup = lookup_in({file.environment.get()});
  for (auto& document : documents) interpolate_tree(document, lookup, problems_);
  if (problems_.any_errors()) return {};
  return documents;
}

std::vector<YamlNode> TreeLoader::read_checked(const FileContext& file, Position from) {
  auto documents = read_interpolated(file, from);
  const bool is_empty = std::ranges::all_of(documents, &YamlNode::is_null);
  if (is_empty && !problems_.any_errors()) {
    problems_.error(from, fmt::format("{}: the file is empty; a compose file has at least 'services:'", file.name));
  }
  std::erase_if(documents, &YamlNode::is_null);  // "---" at an end
  for (const auto& document : documents) check_schema(document, problems_);
  if (problems_.any_errors()) return {};
  for (auto& document : documents) {
    const auto* version = document.find("version");
    if (version != nullptr) problems_.warn(version->at, "'version' is obsolete and has no effect; remove it");
    document.erase("version");
  }
  return documents;
}

void TreeLoader::load_over(YamlNode& tree, const FileContext& file, Position from) {
  if (including_.size() > kNestingMax) {
    problems_.error(from, fmt::format("{}: included more than {} levels deep", file.name, kNestingMax));
    return;
  }
  including_.push_back(file.path);
  for (auto& document : read_checked(file, from)) {
    apply_extends(document, file);
    apply_includes(document, file);
    merge_file(tree, std::move(document), problems_);
  }
  including_.pop_back();
}

}  // namespace gatehouse::compose
