// A worker without a thread, requests as plain values, and a next handler that remembers what it was asked. For the
// tests of middlewares only.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "async/loop.h"
#include "async/offload.h"
#include "async/sleep.h"
#include "edge/exchange.h"
#include "edge/lasting.h"
#include "edge/middleware/factory.h"
#include "edge/response.h"
#include "edge/runtime.h"
#include "edge/worker_services.h"
#include "net/resolver.h"

namespace gatehouse::edge {

using Lines = std::vector<std::pair<std::string, std::string>>;

inline Lines lines_of(const http::Fields& fields) {
  Lines lines;
  for (const auto& field : fields) lines.emplace_back(field.name, field.value);
  return lines;
}

// All values of that name, joined by " | "; nullopt when there is none.
inline std::optional<std::string> value_of(const Lines& lines, std::string_view name) {
  std::optional<std::string> joined;
  for (const auto& [known, value] : lines) {
    if (!base::iequals(known, name)) continue;
    joined = joined ? *joined + " | " + value : value;
  }
  return joined;
}

// A body that gives its pieces one by one; some of them only after a wait, or never: an error in their place.
class PieceBody final : public http::Body {
 public:
  enum class Pace : std::uint8_t { kAtHand, kAwaited };

  PieceBody(std::vector<std::string> pieces, Pace pace, async::Loop& loop, std::optional<base::Error> failure = {})
      : pieces_(std::move(pieces)), pace_(pace), loop_(loop), failure_(std::move(failure)) {}

  async::Task<base::Result<std::string_view>> next() override {
    if (pace_ == Pace::kAwaited) co_await async::Yield(loop_);
    if (at_ < pieces_.size()) co_return pieces_[at_++];
    if (failure_) co_return base::fail(*failure_);
    co_return std::string_view();
  }
  std::optional<std::string_view> next_now() override {
    if (pace_ == Pace::kAwaited || (at_ == pieces_.size() && failure_)) return std::nullopt;
    return at_ < pieces_.size() ? std::string_view(pieces_[at_++]) : std::string_view();
  }
  [[nodiscard]] std::optional<std::uint64_t> remaining() const override { return std::nullopt; }

 private:
  std::vector<std::string> pieces_;
  Pace pace_;
  async::Loop& loop_;
  std::optional<base::Error> failure_;
  std::size_t at_ = 0;
};

// Reads a body to its end; an error becomes "!" and its message.
inline async::Task<std::string> read_all(http::Body* body) {
  std::string text;
  if (body == nullptr) co_return text;
  for (;;) {
    const auto piece = co_await body->next();
    if (!piece) co_return text + "!" + piece.error().message;
    if (piece->empty()) co_return text;
    text += *piece;
  }
}

struct TestRequest {
  std::string target = "/";
  std::string method = "GET";
  std::string host = "example.com";
  Lines fields = {};
  std::string client = "127.0.0.1";
  bool secure = false;
  std::optional<std::string> content = {};
};

struct TestResponse {
  int status = 0;
  Lines fields;
  std::string content;

  [[nodiscard]] std::optional<std::string> operator[](std::string_view name) const { return value_of(fields, name); }
};

// Answers what it was told to, the last answer again and again, and remembers the requests.
class FakeNext final : public Handler {
 public:
  struct Answer {
    int status = 200;
    Lines fields = {};
    std::string content = "hello";
    std::optional<base::Error> error = {};  // of the backend
  };
  struct Seen {
    std::string method;
    std::string target;
    Lines fields;
    std::string content;

    [[nodiscard]] std::optional<std::string> operator[](std::string_view name) const { return value_of(fields, name); }
  };

  FakeNext() : FakeNext({Answer{}}) {}
  explicit FakeNext(std::vector<Answer> answers) : answers_(std::move(answers)) {}

  [[nodiscard]] async::Task<Response> handle(Exchange& exchange) const override {
    const auto answer = answers_[std::min(seen.size(), answers_.size() - 1)];
    auto content = co_await read_all(exchange.request_body.get());
    seen.push_back({.method = std::string(exchange.request.method.token),
                    .target = std::string(exchange.target.path_and_query(exchange.request.storage())),
                    .fields = lines_of(exchange.request.fields),
                    .content = std::move(content)});
    exchange.backend_error = answer.error;
    auto response = text_response(answer.status, answer.content, "text/plain");
    for (const auto& [name, value] : answer.fields) response.head.fields.set(name, value);
    co_return std::move(response);
  }

  mutable std::vector<Seen> seen;

 private:
  std::vector<Answer> answers_;
};

// Answers with what a function makes.
template <class Make>
class MadeNext final : public Handler {
 public:
  explicit MadeNext(Make make) : make_(std::move(make)) {}
  [[nodiscard]] async::Task<Response> handle(Exchange& exchange) const override { co_return make_(exchange); }

 private:
  Make make_;
};

// A middleware of one type.
template <class T>
model::Middleware with(std::optional<T> model::Middleware::* kind, std::type_identity_t<T> config) {
  model::Middleware middleware;
  middleware.*kind = std::move(config);
  return middleware;
}

class Workbench final : private InformationalSink {
 public:
  // Sends the request through the handler, and reads the response to its end.
  TestResponse ask(const HandlerPtr& handler, const TestRequest& request = {}) {
    ClientInfo client;
    client.address = base::IpAddress::parse(request.client).value();
    client.address_text = request.client;
    client.secure = request.secure;
    client.certificate = certificate;
    Exchange exchange(services, nullptr, entry_point, client, *this);
    fill(exchange, request);
    return loop.run(converse(handler, exchange));
  }

  // A middleware around a handler, as the factory makes it.
  base::Result<HandlerPtr> make(const model::Middleware& config, HandlerPtr next) {
    const MiddlewareContext context{.name = "m@file",
                                    .router = "r@file",
                                    .lasting = lasting,
                                    .service = [this](const std::string& name) -> base::Result<HandlerPtr> {
                                      if (name == "pages") return pages;
                                      return base::fail(base::ErrorCode::kNotFound, base::Fault::kOperator,
                                                        "the service does not exist");
                                    }};
    return make_middleware(config, std::move(next), context);
  }

  async::Loop loop;
  async::Offload offload{1};
  base::Log log = base::Log::none();
  net::Resolver resolver{offload};
  BufferPool buffers;
  ConnectionPool backends{loop, resolver, buffers};
  HttpDate date;
  Telemetry edge_telemetry;
  WorkerTelemetry telemetry{edge_telemetry, loop};
  async::Group background{loop};
  WorkerServices services{loop, offload, log, backends, buffers, date, telemetry, background};
  CompiledEntryPoint entry_point{"web", model::EntryPoint(), "host"};
  Lasting lasting;
  HandlerPtr pages;                                           // the service "pages"
  std::shared_ptr<const tls::ClientCertificate> certificate;  // of the client
  std::string user_name;                                      // of the last exchange, for the log
  unsigned retries = 0;                                       // of the last exchange, for the log
  http::Method method_left;                                   // of the last exchange, when its response is written

 private:
  static void fill(Exchange& exchange, const TestRequest& request) {
    auto& head = exchange.request;
    head.method = http::Method::of(head.storage().copy(request.method));
    head.target = head.storage().copy(request.target);
    if (!request.host.empty()) head.fields.set(http::FieldId::kHost, request.host);
    for (const auto& [name, value] : request.fields) head.fields.add(name, value);
    const auto scheme = request.secure ? http::Scheme::kHttps : http::Scheme::kHttp;
    exchange.target = http::parse_target(head, scheme, {}).value();
    if (request.content) exchange.request_body = std::make_unique<http::TextBody>(*request.content);
  }

  async::Task<TestResponse> converse(HandlerPtr handler, Exchange& exchange) {
    auto response = co_await handler->handle(exchange);
    TestResponse result{.status = response.head.status, .fields = lines_of(response.head.fields), .content = {}};
    result.content = co_await read_all(response.body.get());
    user_name = exchange.record.user_name;
    retries = exchange.record.retries;
    method_left = http::Method::of(exchange.request.method.id);
    co_return result;
  }

  async::Task<base::Result<void>> send(const http::ResponseHead&) override { co_return base::Result<void>(); }
};

}  // namespace gatehouse::edge
