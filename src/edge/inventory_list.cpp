// The lists of the inventory: searched, sorted, page by page, as Traefik's API has it.
#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "edge/inventory.h"
#include "edge/runtime.h"
#include "format/json.h"

namespace gatehouse::edge {

using format::JsonWriter;

namespace {

bool contains_ignoring_case(std::string_view text, std::string_view part) {
  return base::to_lower(text).find(base::to_lower(part)) != std::string::npos;
}

// Numbers as texts that sort as they do, below 0 as well.
std::string sortable(std::int64_t number) {
  return fmt::format("{:020}", static_cast<std::uint64_t>(number) ^ (std::uint64_t{1} << 63));
}

}  // namespace

bool Inventory::keeps(Section section, std::string_view name, const Filter& filter) const {
  const std::string key(name);
  if (!filter.status.empty() && !base::iequals(filter.status, status_of(section, key))) return false;
  if (section != Section::kRouters) return contains_ignoring_case(name, filter.search);
  const auto& router = routers_.at(key);
  const auto& uses = router.middlewares;
  return (contains_ignoring_case(name, filter.search) || contains_ignoring_case(router.rule, filter.search)) &&
         (filter.service.empty() || filter.service == router.service) &&
         (filter.middleware.empty() || std::ranges::find(uses, filter.middleware) != uses.end());
}

// Empty for what cannot be sorted by: the name decides then.
std::string Inventory::sort_key(Section section, const std::string& name, std::string_view by) const {
  if (by == "provider") return name.substr(name.rfind('@') + 1);
  if (by == "status") return std::string(status_of(section, name));
  if (section == Section::kRouters) {
    const auto& router = routers_.at(name);
    if (by == "priority") return sortable(router.priority);
    if (by == "rule") return router.rule;
    if (by == "service") return router.service;
    if (by == "entryPoints") return sortable(std::ssize(router.entry_points));
  }
  if (by == "type") return type_name(section, name);
  if (by == "servers" && section == Section::kServices) {
    const auto& service = services_.at(name);
    return sortable(service.load_balancer ? std::ssize(service.load_balancer->servers) : 0);
  }
  return {};
}

std::optional<Inventory::Range> Inventory::page_of(std::size_t count, const Filter& filter) {
  if (filter.page == 0 || filter.per_page == 0) return std::nullopt;
  const auto pages = std::max<std::size_t>((count + filter.per_page - 1) / filter.per_page, 1);
  if (filter.page > pages) return std::nullopt;
  const auto begin = (filter.page - 1) * filter.per_page;
  return Range{.begin = begin,
               .end = std::min(count, begin + filter.per_page),
               .next = filter.page == pages ? 1 : filter.page + 1};
}

std::optional<Inventory::Page> Inventory::list(Section section, const Filter& filter) const {
  std::vector<std::pair<std::string, std::string>> all;  // key and name
  for (auto& name : names(section)) {
    if (!keeps(section, name, filter)) continue;
    auto key = sort_key(section, name, filter.sort_by);
    all.emplace_back(std::move(key), std::move(name));
  }
  std::ranges::sort(all);
  if (filter.descending) std::ranges::reverse(all);
  const auto page = page_of(all.size(), filter);
  if (!page) return std::nullopt;
  const auto users = used_by(section);
  JsonWriter writer;
  writer.begin_array();
  for (auto i = page->begin; i < page->end; ++i) write(writer, section, all[i].second, users, true);
  writer.end_array();
  return Page{.json = writer.take() + "\n", .next = page->next};
}

}  // namespace gatehouse::edge
