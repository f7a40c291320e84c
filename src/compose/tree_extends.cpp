#include <algorithm>

#include <fmt/format.h>

#include "compose/merge.h"
#include "compose/schema.h"
#include "compose/tree_loader.h"

namespace gatehouse::compose {

using format::YamlNode;

void TreeLoader::apply_extends(YamlNode& document, const FileContext& file) {
  auto* services = document.find("services");
  if (services == nullptr || problems_.any_errors()) return;
  for (std::size_t i = 0; i < services->entries.size(); ++i) {
    const auto name = services->entries[i].key;
    extend_service(*services, name, file);
  }
}

// Replaces the service by its base with itself merged over it, and its base's base before that.
void TreeLoader::extend_service(YamlNode& services, const std::string& name, const FileContext& file) {
  auto* service = services.find(name);
  if (service == nullptr) return;
  const auto identity = fmt::format("{} in {}", name, file.path.string());
  if (std::ranges::count(extending_, identity) > 0 || extending_.size() >= kNestingMax) {
    problems_.error(service->at, fmt::format("services.{} extends itself: {}, which extends {}", name,
                                             fmt::join(extending_, ", which extends "), identity));
    return;
  }
  // Of an extended file only what is used is checked.
  check_service_schema(name, *service, problems_);
  const auto* found = service->find("extends");
  if (found == nullptr || problems_.any_errors()) return;
  const YamlNode extends = *found;
  service->erase("extends");
  if (extends.tag == "!reset") return;

  extending_.push_back(identity);
  const auto* base_node = extends.is_mapping() ? extends.find("service") : &extends;
  const auto* file_node = extends.is_mapping() ? extends.find("file") : nullptr;
  if (file_node != nullptr) {
    extend_from_file(*service, base_node->text, *file_node, file);
  } else {
    extend_service(services, base_node->text, file);
    if (problems_.any_errors()) return;
    if (const auto* base = services.find(base_node->text)) {
      merge_base(*service, *base);
    } else {
      problems_.error(base_node->at, fmt::format("services.{}.extends: there is no service {} in {}", name,
                                                 shown(*base_node), file.name));
    }
  }
  extending_.pop_back();
}

void TreeLoader::merge_base(YamlNode& service, const YamlNode& base) {
  YamlNode merged = base;
  merge_service(merged, std::move(service), problems_);
  service = std::move(merged);
}

void TreeLoader::extend_from_file(YamlNode& service, const std::string& base_name, const YamlNode& file_node,
                                  const FileContext& file) {
  FileContext context = file;
  context.path = (file.directory / file_node.text).lexically_normal();
  context.directory = context.path.parent_path();
  context.name = (std::filesystem::path(file.name).parent_path() / file_node.text).lexically_normal().string();
  // Files that extend each other are read again, each time under its own name, until the cycle is found.
  auto documents = read_interpolated(context, file_node.at);
  for (auto& document : documents) {
    auto* services = document.find("services");
    if (services == nullptr || services->find(base_name) == nullptr) continue;
    extend_service(*services, base_name, context);
    if (!problems_.any_errors()) merge_base(service, *services->find(base_name));
    return;
  }
  if (!problems_.any_errors()) {
    problems_.error(file_node.at, fmt::format("there is no service '{}' in {} to extend", base_name, context.name));
  }
}

}  // namespace gatehouse::compose
