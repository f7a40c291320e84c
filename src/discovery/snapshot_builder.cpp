#include "discovery/snapshot_builder.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "discovery/host_guard.h"
#include "discovery/inline_files.h"
#include "discovery/qualified.h"
#include "discovery/stream_builder.h"
#include "model/check.h"
#include "model/rule.h"
#include "model/unsupported.h"

namespace gatehouse::discovery {

using base::Result;

namespace {

// For our own routers: above all that users can give. ACME is answered before routing.
constexpr std::int64_t kInternalPriority = INT64_MAX - 1;
constexpr std::string_view kInternalEntryPoint = "traefik";  // routers get it only by name

// providers.precedence as Traefik has it, as far as we have the providers: of equal priority the earlier wins.
std::vector<std::string> in_precedence(const SnapshotInput& input) {
  std::vector<std::string> order = input.static_config.providers.precedence;
  for (const auto* name : {"swarm", "docker", "file"}) order.emplace_back(name);
  std::vector<std::string> result;
  const auto add = [&](const std::string& name) {
    if (input.providers.contains(name) && std::ranges::find(result, name) == result.end()) result.push_back(name);
  };
  for (const auto& name : order) add(name);
  for (const auto& [name, config] : input.providers) add(name);
  return result;
}

class Builder {
 public:
  explicit Builder(const SnapshotInput& input)
      : input_(input), config_(input.static_config), hosts_(input.claims, config_.gatehouse.stacks) {}

  BuiltSnapshot build() {
    auto& snapshot = built_.snapshot;
    snapshot.entry_points = config_.entry_points;
    snapshot.access_log = config_.access_log;
    snapshot.metrics = config_.metrics;
    snapshot.ping = config_.ping;
    snapshot.api = config_.api;
    snapshot.log = config_.log;
    add_tracing();
    add_transport("default@internal", config_.servers_transport);
    const auto providers = in_precedence(input_);
    StreamBuilder streams(config_, input_.files, snapshot, stream_outlet());
    for (const auto& name : providers) {
      add_objects(name, input_.providers.at(name));
      streams.add_objects(name, input_.providers.at(name));
    }
    for (const auto& [name, entry_point] : config_.entry_points) add_redirection(name, entry_point);
    add_own_routers();
    for (const auto& name : providers) reserve_hosts(input_.providers.at(name));
    for (const auto& name : providers) {
      for (const auto& [router, config] : input_.providers.at(name).http.routers) add_router(name, router, config);
      streams.add_routers(name, input_.providers.at(name));
    }
    for (const auto& problem : built_.problems) snapshot.refused.issues.push_back({problem.object, problem.message});
    built_.tls_hosts.assign(tls_hosts_.begin(), tls_hosts_.end());
    built_.certificates.assign(needs_.begin(), needs_.end());
    return std::move(built_);
  }

 private:
  void report(std::string object, std::string message) {
    built_.problems.push_back({std::move(object), std::move(message)});
  }

  // Keeps what is right; what is not is told of, and remembered so that its users can say why they do not work.
  template <class T>
  void keep(std::map<std::string, T>& into, const std::string& kind, const std::string& name, T object) {
    if (const auto checked = model::check(object); !checked) {
      return refuse(kind, name, object, checked.error().message);
    }
    into.emplace(name, std::move(object));
  }

  template <class T>
  void refuse(const std::string& kind, const std::string& name, const T& object, const std::string& message) {
    report(kind + " " + name, message);
    broken_[kind + " " + name] = message;
    auto& refused = built_.snapshot.refused;
    if constexpr (std::is_same_v<T, model::Middleware>) refused.middlewares.emplace(name, object);
    if constexpr (std::is_same_v<T, model::HttpService>) refused.services.emplace(name, object);
  }
  void refuse(model::SnapshotRouter router, std::vector<std::string> entry_points, std::string message) {
    report("router " + router.name, std::move(message));
    router.entry_points = std::move(entry_points);
    built_.snapshot.refused.routers.push_back(std::move(router));
  }

  StreamBuilder::Outlet stream_outlet() {
    return {
        .report = [this](std::string object, std::string message) { report(std::move(object), std::move(message)); },
        .need_certificate = [this](const std::string& resolver,
                                   const std::vector<std::string>& names) { need(resolver, {}, names); },
        .serve_tls_host = [this](const std::string& host) { tls_hosts_.insert(host); }};
  }

  void add_objects(const std::string& provider, const model::DynamicConfig& config) {
    auto& snapshot = built_.snapshot;
    for (const auto& [name, middleware] : config.http.middlewares) {
      auto object = qualify(middleware, provider);
      const auto qualified = qualify(name, provider);
      if (const auto read = inline_files(object, input_.files); !read) {
        refuse("middleware", qualified, object, read.error().message);
        continue;
      }
      keep(snapshot.middlewares, "middleware", qualified, std::move(object));
    }
    for (const auto& [name, service] : config.http.services) {
      keep(snapshot.services, "service", qualify(name, provider), qualify(service, provider));
    }
    for (const auto& [name, transport] : config.http.servers_transports) {
      add_transport(qualify(name, provider), transport);
    }
    add_tls(provider, config.tls);
  }

  void add_transport(const std::string& name, model::ServersTransport transport) {
    if (const auto read = inline_files(transport, input_.files); !read)
      return report("serversTransport " + name, read.error().message);
    keep(built_.snapshot.servers_transports, "serversTransport", name, std::move(transport));
  }

  void add_tracing() {
    if (!config_.tracing) return;
    auto tracing = *config_.tracing;
    auto* tls = tracing.otlp && tracing.otlp->http && tracing.otlp->http->tls ? &*tracing.otlp->http->tls : nullptr;
    if (const auto read = tls == nullptr ? Result<void>() : inline_files(*tls, input_.files); !read) {
      return report("tracing.otlp.http.tls", read.error().message);
    }
    built_.snapshot.tracing = std::move(tracing);
  }

  void add_tls(const std::string& provider, const model::TlsConfig& tls) {
    auto& target = built_.snapshot.tls;
    for (const auto& certificate : tls.certificates) {
      auto loaded = certificate_of("certificate of provider " + provider, certificate.cert_file, certificate.key_file);
      if (loaded) target.certificates.push_back(*std::move(loaded));
    }
    for (const auto& [name, given] : tls.options) {
      auto options = given;
      const auto qualified = name == "default" ? name : qualify(name, provider);
      if (const auto read = inline_files(options, input_.files); !read) {
        report("TLS options " + qualified, read.error().message);
        broken_["TLS options " + qualified] = read.error().message;
        continue;
      }
      keep(target.options, "TLS options", qualified, std::move(options));
    }
    for (const auto& [name, store] : tls.stores) add_store(provider, name, store);
  }

  void add_store(const std::string& provider, const std::string& name, const model::TlsStore& store) {
    if (name != "default")
      return report("TLS store " + qualify(name, provider), "only the store named default is used");
    if (store.default_certificate) {
      const auto& files = *store.default_certificate;
      built_.snapshot.tls.default_certificate = certificate_of("TLS store default", files.cert_file, files.key_file);
    } else if (store.default_generated_cert) {
      const auto& wanted = *store.default_generated_cert;
      built_.default_names = need(wanted.resolver, wanted.domain.main, wanted.domain.sans);
    }
  }

  // What the files hold, or held when they were last right.
  std::optional<model::SnapshotCertificate> certificate_of(const std::string& object, const std::string& cert_file,
                                                           const base::Secret& key_file) {
    auto loaded = load_certificate(cert_file, key_file, input_.files);
    if (loaded) return *std::move(loaded);
    auto last = input_.files.last_good(cert_file);
    report(object, loaded.error().message + (last ? " (what the files last held stays in force)" : ""));
    return last;
  }

  std::vector<std::string> need(const std::string& resolver, const std::string& main,
                                const std::vector<std::string>& others) {
    CertificateNeed wanted{.resolver = resolver, .names = {}};
    if (!main.empty()) wanted.names.push_back(main);
    wanted.names.insert(wanted.names.end(), others.begin(), others.end());
    if (!wanted.names.empty()) needs_.insert(wanted);
    return wanted.names;
  }

  // Entry points that redirect everything: a router above all others, for plain connections.
  void add_redirection(const std::string& name, const model::EntryPoint& entry_point) {
    const auto& redirections = entry_point.http.redirections;
    if (!redirections || !redirections->entry_point) return;
    const auto& redirect = *redirections->entry_point;
    auto port = redirection_port(redirect.to);
    if (!port) return report("entry point " + name, port.error().message);
    const std::string id = fmt::format("{}-to-{}@internal", name, base::trim(redirect.to));
    model::Middleware middleware;
    middleware.redirect_scheme =
        model::RedirectScheme{.scheme = redirect.scheme, .port = *port, .permanent = redirect.permanent};
    built_.snapshot.middlewares.emplace("redirect-" + id, std::move(middleware));
    model::SnapshotRouter router;
    router.name = id;
    router.provider = "internal";
    router.rule = "PathPrefix(`/`)";
    router.priority = redirect.priority;
    router.entry_points = {name};
    router.middlewares = {"redirect-" + id};
    router.service = "noop@internal";
    built_.snapshot.routers.push_back(std::move(router));
  }

  // The port to name in the address, or none where it is the scheme's own.
  Result<std::string> redirection_port(const std::string& to) {
    std::string address = to;
    if (!to.starts_with(':')) {
      const auto target = config_.entry_points.find(to);
      if (target == config_.entry_points.end()) {
        return base::fail(base::ErrorCode::kNotFound, base::Fault::kOperator,
                          fmt::format("redirects to the entry point \"{}\", which does not exist", to));
      }
      address = target->second.address;
    }
    BASE_TRY(const auto parsed, model::parse_address(address));
    return parsed.port == 443 || parsed.port == 80 ? std::string() : std::to_string(parsed.port);
  }

  void add_own_routers() {
    if (config_.ping && !config_.ping->manual_routing) {
      add_own_router("ping@internal", "PathPrefix(`/ping`)", config_.ping->entry_point);
    }
    if (config_.metrics && config_.metrics->prometheus && !config_.metrics->prometheus->manual_routing) {
      add_own_router("prometheus@internal", "PathPrefix(`/metrics`)", config_.metrics->prometheus->entry_point);
    }
    if (config_.api && config_.api->insecure) {
      add_own_router("api@internal", "PathPrefix(`/api`)", std::string(kInternalEntryPoint));
      if (config_.api->dashboard) {
        add_own_router("dashboard@internal", "PathPrefix(`/`)", std::string(kInternalEntryPoint),
                       kInternalPriority - 1);
      }
    }
  }

  void add_own_router(std::string service, std::string rule, std::string entry_point,
                      std::int64_t priority = kInternalPriority) {
    model::SnapshotRouter router;
    router.name = service;
    router.provider = "internal";
    router.rule = std::move(rule);
    router.priority = priority;
    router.entry_points = {std::move(entry_point)};
    router.service = std::move(service);
    built_.snapshot.routers.push_back(std::move(router));
  }

  std::vector<std::string> default_entry_points() const {
    std::vector<std::string> marked;
    std::vector<std::string> all;
    for (const auto& [name, entry_point] : config_.entry_points) {
      const auto address = model::parse_address(entry_point.address);
      if (address && address->udp) continue;
      if (entry_point.as_default) marked.push_back(name);
      if (name != kInternalEntryPoint) all.push_back(name);
    }
    return marked.empty() ? all : marked;
  }

  // The operator's own.
  void reserve_hosts(const model::DynamicConfig& config) {
    for (const auto& [name, router] : config.http.routers) {
      if (router.stack.empty()) hosts_.reserve(router, syntax_of(router));
    }
    for (const auto& [name, router] : config.tcp.routers) hosts_.reserve(router, syntax_of(router));  // never a stack's
  }

  model::RuleSyntax syntax_of(const auto& router) const {
    return model::rule_syntax(router.rule_syntax.empty() ? config_.core.default_rule_syntax : router.rule_syntax);
  }

  void add_router(const std::string& provider, const std::string& name, const model::HttpRouter& config) {
    const auto qualified = qualify(name, provider);
    const std::string object = "router " + qualified;
    const auto& syntax = config_.core.default_rule_syntax;
    model::SnapshotRouter router;
    router.name = qualified;
    router.provider = provider;
    router.rule = config.rule;
    router.rule_syntax = config.rule_syntax.empty() ? syntax : config.rule_syntax;
    router.priority = config.priority != 0 ? config.priority : static_cast<std::int64_t>(config.rule.size());
    router.service = qualify(config.service, provider);
    for (const auto& middleware : config.middlewares) router.middlewares.push_back(qualify(middleware, provider));
    router.recursion_guard = config.default_rule;
    if (const auto checked = model::check(config, syntax); !checked) {
      return refuse(std::move(router), config.entry_points, checked.error().message);
    }
    const auto admitted = hosts_.admit(config, syntax_of(config));
    if (!admitted) return refuse(std::move(router), config.entry_points, admitted.error().message);
    if (!admitted->left_out.empty()) report(object, admitted->left_out);
    router.rule = admitted->rule;
    if (auto missing = find_missing(router); !missing.empty()) {
      return refuse(std::move(router), config.entry_points, std::move(missing));
    }

    // Entry points may add middlewares and TLS of their own: those that treat the router alike share one entry.
    std::vector<model::SnapshotRouter> variants;
    const auto entry_points = entry_points_of(object, config);
    if (entry_points.empty()) {
      return refuse(std::move(router), config.entry_points, "none of its entry points exists: it is not served");
    }
    for (const auto& entry_point : entry_points) {
      if (!add_variant(object, provider, router, config, entry_point, variants)) return;
    }
    std::ranges::move(variants, std::back_inserter(built_.snapshot.routers));
  }

  std::vector<std::string> entry_points_of(const std::string& object, const model::HttpRouter& config) {
    if (config.entry_points.empty()) return default_entry_points();
    std::vector<std::string> known;
    for (const auto& name : config.entry_points) {
      if (config_.entry_points.contains(name)) {
        known.push_back(name);
      } else {
        report(object, fmt::format("the entry point \"{}\" does not exist", name));
      }
    }
    return known;
  }

  bool add_variant(const std::string& object, const std::string& provider, model::SnapshotRouter router,
                   const model::HttpRouter& config, const std::string& name,
                   std::vector<model::SnapshotRouter>& variants) {
    const auto& entry_point = config_.entry_points.at(name);
    std::vector<std::string> middlewares;
    for (const auto& middleware : entry_point.http.middlewares) middlewares.push_back(qualify(middleware, provider));
    router.middlewares.insert(router.middlewares.begin(), middlewares.begin(), middlewares.end());
    if (const auto missing = find_missing(router); !missing.empty()) {
      refuse(std::move(router), {name}, fmt::format("entry point {}: {}", name, missing));
      return false;
    }
    const auto& tls = config.tls ? config.tls : entry_point.http.tls;
    if (tls && !apply_tls(object, provider, router, *tls)) return false;
    const auto& observability = config.observability.value_or(model::RouterObservability{});
    router.access_logs = observability.access_logs.value_or(entry_point.observability.access_logs);
    router.metrics = observability.metrics.value_or(entry_point.observability.metrics);
    router.trace_verbosity = observability.trace_verbosity.empty() ? entry_point.observability.trace_verbosity
                                                                   : observability.trace_verbosity;
    router.tracing = observability.tracing.value_or(entry_point.observability.tracing);
    for (auto& variant : variants) {
      auto same = variant;
      same.entry_points = router.entry_points;
      if (same == router) {
        variant.entry_points.push_back(name);
        return true;
      }
    }
    router.entry_points = {name};
    variants.push_back(std::move(router));
    return true;
  }

  bool apply_tls(const std::string& object, const std::string& provider, model::SnapshotRouter& router,
                 const model::RouterTls& tls) {
    router.tls = true;
    router.tls_options = tls.options.empty() || tls.options == "default" ? "default" : qualify(tls.options, provider);
    const bool exists = router.tls_options == "default" ? !broken_.contains("TLS options default")
                                                        : built_.snapshot.tls.options.contains(router.tls_options);
    if (!exists) {
      refuse(router, {}, describe("TLS options", router.tls_options));  // never served with weaker ones
      return false;
    }
    std::vector<std::string> hosts;
    if (const auto rule = model::parse_rule(router.rule, model::rule_syntax(router.rule_syntax))) {
      hosts = model::rule_hosts(*rule);
    }
    std::erase_if(hosts, [](const std::string& host) { return host.find('*') != std::string::npos; });
    tls_hosts_.insert(hosts.begin(), hosts.end());
    for (const auto& domain : tls.domains) {
      tls_hosts_.insert(domain.main);
      tls_hosts_.insert(domain.sans.begin(), domain.sans.end());
    }
    if (tls.cert_resolver.empty()) return true;
    if (!config_.certificates_resolvers.contains(tls.cert_resolver)) {
      report(object, fmt::format("the certificates resolver \"{}\" does not exist: declare it with "
                                 "--certificatesresolvers.{}.acme..., until then the default certificate is shown",
                                 tls.cert_resolver, tls.cert_resolver));
      return true;
    }
    for (const auto& domain : tls.domains) need(tls.cert_resolver, domain.main, domain.sans);
    if (tls.domains.empty()) {
      for (const auto& host : hosts) need(tls.cert_resolver, host, {});
    }
    return true;
  }

  // What the router refers to and is not there, in words; empty when all is.
  std::string find_missing(const model::SnapshotRouter& router) const {
    for (const auto& name : router.middlewares) {
      if (!built_.snapshot.middlewares.contains(name)) return describe("middleware", name);
    }
    if (router.service.ends_with("@internal") || built_.snapshot.services.contains(router.service)) return {};
    return describe("service", router.service);
  }

  std::string describe(const std::string& kind, const std::string& name) const {
    const auto broken = broken_.find(kind + " " + name);
    if (broken == broken_.end()) return fmt::format("the {} \"{}\" does not exist", kind, name);
    return fmt::format("the {} \"{}\" cannot be used: {}", kind, name, broken->second);
  }

  const SnapshotInput& input_;
  const model::StaticConfig& config_;
  HostGuard hosts_;
  BuiltSnapshot built_;
  std::map<std::string, std::string> broken_;  // "middleware x@file" -> why
  std::set<CertificateNeed> needs_;
  std::set<std::string> tls_hosts_;
};

}  // namespace

BuiltSnapshot build_snapshot(const SnapshotInput& input) {
  input.files.begin();
  return Builder(input).build();
}

}  // namespace gatehouse::discovery
