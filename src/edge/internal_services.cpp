#include "edge/internal_services.h"

#include "edge/api_answers.h"
#include "edge/dashboard_page.h"
#include "edge/dispatch.h"
#include "edge/exchange.h"
#include "edge/metrics_page.h"
#include "edge/runtime.h"
#include "edge/shared_text.h"
#include "edge/worker_services.h"

namespace gatehouse::edge {

using async::Task;
using base::Result;
using http::FieldId;
using http::MethodId;

namespace {

constexpr std::string_view kApi = "api@internal";
constexpr std::string_view kDashboard = "dashboard@internal";
constexpr std::chrono::seconds kGatherTimeMax{5};

// Tells load balancers in front to ask somebody else before connections are refused: from the signal to end on, through
// lifeCycle.requestAcceptGraceTimeout, and while what is left is drained.
class Ping final : public Handler {
 public:
  explicit Ping(int terminating_status) : terminating_status_(terminating_status) {}

  [[nodiscard]] Task<Response> handle(Exchange& exchange) const override {
    const bool terminating = exchange.worker().telemetry.edge.terminating.load(std::memory_order_relaxed);
    const int status = terminating ? terminating_status_ : 200;
    co_return text_response(status, status == 200 ? "OK" : std::string(http::reason_of(status)));
  }

 private:
  int terminating_status_;
};

class Noop final : public Handler {
 public:
  [[nodiscard]] Task<Response> handle(Exchange&) const override { co_return status_response(418); }
};

bool is_below(std::string_view path, std::string_view folder) {
  return path.starts_with(folder) && (path.size() == folder.size() || path[folder.size()] == '/');
}

Response method_not_allowed() {
  Response response = status_response(405);
  response.head.fields.set(FieldId::kAllow, "GET, HEAD");
  return response;
}

// The API and the dashboard, as far as the service offers them.
class Console final : public Handler {
 public:
  Console(const model::Api& config, bool offers_api) : base_path_(config.base_path), offers_api_(offers_api) {
    while (base_path_.ends_with('/')) base_path_.pop_back();
    if (!config.dashboard) return;
    auto page = make_dashboard_page();
    html_ = std::make_shared<const std::string>(std::move(page.html));
    content_security_policy_ = std::move(page.content_security_policy);
  }

  [[nodiscard]] Task<Response> handle(Exchange& exchange) const override {
    const auto method = exchange.request.method.id;
    if (method != MethodId::kGet && method != MethodId::kHead) co_return method_not_allowed();
    auto path = exchange.target.routing_path;
    if (!base_path_.empty()) {
      if (!is_below(path, base_path_)) co_return not_found_response();
      path.remove_prefix(base_path_.size());
    }
    if (offers_api_ && is_below(path, "/api")) co_return co_await tell(exchange, std::string(path.substr(4)));
    if (!html_) co_return not_found_response();
    if (path == "/dashboard/") co_return dashboard();
    if (path.empty() || path == "/" || path == "/dashboard") co_return to_dashboard(exchange);
    co_return not_found_response();
  }

 private:
  static Task<Response> tell(Exchange& exchange, std::string path) {
    auto& worker = exchange.worker();
    auto& telemetry = worker.telemetry.edge;
    using Said = std::optional<ApiAnswer>;
    std::move_only_function<Said()> job;
    if (path == kTrafficPath) {
      auto states = co_await telemetry.tallies.gather(worker.loop, worker.loop.deadline(kGatherTimeMax));
      job = [runtime = exchange.runtime(), &telemetry, states = std::move(states)] {
        return answer_traffic(*runtime, telemetry, states);
      };
    } else {
      job = [runtime = exchange.runtime(), path = std::move(path), query = std::string(exchange.target.query)] {
        return answer_api(*runtime, path, query);
      };
    }
    const auto said = co_await worker.offload.run<Said>(worker.loop, std::move(job));
    if (!said) co_return not_found_response();
    auto response = shared_response(said->status, said->json, "application/json");
    if (said->next_page > 0) response.head.fields.set("X-Next-Page", std::to_string(said->next_page));
    co_return response;
  }

  [[nodiscard]] Response dashboard() const {
    auto response = shared_response(200, html_, "text/html; charset=utf-8");
    response.head.fields.set(FieldId::kContentSecurityPolicy, content_security_policy_);
    response.head.fields.set(FieldId::kReferrerPolicy, "no-referrer");
    return response;
  }

  // Below the prefix that a middleware has taken off; one that would lead to another host is none of ours.
  [[nodiscard]] Response to_dashboard(const Exchange& exchange) const {
    auto prefix = exchange.request.fields.get(FieldId::kXForwardedPrefix);
    while (prefix.ends_with('/')) prefix.remove_suffix(1);
    const bool is_path = prefix.starts_with('/') && !prefix.starts_with("//") && !prefix.starts_with("/\\");
    Response response = text_response(302, "Found");
    response.head.fields.set(FieldId::kLocation,
                             (is_path ? std::string(prefix) : std::string()) + base_path_ + "/dashboard/");
    return response;
  }

  std::string base_path_;  // without a slash at its end
  bool offers_api_;
  std::shared_ptr<const std::string> html_;  // null: no dashboard
  std::string content_security_policy_;
};

}  // namespace

HandlerPtr make_internal_service(std::string_view name, const model::Snapshot& snapshot) {
  if (name == "ping@internal") {
    return std::make_shared<Ping>(static_cast<int>(snapshot.ping.value_or(model::Ping{}).terminating_status_code));
  }
  if (name == "noop@internal") return std::make_shared<Noop>();
  if (name == "prometheus@internal" && snapshot.metrics && snapshot.metrics->prometheus) return make_metrics_page();
  if (!snapshot.api) return nullptr;
  if (name == kApi) return std::make_shared<Console>(*snapshot.api, true);
  if (name == kDashboard && snapshot.api->dashboard) return std::make_shared<Console>(*snapshot.api, false);
  return nullptr;
}

}  // namespace gatehouse::edge
