#include "edge/internal_services.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/parse_int.h"
#include "edge/dashboard_page.h"
#include "edge/dispatch.h"
#include "edge/exchange.h"
#include "edge/inventory.h"
#include "edge/metrics_page.h"
#include "edge/routing/query.h"
#include "edge/runtime.h"
#include "edge/shared_text.h"
#include "edge/worker_services.h"
#include "format/json.h"

namespace gatehouse::edge {

using async::Task;
using base::Result;
using http::FieldId;
using http::MethodId;
using Section = Inventory::Section;

namespace {

constexpr std::string_view kApi = "api@internal";
constexpr std::string_view kDashboard = "dashboard@internal";
constexpr std::size_t kPerPageMax = 100'000;

// While the edge drains it accepts no connection, so whoever asks then is refused; terminatingStatusCode is for those
// that have one open.
class Ping final : public Handler {
 public:
  [[nodiscard]] Task<Response> handle(Exchange&) const override { co_return text_response(200, "OK"); }
};

class Noop final : public Handler {
 public:
  [[nodiscard]] Task<Response> handle(Exchange&) const override { co_return status_response(418); }
};

// What the API says, worked out off the loop.
struct Answer {
  int status = 200;
  std::shared_ptr<const std::string> json;
  std::size_t next_page = 0;  // 0: the answer is not a page

  static Answer of(std::string text) { return {.json = std::make_shared<const std::string>(std::move(text))}; }
  static Answer failure(int status, std::string_view message) {
    format::JsonWriter writer;
    writer.begin_object().key("message").string(message).end_object();
    auto answer = of(writer.take() + "\n");
    answer.status = status;
    return answer;
  }
};

struct Question {
  std::string path;  // behind /api
  Inventory::Filter filter;
};

Inventory::Filter filter_of(std::string_view query) {
  Inventory::Filter filter;
  QueryReader reader(query);
  while (const auto parameter = reader.next()) {
    std::string storage;
    const auto value = parameter->value.decode(storage);
    const auto is = [&](std::string_view name) { return parameter->name.equals(name); };
    if (is("search")) filter.search = value;
    if (is("status")) filter.status = value;
    if (is("serviceName")) filter.service = value;
    if (is("middlewareName")) filter.middleware = value;
    if (is("page")) filter.page = base::parse_int<std::size_t>(value).value_or(0);
    if (is("per_page")) filter.per_page = std::min(base::parse_int<std::size_t>(value).value_or(0), kPerPageMax);
  }
  return filter;
}

// A name in a path; the path has been made canonical, so each % is followed by two digits.
std::string decoded(std::string_view text) {
  std::string name;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      name += text[i];
      continue;
    }
    std::uint8_t byte = 0;
    std::from_chars(text.data() + i + 1, text.data() + std::min(i + 3, text.size()), byte, 16);
    name += static_cast<char>(byte);
    i += 2;
  }
  return name;
}

// "routers" and "/name", of "/http/routers/name" behind the protocol.
Answer answer_section(const Inventory& inventory, Section section, std::string_view kind, std::string_view rest,
                      const Inventory::Filter& filter) {
  if (rest.empty()) {
    auto page = inventory.list(section, filter);
    if (!page) return Answer::failure(400, "invalid request: there is no such page");
    auto answer = Answer::of(std::move(page->json));
    answer.next_page = page->next;
    return answer;
  }
  const auto name = decoded(rest.substr(1));
  auto found = inventory.find(section, name);
  if (!found) return Answer::failure(404, std::string(kind) + " not found: " + name);
  return Answer::of(*std::move(found));
}

std::optional<Answer> answer_http(const Inventory& inventory, std::string_view path, const Inventory::Filter& filter) {
  struct Named {
    std::string_view path;
    std::string_view kind;
    Section section;
  };
  constexpr std::array<Named, 3> kSections = {Named{"/http/routers", "router", Section::kRouters},
                                              Named{"/http/services", "service", Section::kServices},
                                              Named{"/http/middlewares", "middleware", Section::kMiddlewares}};
  for (const auto& named : kSections) {
    if (!path.starts_with(named.path)) continue;
    const auto rest = path.substr(named.path.size());
    if (rest.empty() || rest.front() == '/') return answer_section(inventory, named.section, named.kind, rest, filter);
  }
  // There is nothing of these yet, but who asks for a list wants one.
  constexpr std::array<std::string_view, 5> kEmpty = {"/tcp/routers", "/tcp/services", "/tcp/middlewares",
                                                      "/udp/routers", "/udp/services"};
  if (std::ranges::find(kEmpty, path) == kEmpty.end()) return std::nullopt;
  auto answer = Answer::of("[]\n");
  answer.next_page = 1;
  return answer;
}

std::optional<Answer> answer(const Inventory& inventory, const Question& question) {
  constexpr std::string_view kEntryPoint = "/entrypoints/";
  const auto& path = question.path;
  if (path == "/rawdata") return Answer{.json = inventory.raw_data()};
  if (path == "/overview") return Answer::of(inventory.overview());
  if (path == "/version") return Answer::of(inventory.version());
  if (path == "/entrypoints") return Answer::of(inventory.entry_points());
  if (path.starts_with(kEntryPoint)) {
    const auto name = decoded(std::string_view(path).substr(kEntryPoint.size()));
    auto found = inventory.entry_point(name);
    return found ? Answer::of(*std::move(found)) : Answer::failure(404, "entry point not found: " + name);
  }
  return answer_http(inventory, path, question.filter);
}

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
    Question question{.path = std::move(path), .filter = filter_of(exchange.target.query)};
    std::move_only_function<std::optional<Answer>()> job = [runtime = exchange.runtime(),
                                                            question = std::move(question)] {
      return answer(*runtime->inventory(), question);
    };
    auto& worker = exchange.worker();
    const auto said = co_await worker.offload.run<std::optional<Answer>>(worker.loop, std::move(job));
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
  if (name == "ping@internal") return std::make_shared<Ping>();
  if (name == "noop@internal") return std::make_shared<Noop>();
  if (name == "prometheus@internal" && snapshot.metrics && snapshot.metrics->prometheus) return make_metrics_page();
  if (!snapshot.api) return nullptr;
  if (name == kApi) return std::make_shared<Console>(*snapshot.api, true);
  if (name == kDashboard && snapshot.api->dashboard) return std::make_shared<Console>(*snapshot.api, false);
  return nullptr;
}

}  // namespace gatehouse::edge
