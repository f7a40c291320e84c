#include "discovery/stream_builder.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "discovery/inline_files.h"
#include "discovery/qualified.h"
#include "model/check.h"
#include "model/rule.h"

namespace gatehouse::discovery {

namespace {

constexpr std::string_view kInternalEntryPoint = "traefik";  // routers get it only by name

// Traefik's: whoever says nothing but "all" comes behind those who say something, however short.
std::int64_t priority_of(const model::TcpRouter& router) {
  if (router.priority != 0) return router.priority;
  return router.rule == "HostSNI(`*`)" ? -1 : model::default_rule_priority(router.rule);
}

}  // namespace

StreamBuilder::StreamBuilder(const model::StaticConfig& config, FileContents& files, model::Snapshot& snapshot,
                             Outlet outlet)
    : config_(config), files_(files), snapshot_(snapshot), outlet_(std::move(outlet)) {
  add_transport("default@internal", config.tcp_servers_transport);
}

template <class T>
void StreamBuilder::keep(std::map<std::string, T>& into, const std::string& kind, const std::string& name, T object) {
  if (const auto checked = model::check(object); !checked) {
    outlet_.report(kind + " " + name, checked.error().message);
    broken_[kind + " " + name] = checked.error().message;
  } else {
    into.emplace(name, std::move(object));
  }
}

void StreamBuilder::add_objects(const std::string& provider, const model::DynamicConfig& config) {
  for (const auto& [name, middleware] : config.tcp.middlewares) {
    keep(snapshot_.tcp.middlewares, "tcp middleware", qualify(name, provider), middleware);
  }
  for (const auto& [name, service] : config.tcp.services) {
    keep(snapshot_.tcp.services, "tcp service", qualify(name, provider), qualify(service, provider));
  }
  for (const auto& [name, transport] : config.tcp.servers_transports) {
    add_transport(qualify(name, provider), transport);
  }
  for (const auto& [name, service] : config.udp.services) {
    keep(snapshot_.udp.services, "udp service", qualify(name, provider), qualify(service, provider));
  }
}

void StreamBuilder::add_transport(const std::string& name, model::TcpServersTransport transport) {
  if (const auto read = inline_files(transport, files_); !read) {
    return outlet_.report("tcp serversTransport " + name, read.error().message);
  }
  snapshot_.tcp.servers_transports.emplace(name, std::move(transport));
}

void StreamBuilder::add_routers(const std::string& provider, const model::DynamicConfig& config) {
  for (const auto& [name, router] : config.tcp.routers) add_router(provider, name, router);
  for (const auto& [name, router] : config.udp.routers) add_router(provider, name, router);
}

void StreamBuilder::add_router(const std::string& provider, const std::string& name, const model::TcpRouter& config) {
  model::SnapshotTcpRouter router;
  router.name = qualify(name, provider);
  const std::string object = "tcp router " + router.name;
  router.provider = provider;
  router.rule = config.rule;
  router.rule_syntax = config.rule_syntax.empty() ? config_.core.default_rule_syntax : config.rule_syntax;
  router.priority = priority_of(config);
  router.service = qualify(config.service, provider);
  for (const auto& middleware : config.middlewares) router.middlewares.push_back(qualify(middleware, provider));
  if (const auto checked = model::check(config); !checked) return outlet_.report(object, checked.error().message);
  if (auto missing = find_missing(router); !missing.empty()) return outlet_.report(object, std::move(missing));
  router.entry_points = entry_points_of(object, config.entry_points, false);
  if (router.entry_points.empty()) {
    return outlet_.report(object, "none of its entry points exists: it is not served");
  }
  if (const auto& tls = config.tls) {
    router.tls = true;
    router.passthrough = tls->passthrough;
    router.tls_options =
        tls->options.empty() || tls->options == "default" ? "default" : qualify(tls->options, provider);
    if (router.tls_options != "default" && !snapshot_.tls.options.contains(router.tls_options)) {
      return outlet_.report(object, fmt::format("the TLS options \"{}\" do not exist, or are broken: it is not served "
                                                "with weaker ones",
                                                router.tls_options));
    }
    if (!tls->passthrough) add_certificates(object, router, *tls);
  }
  snapshot_.tcp.routers.push_back(std::move(router));
}

void StreamBuilder::add_router(const std::string& provider, const std::string& name, const model::UdpRouter& config) {
  model::SnapshotUdpRouter router;
  router.name = qualify(name, provider);
  router.provider = provider;
  router.service = qualify(config.service, provider);
  const std::string object = "udp router " + router.name;
  if (router.service.empty()) {
    return outlet_.report(object, "service is missing: name the service that datagrams go to");
  }
  if (!snapshot_.udp.services.contains(router.service)) {
    return outlet_.report(object, describe("udp service", router.service));
  }
  router.entry_points = entry_points_of(object, config.entry_points, true);
  if (router.entry_points.empty()) {
    return outlet_.report(object, "it has no entry point for UDP: declare one with an address like :53/udp");
  }
  snapshot_.udp.routers.push_back(std::move(router));
}

void StreamBuilder::add_certificates(const std::string& object, const model::SnapshotTcpRouter& router,
                                     const model::TcpRouterTls& tls) {
  std::vector<std::string> hosts;
  if (const auto rule = model::parse_tcp_rule(router.rule, model::rule_syntax(router.rule_syntax))) {
    hosts = model::rule_hosts(*rule);
  }
  std::erase_if(hosts, [](const std::string& host) { return host.find('*') != std::string::npos; });
  for (const auto& host : hosts) outlet_.serve_tls_host(host);
  std::vector<std::vector<std::string>> wanted;
  for (const auto& domain : tls.domains) {
    auto& names = wanted.emplace_back(domain.sans);
    names.insert(names.begin(), domain.main);
    for (const auto& name : names) outlet_.serve_tls_host(name);
  }
  if (tls.cert_resolver.empty()) return;
  if (!config_.certificates_resolvers.contains(tls.cert_resolver)) {
    return outlet_.report(object, fmt::format("the certificates resolver \"{}\" does not exist: until it is declared "
                                              "the default certificate is shown",
                                              tls.cert_resolver));
  }
  if (wanted.empty()) {
    for (const auto& host : hosts) wanted.push_back({host});
  }
  for (const auto& names : wanted) outlet_.need_certificate(tls.cert_resolver, names);
}

std::vector<std::string> StreamBuilder::entry_points_of(const std::string& object,
                                                        const std::vector<std::string>& wanted, bool udp) const {
  const auto speaks = [udp](const model::EntryPoint& entry_point) {
    const auto address = model::parse_address(entry_point.address);
    return address && address->udp == udp;
  };
  std::vector<std::string> marked;
  std::vector<std::string> known;
  for (const auto& [name, entry_point] : config_.entry_points) {
    if (!speaks(entry_point)) continue;
    const bool is_wanted =
        wanted.empty() ? name != kInternalEntryPoint : std::ranges::find(wanted, name) != wanted.end();
    if (is_wanted) known.push_back(name);
    if (entry_point.as_default) marked.push_back(name);
  }
  for (const auto& name : wanted) {
    if (std::ranges::find(known, name) != known.end()) continue;
    const bool exists = config_.entry_points.contains(name);
    outlet_.report(object, exists ? fmt::format("the entry point \"{}\" is for {}", name, udp ? "TCP" : "UDP")
                                  : fmt::format("the entry point \"{}\" does not exist", name));
  }
  return wanted.empty() && !udp && !marked.empty() ? marked : known;
}

std::string StreamBuilder::find_missing(const model::SnapshotTcpRouter& router) const {
  for (const auto& name : router.middlewares) {
    if (!snapshot_.tcp.middlewares.contains(name)) return describe("tcp middleware", name);
  }
  return snapshot_.tcp.services.contains(router.service) ? std::string() : describe("tcp service", router.service);
}

std::string StreamBuilder::describe(const std::string& kind, const std::string& name) const {
  const auto broken = broken_.find(kind + " " + name);
  if (broken == broken_.end()) return fmt::format("the {} \"{}\" does not exist", kind, name);
  return fmt::format("the {} \"{}\" cannot be used: {}", kind, name, broken->second);
}

}  // namespace gatehouse::discovery
