#include "edge/backends/service.h"

#include <optional>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "edge/backends/forward.h"
#include "edge/backends/origin.h"
#include "edge/backends/schedule.h"
#include "edge/backends/sticky.h"
#include "edge/exchange.h"

namespace gatehouse::edge {

using async::Task;
using base::ErrorCode;
using base::fail;
using base::Fault;
using base::Result;

namespace {

Response no_server_response() {
  Response response = text_response(503, "no available server\n");
  response.head.fields.set(http::FieldId::kXContentTypeOptions, "nosniff");
  return response;
}

class LoadBalancer final : public Handler {
 public:
  LoadBalancer(ServiceLabel label, std::vector<Origin> origins, const std::vector<std::int64_t>& weights,
               bool pass_host_header, std::optional<Sticky> sticky, std::shared_ptr<const Transport> transport)
      : label_(std::move(label)),
        origins_(std::move(origins)),
        schedule_(weights),
        pass_host_header_(pass_host_header),
        sticky_(std::move(sticky)),
        transport_(std::move(transport)) {}

  [[nodiscard]] Task<Response> handle(Exchange& exchange) const override {
    exchange.enter_service(label_);
    if (schedule_.empty()) {
      exchange.backend_error = base::Error{
          ErrorCode::kUnavailable, Fault::kBackend, base::Retry::kYes, "service " + label_.name + " has no server", {}};
      co_return no_server_response();
    }
    const auto held = sticky_ ? sticky_->chosen(exchange.request.fields) : std::nullopt;
    const auto choice = held ? *held : schedule_.next();
    auto response = co_await forward(exchange, {origins_[choice], *transport_, pass_host_header_});
    if (sticky_ && !held) sticky_->remember(choice, response.head.fields);
    co_return response;
  }

 private:
  ServiceLabel label_;
  std::vector<Origin> origins_;
  Schedule schedule_;
  bool pass_host_header_;
  std::optional<Sticky> sticky_;
  std::shared_ptr<const Transport> transport_;
};

class WeightedService final : public Handler {
 public:
  WeightedService(std::vector<HandlerPtr> children, const std::vector<std::int64_t>& weights,
                  std::optional<Sticky> sticky)
      : children_(std::move(children)), schedule_(weights), sticky_(std::move(sticky)) {}

  [[nodiscard]] Task<Response> handle(Exchange& exchange) const override {
    if (schedule_.empty()) co_return no_server_response();
    const auto held = sticky_ ? sticky_->chosen(exchange.request.fields) : std::nullopt;
    const auto choice = held ? *held : schedule_.next();
    auto response = co_await children_[choice]->handle(exchange);
    if (sticky_ && !held) sticky_->remember(choice, response.head.fields);
    co_return response;
  }

 private:
  std::vector<HandlerPtr> children_;
  Schedule schedule_;
  std::optional<Sticky> sticky_;
};

// The first service as long as it has a server, else the second.
class FailoverService final : public Handler {
 public:
  FailoverService(HandlerPtr first, HandlerPtr fallback) : first_(std::move(first)), fallback_(std::move(fallback)) {}

  [[nodiscard]] Task<Response> handle(Exchange& exchange) const override {
    auto response = co_await first_->handle(exchange);
    if (!exchange.backend_error || exchange.backend_error->code != ErrorCode::kUnavailable) co_return response;
    exchange.backend_error.reset();
    co_return co_await fallback_->handle(exchange);
  }

 private:
  HandlerPtr first_;
  HandlerPtr fallback_;
};

}  // namespace

ServiceBuilder::ServiceBuilder(const std::map<std::string, model::HttpService>& services,
                               const std::map<std::string, model::ServersTransport>& transports,
                               observe::SubjectBook* subjects)
    : services_(services), transports_(transports), subjects_(subjects) {}

Result<HandlerPtr> ServiceBuilder::build(const std::string& name) {
  if (const auto known = built_.find(name); known != built_.end()) return known->second;
  if (std::exchange(building_[name], true)) {
    return fail(ErrorCode::kInvalid, Fault::kOperator, fmt::format("service {} contains itself", name));
  }
  auto handler = build_new(name);
  building_[name] = false;
  if (handler) built_[name] = *handler;
  return handler;
}

Result<HandlerPtr> ServiceBuilder::build_new(const std::string& name) {
  const auto found = services_.find(name);
  if (found == services_.end()) {
    return fail(ErrorCode::kNotFound, Fault::kOperator, fmt::format("the service \"{}\" does not exist", name));
  }
  const auto& service = found->second;
  if (service.load_balancer) return build_load_balancer(name, *service.load_balancer);
  if (service.weighted) return build_weighted(name, *service.weighted);
  if (service.failover) return build_failover(*service.failover);
  return fail(
      ErrorCode::kUnsupported, Fault::kOperator,
      fmt::format("service {} is of a kind that is not supported yet: use loadBalancer, weighted or failover", name));
}

ServiceLabel ServiceBuilder::label(const std::string& name) const {
  ServiceLabel label{.name = name};
  if (subjects_ != nullptr) label.subject = subjects_->enter({observe::Subject::Kind::kService, name});
  return label;
}

Result<HandlerPtr> ServiceBuilder::build_load_balancer(const std::string& name, const model::LoadBalancer& config) {
  BASE_TRY(auto chosen_transport, transport(config.servers_transport));
  std::vector<Origin> origins;
  std::vector<std::int64_t> weights;
  std::vector<std::string> urls;
  for (const auto& server : config.servers) {
    BASE_TRY(auto origin, parse_origin(server, chosen_transport->name));
    urls.push_back(origin.url);
    origins.push_back(std::move(origin));
    weights.push_back(server.fenced ? 0 : server.weight.value_or(1));
  }
  std::optional<Sticky> sticky;
  if (config.sticky && config.sticky->cookie) sticky.emplace(*config.sticky->cookie, name, urls);
  return std::make_shared<LoadBalancer>(label(name), std::move(origins), weights, config.pass_host_header,
                                        std::move(sticky), std::move(chosen_transport));
}

Result<HandlerPtr> ServiceBuilder::build_weighted(const std::string& name, const model::Weighted& config) {
  std::vector<HandlerPtr> children;
  std::vector<std::int64_t> weights;
  std::vector<std::string> names;
  for (const auto& reference : config.services) {
    BASE_TRY(auto child, build(reference.name));
    children.push_back(std::move(child));
    weights.push_back(reference.weight);
    names.push_back(reference.name);
  }
  std::optional<Sticky> sticky;
  if (config.sticky && config.sticky->cookie) sticky.emplace(*config.sticky->cookie, name, names);
  return std::make_shared<WeightedService>(std::move(children), weights, std::move(sticky));
}

Result<HandlerPtr> ServiceBuilder::build_failover(const model::Failover& config) {
  BASE_TRY(auto first, build(config.service));
  BASE_TRY(auto fallback, build(config.fallback));
  return std::make_shared<FailoverService>(std::move(first), std::move(fallback));
}

Result<std::shared_ptr<const Transport>> ServiceBuilder::transport(const std::string& name) {
  const std::string key = name.empty() ? "default@internal" : name;
  if (const auto known = built_transports_.find(key); known != built_transports_.end()) return known->second;
  const auto found = transports_.find(key);
  if (found == transports_.end() && !name.empty() && name != "default@internal") {
    return fail(ErrorCode::kNotFound, Fault::kOperator,
                fmt::format("the serversTransport \"{}\" does not exist", name));
  }
  BASE_TRY(auto built, make_transport(key, found == transports_.end() ? model::ServersTransport{} : found->second));
  built_transports_[key] = built;
  return built;
}

}  // namespace gatehouse::edge
