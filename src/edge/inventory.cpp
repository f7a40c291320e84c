#include "edge/inventory.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <iterator>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "base/text.h"
#include "edge/backends/origin.h"
#include "edge/backends/server_statuses.h"
#include "edge/runtime.h"
#include "format/json.h"
#include "model/json.h"

namespace gatehouse::edge {

using format::JsonWriter;

namespace {

constexpr std::string_view kEnabled = "enabled";
constexpr std::string_view kDisabled = "disabled";
constexpr std::string_view kHidden = "***";
constexpr std::string_view kWarning = "warning";

// As problems name it.
std::string object_of(Inventory::Section section, std::string_view name) {
  switch (section) {
    case Inventory::Section::kRouters:
      return fmt::format("router {}", name);
    case Inventory::Section::kServices:
      return fmt::format("service {}", name);
    case Inventory::Section::kMiddlewares:
      return fmt::format("middleware {}", name);
  }
  return std::string(name);
}

std::string_view provider_of(std::string_view name) {
  const auto at = name.rfind('@');
  return at == std::string_view::npos ? std::string_view() : name.substr(at + 1);
}

bool contains_ignoring_case(std::string_view text, std::string_view part) {
  return base::to_lower(text).find(base::to_lower(part)) != std::string::npos;
}

bool names_a_credential(std::string_view field) {
  constexpr std::array<std::string_view, 7> kWords = {"authorization", "cookie", "token",     "secret",
                                                      "password",      "key",    "credential"};
  return std::ranges::any_of(kWords, [&](auto word) { return contains_ignoring_case(field, word); });
}

model::Middleware without_secrets(model::Middleware middleware) {
  if (middleware.headers) {
    for (auto* fields : {&middleware.headers->custom_request_headers, &middleware.headers->custom_response_headers}) {
      for (auto& [name, value] : *fields) {
        if (!value.empty() && names_a_credential(name)) value = kHidden;
      }
    }
  }
  for (auto& [name, options] : middleware.plugin) options.json = "{}";
  return middleware;
}

model::HttpService without_secrets(model::HttpService service) {
  if (service.load_balancer) {
    for (auto& server : service.load_balancer->servers) server.url = shown_url(server.url);
  }
  return service;
}

// The only member of the object, in lower case, as the API names types.
template <class T>
std::string type_of(const T& value) {
  JsonWriter writer;
  writer.begin_object();
  model::write_api(writer, value);
  writer.end_object();
  const auto text = writer.take();
  const auto begin = text.find('"');
  if (begin == std::string::npos) return {};
  return base::to_lower(std::string_view(text).substr(begin + 1, text.find('"', begin + 1) - begin - 1));
}

template <class Strings>
void write_list(JsonWriter& writer, std::string_view key, const Strings& strings) {
  if (strings.empty()) return;
  writer.key(key).begin_array();
  for (const auto& text : strings) writer.string(text);
  writer.end_array();
}

struct Counts {
  std::size_t total = 0;
  std::size_t warnings = 0;
  std::size_t errors = 0;
};

void write_counts(JsonWriter& writer, const Counts& counts) {
  writer.begin_object().key("total").unsigned_integer(counts.total);
  writer.key("warnings").unsigned_integer(counts.warnings);
  writer.key("errors").unsigned_integer(counts.errors).end_object();
}

std::string finished(JsonWriter& writer) { return writer.take() + "\n"; }

}  // namespace

Inventory::Inventory(const model::Snapshot& snapshot, const std::vector<Problem>& problems, ProgramFacts program,
                     std::shared_ptr<const ServerStatuses> statuses)
    : program_(std::move(program)),
      api_(snapshot.api),
      has_access_log_(snapshot.access_log.has_value()),
      has_tracing_(snapshot.tracing.has_value()),
      has_metrics_(snapshot.metrics && snapshot.metrics->prometheus),
      entry_points_(snapshot.entry_points),
      services_(snapshot.services),
      middlewares_(snapshot.middlewares),
      statuses_(std::move(statuses)) {
  const auto add_router = [this](const model::SnapshotRouter& router) {
    const auto [known, is_new] = routers_.emplace(router.name, router);
    if (!is_new) std::ranges::copy(router.entry_points, std::back_inserter(known->second.entry_points));
    if (provider_of(router.service) == "internal") services_.try_emplace(router.service);
  };
  for (const auto& router : snapshot.routers) add_router(router);
  for (const auto& router : snapshot.refused.routers) {
    if (!routers_.contains(router.name)) disabled_.insert(object_of(Section::kRouters, router.name));
    add_router(router);
  }
  for (const auto& [name, service] : snapshot.refused.services) {
    if (services_.emplace(name, service).second) disabled_.insert(object_of(Section::kServices, name));
  }
  for (const auto& [name, middleware] : snapshot.refused.middlewares) {
    if (middlewares_.emplace(name, middleware).second) disabled_.insert(object_of(Section::kMiddlewares, name));
  }
  for (const auto& issue : snapshot.refused.issues) issues_[issue.object].push_back(issue.message);
  for (const auto& problem : problems) {
    issues_[problem.object].push_back(problem.message);
    disabled_.insert(problem.object);
  }
}

Inventory::UsedBy Inventory::used_by(Section section) const {
  UsedBy users;
  for (const auto& [name, router] : routers_) {
    if (section == Section::kServices) users[router.service].insert(name);
    if (section != Section::kMiddlewares) continue;
    for (const auto& middleware : router.middlewares) users[middleware].insert(name);
  }
  return users;
}

std::string_view Inventory::status_of(Section section, const std::string& name) const {
  const auto object = object_of(section, name);
  if (disabled_.contains(object)) return kDisabled;
  return issues_.contains(object) ? kWarning : kEnabled;
}

std::vector<std::string> Inventory::errors_of(Section section, const std::string& name) const {
  const auto found = issues_.find(object_of(section, name));
  return found == issues_.end() ? std::vector<std::string>() : found->second;
}

void Inventory::write_state(JsonWriter& writer, Section section, const std::string& name) const {
  write_list(writer, "error", errors_of(section, name));
  writer.key("status").string(status_of(section, name));
}

std::vector<std::string> Inventory::names(Section section) const {
  std::vector<std::string> all;
  const auto add = [&all](const auto& map) {
    for (const auto& [name, value] : map) all.push_back(name);
  };
  if (section == Section::kRouters) add(routers_);
  if (section == Section::kServices) add(services_);
  if (section == Section::kMiddlewares) add(middlewares_);
  return all;
}

void Inventory::write_router(JsonWriter& writer, const model::SnapshotRouter& router) const {
  write_list(writer, "entryPoints", router.entry_points);
  write_list(writer, "middlewares", router.middlewares);
  writer.key("service").string(router.service).key("rule").string(router.rule);
  writer.key("ruleSyntax").string(router.rule_syntax).key("priority").integer(router.priority);
  writer.key("priorityStr").string(std::to_string(router.priority));  // beyond what JavaScript's numbers hold
  if (router.tls) {
    writer.key("tls").begin_object();
    writer.key("options").string(router.tls_options.empty() ? "default" : router.tls_options).end_object();
  }
  writer.key("observability").begin_object();
  writer.key("accessLogs").boolean(router.access_logs).key("metrics").boolean(router.metrics);
  writer.key("tracing").boolean(router.tracing).end_object();
  write_state(writer, Section::kRouters, router.name);
  write_list(writer, "using", router.entry_points);
}

void Inventory::write_service(JsonWriter& writer, const std::string& name, const UsedBy& users, bool named) const {
  const auto service = without_secrets(services_.at(name));
  model::write_api(writer, service);
  write_state(writer, Section::kServices, name);
  if (const auto found = users.find(name); found != users.end()) write_list(writer, "usedBy", found->second);
  if (service.load_balancer && !service.load_balancer->servers.empty()) {
    writer.key("serverStatus").begin_object();
    const auto now = async::Instant::clock::now();
    for (const auto& server : service.load_balancer->servers) {
      const bool is_up = !statuses_ || statuses_->is_up(name, server.url, now);
      writer.key(server.url).string(is_up ? "UP" : "DOWN");
    }
    writer.end_object();
  }
  if (const auto type = named ? type_of(service) : std::string(); !type.empty()) writer.key("type").string(type);
}

void Inventory::write_middleware(JsonWriter& writer, const std::string& name, const UsedBy& users, bool named) const {
  const auto middleware = without_secrets(middlewares_.at(name));
  model::write_api(writer, middleware);
  write_state(writer, Section::kMiddlewares, name);
  if (const auto found = users.find(name); found != users.end()) write_list(writer, "usedBy", found->second);
  if (named) writer.key("type").string(type_of(middleware));
}

void Inventory::write(JsonWriter& writer, Section section, const std::string& name, const UsedBy& users,
                      bool named) const {
  writer.begin_object();
  if (section == Section::kRouters) write_router(writer, routers_.at(name));
  if (section == Section::kServices) write_service(writer, name, users, named);
  if (section == Section::kMiddlewares) write_middleware(writer, name, users, named);
  if (named) writer.key("name").string(name).key("provider").string(provider_of(name));
  writer.end_object();
}

void Inventory::write_section(JsonWriter& writer, Section section) const {
  const auto users = used_by(section);
  writer.begin_object();
  for (const auto& name : names(section)) {
    writer.key(name);
    write(writer, section, name, users, false);
  }
  writer.end_object();
}

std::shared_ptr<const std::string> Inventory::raw_data() const {
  if (auto written = raw_data_.load()) return written;
  JsonWriter writer;
  writer.begin_object();
  writer.key("routers");
  write_section(writer, Section::kRouters);
  writer.key("middlewares");
  write_section(writer, Section::kMiddlewares);
  writer.key("services");
  write_section(writer, Section::kServices);
  writer.end_object();
  auto written = std::make_shared<const std::string>(finished(writer));
  if (!statuses_ || !statuses_->vary()) raw_data_.store(written);
  return written;
}

void Inventory::write_counts_of(JsonWriter& writer, Section section) const {
  Counts counts;
  for (const auto& name : names(section)) {
    const auto status = status_of(section, name);
    ++counts.total;
    if (status == kWarning) ++counts.warnings;
    if (status == kDisabled) ++counts.errors;
  }
  write_counts(writer, counts);
}

std::string Inventory::overview() const {
  JsonWriter writer;
  writer.begin_object().key("http").begin_object();
  writer.key("routers");
  write_counts_of(writer, Section::kRouters);
  writer.key("services");
  write_counts_of(writer, Section::kServices);
  writer.key("middlewares");
  write_counts_of(writer, Section::kMiddlewares);
  writer.end_object();
  for (const auto* protocol : {"tcp", "udp"}) {
    writer.key(protocol).begin_object();
    for (const auto* kind : {"routers", "services", "middlewares"}) {
      if (protocol == std::string_view("udp") && kind == std::string_view("middlewares")) continue;
      writer.key(kind);
      write_counts(writer, {});
    }
    writer.end_object();
  }
  writer.key("features").begin_object();
  writer.key("tracing").string(has_tracing_ ? "OTLP" : "").key("metrics").string(has_metrics_ ? "Prometheus" : "");
  writer.key("accessLog").boolean(has_access_log_).end_object();
  std::set<std::string> providers;
  for (const auto& [name, router] : routers_) {
    std::string provider(provider_of(name));
    if (provider.empty() || provider == "internal") continue;
    provider[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(provider[0])));
    providers.insert(std::move(provider));
  }
  write_list(writer, "providers", providers);
  writer.end_object();
  return finished(writer);
}

std::string Inventory::version() const {
  JsonWriter writer;
  writer.begin_object();
  writer.key("Version").string(program_.version).key("Codename").string("gatehouse");
  const auto second = std::chrono::floor<std::chrono::seconds>(program_.started);
  writer.key("startDate").string(fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(second)));
  if (api_ && !api_->dashboard_name.empty()) writer.key("dashboardName").string(api_->dashboard_name);
  writer.end_object();
  return finished(writer);
}

std::string Inventory::entry_points() const {
  JsonWriter writer;
  writer.begin_array();
  for (const auto& [name, entry_point] : entry_points_) {
    writer.begin_object();
    model::write_api(writer, entry_point);
    writer.key("name").string(name).end_object();
  }
  writer.end_array();
  return finished(writer);
}

std::optional<std::string> Inventory::entry_point(const std::string& name) const {
  const auto found = entry_points_.find(name);
  if (found == entry_points_.end()) return std::nullopt;
  JsonWriter writer;
  writer.begin_object();
  model::write_api(writer, found->second);
  writer.key("name").string(name).end_object();
  return finished(writer);
}

std::string Inventory::type_name(Section section, const std::string& name) const {
  if (section == Section::kServices) return type_of(services_.at(name));
  return section == Section::kMiddlewares ? type_of(middlewares_.at(name)) : std::string();
}

std::string Inventory::issues() const {
  JsonWriter writer;
  writer.begin_array();
  for (const auto& [object, messages] : issues_) {
    for (const auto& message : messages) {
      writer.begin_object().key("object").string(object).key("message").string(message).end_object();
    }
  }
  writer.end_array();
  return finished(writer);
}

std::optional<std::string> Inventory::find(Section section, const std::string& name) const {
  const auto all = names(section);
  if (std::ranges::find(all, name) == all.end()) return std::nullopt;
  JsonWriter writer;
  write(writer, section, name, used_by(section), true);
  return finished(writer);
}

}  // namespace gatehouse::edge
