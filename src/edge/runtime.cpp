#include "edge/runtime.h"

#include <algorithm>

#include <fmt/format.h>

#include "edge/backends/service_builder.h"
#include "edge/certificate_list.h"
#include "edge/inventory.h"
#include "edge/lasting.h"
#include "edge/middleware/factory.h"
#include "edge/stream/proxy_trust.h"
#include "edge/stream/tcp_routes.h"
#include "edge/stream/udp_service.h"
#include "edge/tls_settings.h"
#include "tls/server_contexts.h"

namespace gatehouse::edge {

using base::Result;

namespace {

// Builds the handlers of routers: a service, with the router's middlewares around it.
class ChainBuilder {
 public:
  ChainBuilder(const model::Snapshot& snapshot, Runtime::Context& context)
      : snapshot_(snapshot),
        context_(context),
        services_(snapshot, context.lasting, context.subjects,
                  [this](const auto& names, HandlerPtr handler, const std::string& owner) {
                    return wrap(names, std::move(handler), owner);
                  }) {}

  Result<HandlerPtr> build(const model::SnapshotRouter& router) {
    allows_encoded_null_ = false;
    BASE_TRY(auto handler, services_.build(router.service));
    return wrap(router.middlewares, std::move(handler), router.name);
  }
  // Of the router that was built last: has it an encodedCharacters middleware that lets %00 pass?
  [[nodiscard]] bool allows_encoded_null() const { return allows_encoded_null_; }
  [[nodiscard]] ServiceBuilder& services() { return services_; }

 private:
  Result<HandlerPtr> wrap(const std::vector<std::string>& names, HandlerPtr handler, const std::string& router) {
    for (auto name = names.rbegin(); name != names.rend(); ++name) {
      BASE_TRY(handler, wrap_one(*name, std::move(handler), router));
    }
    return handler;
  }

  Result<HandlerPtr> wrap_one(const std::string& name, HandlerPtr next, const std::string& router) {
    const auto found = snapshot_.middlewares.find(name);
    if (found == snapshot_.middlewares.end()) {
      return base::fail(base::ErrorCode::kNotFound, base::Fault::kOperator,
                        fmt::format("the middleware \"{}\" does not exist", name));
    }
    if (found->second.chain) {
      if (depth_ == kChainDepthMax) {
        return base::fail(base::ErrorCode::kInvalid, base::Fault::kOperator,
                          fmt::format("the middleware \"{}\" contains itself", name));
      }
      ++depth_;
      auto chained = wrap(found->second.chain->middlewares, std::move(next), router);
      --depth_;
      return chained;
    }
    if (const auto& allowed = found->second.encoded_characters) {
      allows_encoded_null_ = allows_encoded_null_ || allowed->allow_encoded_null_character;
    }
    const MiddlewareContext context{
        .name = name,
        .router = router,
        .lasting = context_.lasting,
        .service = [this](const std::string& service) -> Result<HandlerPtr> { return services_.build(service); }};
    auto handler = make_middleware(found->second, std::move(next), context);
    if (!handler) return base::fail(std::move(handler).error().within("middleware " + name));
    return handler;
  }

  static constexpr int kChainDepthMax = 32;

  const model::Snapshot& snapshot_;
  Runtime::Context& context_;
  ServiceBuilder services_;
  int depth_ = 0;
  bool allows_encoded_null_ = false;
};

// The dashboard lives by them, too.
bool wants_counters(const model::Snapshot& snapshot) {
  return (snapshot.metrics && snapshot.metrics->prometheus) || snapshot.api;
}

// What the edge itself answers is left out of log and metrics, unless the operator wants it. Redirections of an entry
// point are traffic of clients.
bool is_internal(const model::SnapshotRouter& router) {
  return router.service.ends_with("@internal") && router.service != "noop@internal";
}

tls::TlsPolicy guarding_policy(const tls::ServerContexts& contexts, const model::SnapshotRouter& router) {
  if (!router.tls) return tls::kNoTlsPolicy;
  return contexts.guarding_policy(router.tls_options.empty() ? tls::kDefaultOptions : router.tls_options);
}

// Opens the book for a compilation, and closes it when that ends.
class Counting {
 public:
  Counting(const model::Snapshot& snapshot, observe::SubjectBook* book) : snapshot_(snapshot) {
    if (book == nullptr || !wants_counters(snapshot)) return;
    const bool is_told = snapshot.metrics && snapshot.metrics->prometheus;
    book_ = book;
    book_->open(is_told ? *snapshot.metrics->prometheus : model::Prometheus{});
  }

  [[nodiscard]] bool counts(const model::SnapshotRouter& router) const {
    const bool with_internals = snapshot_.metrics && snapshot_.metrics->add_internals;
    return book_ != nullptr && router.metrics && (with_internals || !is_internal(router));
  }
  [[nodiscard]] observe::SubjectId enter(const observe::Subject& subject) const {
    return book_ == nullptr ? observe::kNoSubject : book_->enter(subject);
  }
  [[nodiscard]] std::shared_ptr<const observe::Edition> close() const {
    return book_ == nullptr ? nullptr : book_->close();
  }

 private:
  const model::Snapshot& snapshot_;
  observe::SubjectBook* book_ = nullptr;
};

}  // namespace

std::shared_ptr<const Runtime> Runtime::compile(const model::Snapshot& snapshot, const Runtime* previous,
                                                Context& context, std::vector<Problem>& problems) {
  auto runtime = std::make_shared<Runtime>();
  runtime->id_ = snapshot.id;
  std::ranges::copy_if(snapshot.acme_tokens, std::back_inserter(runtime->acme_tokens_),
                       [](const model::AcmeToken& token) { return !token.by_tls; });
  runtime->access_log_ = snapshot.access_log;
  runtime->tracing_ = snapshot.tracing;
  const auto report = [&problems](std::string object, std::string message) {
    problems.push_back({std::move(object), std::move(message)});
  };
  runtime->tls_ = tls::ServerContexts::compile(tls_settings(snapshot, report),
                                               previous == nullptr ? nullptr : previous->tls_.get(), report);

  const Counting counting(snapshot, context.subjects);
  const bool logs_internals = snapshot.access_log && snapshot.access_log->add_internals;
  const bool traces_internals = snapshot.tracing && snapshot.tracing->add_internals;
  ChainBuilder chains(snapshot, context);
  std::vector<RouteSpec> specs;
  specs.reserve(snapshot.routers.size());
  for (const auto& router : snapshot.routers) {
    auto handler = chains.build(router);
    if (!handler) {
      problems.push_back({"router " + router.name, handler.error().message});
      continue;
    }
    specs.push_back({.name = router.name,
                     .rule = router.rule,
                     .syntax = model::rule_syntax(router.rule_syntax),
                     .priority = router.priority,
                     .provider_rank = static_cast<int>(specs.size()),  // the snapshot holds them in order of precedence
                     .entry_points = router.entry_points,
                     .tls = router.tls,
                     .target = static_cast<std::uint32_t>(runtime->routers_.size())});
    const bool counted = counting.counts(router);
    const observe::Subject subject{
        .kind = observe::Subject::Kind::kRouter, .name = router.name, .service = router.service};
    runtime->routers_.push_back({.name = router.name,
                                 .service = router.service,
                                 .rule = router.rule,
                                 .guarding_policy = guarding_policy(*runtime->tls_, router),
                                 .handler = *std::move(handler),
                                 .subject = counted ? counting.enter(subject) : observe::kNoSubject,
                                 .access_logs = router.access_logs && (logs_internals || !is_internal(router)),
                                 .metrics = counted,
                                 .tracing = router.tracing && (traces_internals || !is_internal(router)),
                                 .traced_in_detail = router.trace_verbosity == "detailed",
                                 .recursion_guard = router.recursion_guard,
                                 .allows_encoded_null = chains.allows_encoded_null()});
  }
  runtime->health_targets_ = chains.services().take_health_targets();
  runtime->server_statuses_ = std::make_shared<const ServerStatuses>(chains.services().take_statuses());
  const TcpRoutesBuilder tcp_routes(snapshot, context.lasting, report);
  UdpServiceBuilder udp_services(snapshot.udp, report);
  for (const auto& [name, config] : snapshot.entry_points) {
    CompiledEntryPoint entry_point(name, config, context.host_name);
    std::vector<RefusedRoute> refused;
    entry_point.routes = RouteTable::compile(name, specs, refused);
    entry_point.expects_tls = std::ranges::any_of(specs, [&](const RouteSpec& spec) {
      return spec.tls &&
             (spec.entry_points.empty() || std::ranges::find(spec.entry_points, name) != spec.entry_points.end());
    });
    entry_point.udp_service = udp_services.service_of(name);
    entry_point.proxy_trust = ProxyTrust::make(config);
    entry_point.tcp_routes = tcp_routes.routes_of(name);
    entry_point.subject = counting.enter({.kind = observe::Subject::Kind::kEntryPoint, .name = name});
    for (auto& route : refused) problems.push_back({"router " + route.name, route.error.message});
    runtime->entry_points_.emplace(name, std::move(entry_point));
  }
  runtime->edition_ = counting.close();
  if (wants_counters(snapshot)) runtime->certificates_ = std::make_shared<const CertificateList>(snapshot.tls);
  if (snapshot.api) {
    runtime->inventory_ = std::make_shared<Inventory>(snapshot, problems, context.program, runtime->server_statuses_);
  }
  return runtime;
}

const CompiledEntryPoint* Runtime::entry_point(std::string_view name) const {
  const auto found = entry_points_.find(name);
  return found == entry_points_.end() ? nullptr : &found->second;
}

std::string_view Runtime::acme_answer(std::string_view host, std::string_view token) const {
  for (const auto& known : acme_tokens_) {
    if (known.token == token && (known.host.empty() || known.host == host)) return known.key_authorisation;
  }
  return {};
}

}  // namespace gatehouse::edge
