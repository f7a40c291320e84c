#include "observe/trace_exporter.h"

#include <gmock/gmock.h>

#include "../../tests/support/scripted_server.h"
#include "async/offload.h"
#include "async/sleep.h"
#include "format/json.h"

namespace gatehouse::observe {

namespace {

using async::Task;
using testing::HasSubstr;
using tests::ScriptedServer;
using namespace std::chrono_literals;
using Reply = ScriptedServer::Reply;
using Request = ScriptedServer::Request;

constexpr ExporterTimes kQuick{.interval = 1ms, .exchange = 5s, .pause = 1ms};

Span span_named(std::string_view name) {
  Span span;
  span.name = name;
  span.kind = Span::Kind::kServer;
  span.trace = {1, 2};
  span.id = {3};
  span.start = std::chrono::system_clock::time_point(1s);
  span.end = std::chrono::system_clock::time_point(2s);
  span.set("entry_point", "web");
  span.set("client.port", 1234);
  span.attributes.emplace_back("http.request.header.x", std::vector<std::string>{"a", "b"});
  return span;
}

model::Tracing tracing_to(std::uint16_t port, std::string_view path = "") {
  model::Tracing tracing;
  auto& http = tracing.otlp.emplace().http.emplace();
  http.endpoint = "http://127.0.0.1:" + std::to_string(port) + std::string(path);
  http.headers = {{"Authorization", "Bearer x"}};
  return tracing;
}

class Exporting : public testing::Test {
 protected:
  void push(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      std::vector<Span> spans;
      spans.push_back(span_named("EntryPoint"));
      queue_.push(std::move(spans));
    }
  }
  // True as soon as it holds; false when patience is over.
  bool turn_until(const std::function<bool()>& holds) {
    return loop_.run([](async::Loop& loop, std::function<bool()> condition) -> Task<bool> {
      const auto patience = async::Deadline::after(10s);
      while (!condition() && std::chrono::steady_clock::now() < patience.at) co_await async::sleep(loop, 1ms);
      co_return condition();
    }(loop_, holds));
  }

  async::Loop loop_;
  async::Offload offload_{1};
  net::Resolver names_{offload_};
  base::Log log_ = base::Log::none();
  SpanQueue queue_;
};

}  // namespace

TEST(OtlpJson, IsWhatCollectorsRead) {
  auto span = span_named("EntryPoint");
  span.parent = {4};
  span.trace_state = "a=b";
  span.failed = true;
  const std::vector<Span> spans = {span};
  EXPECT_EQ(
      to_otlp_json({{"service.name", "traefik"}}, spans),
      R"({"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"traefik"}}]},)"
      R"("scopeSpans":[{"scope":{"name":"gatehouse"},"spans":[{"traceId":"00000000000000010000000000000002",)"
      R"("spanId":"0000000000000003","parentSpanId":"0000000000000004","traceState":"a=b","name":"EntryPoint","kind":2,)"
      R"("startTimeUnixNano":"1000000000","endTimeUnixNano":"2000000000","attributes":[)"
      R"({"key":"entry_point","value":{"stringValue":"web"}},{"key":"client.port","value":{"intValue":"1234"}},)"
      R"({"key":"http.request.header.x","value":{"arrayValue":{"values":[{"stringValue":"a"},{"stringValue":"b"}]}}}],)"
      R"("status":{"code":2}}]}]}]})");
}

TEST(SpanQueue, DropsWhatIsTooMuch) {
  SpanQueue queue;
  std::vector<Span> many(SpanQueue::kSpansMax);
  queue.push(std::move(many));
  queue.push(std::vector<Span>(2));
  EXPECT_EQ(queue.dropped(), 2U);
  EXPECT_EQ(queue.take(100).size(), 100U);
  queue.push(std::vector<Span>(2));
  EXPECT_EQ(queue.dropped(), 2U);
  EXPECT_EQ(queue.take(SpanQueue::kSpansMax).size(), SpanQueue::kSpansMax - 98);
  EXPECT_TRUE(queue.take(1).empty());
}

TEST_F(Exporting, SendsInBatches) {
  ScriptedServer server(
      loop_, [](const Request&) { return Reply{ScriptedServer::response(200, "{}")}; }, ScriptedServer::On::kPort);
  TraceExporter exporter(loop_, names_, queue_, log_, kQuick);
  push(TraceExporter::kBatchSpansMax + 1);
  ASSERT_TRUE(exporter.configure(tracing_to(server.port()), {}));
  EXPECT_TRUE(turn_until([&] { return exporter.sent() == TraceExporter::kBatchSpansMax + 1; }));
  ASSERT_EQ(server.requests().size(), 2U);
  EXPECT_EQ(server.requests()[0].line(), "POST /v1/traces HTTP/1.1");
  EXPECT_THAT(server.requests()[0].head, HasSubstr("Content-Type: application/json\r\n"));
  EXPECT_THAT(server.requests()[0].head, HasSubstr("Authorization: Bearer x\r\n"));
  EXPECT_TRUE(format::JsonDocument::parse(server.requests()[0].body));
  EXPECT_EQ(server.connections(), 1);
  EXPECT_EQ(queue_.dropped(), 0U);
}

TEST_F(Exporting, SendsAgainWhatTheCollectorHadNoTimeFor) {
  int asked = 0;
  ScriptedServer server(
      loop_, [&](const Request&) { return Reply{ScriptedServer::response(++asked < 3 ? 503 : 200, "")}; },
      ScriptedServer::On::kPort);
  TraceExporter exporter(loop_, names_, queue_, log_, kQuick);
  push(1);
  ASSERT_TRUE(exporter.configure(tracing_to(server.port(), "/otlp"), {}));
  EXPECT_TRUE(turn_until([&] { return exporter.sent() == 1; }));
  EXPECT_EQ(asked, 3);
  EXPECT_EQ(server.requests()[0].line(), "POST /otlp HTTP/1.1");
}

TEST_F(Exporting, DropsWhatTheCollectorRefuses) {
  ScriptedServer server(
      loop_, [](const Request&) { return Reply{ScriptedServer::response(400, "")}; }, ScriptedServer::On::kPort);
  TraceExporter exporter(loop_, names_, queue_, log_, kQuick);
  push(3);
  ASSERT_TRUE(exporter.configure(tracing_to(server.port()), {}));
  EXPECT_TRUE(turn_until([&] { return queue_.dropped() == 3; }));
  EXPECT_EQ(server.requests().size(), 1U);
}

TEST_F(Exporting, DropsWhenNobodyListens) {
  TraceExporter exporter(loop_, names_, queue_, log_, kQuick);
  push(1);
  ASSERT_TRUE(exporter.configure(tracing_to(1), {}));
  EXPECT_TRUE(turn_until([&] { return queue_.dropped() == 1; }));
}

TEST_F(Exporting, FlushesAtTheEnd) {
  ScriptedServer server(
      loop_, [](const Request&) { return Reply{ScriptedServer::response(200, "")}; }, ScriptedServer::On::kPort);
  TraceExporter exporter(loop_, names_, queue_, log_, {.interval = 1h, .exchange = 5s, .pause = 1ms});
  ASSERT_TRUE(exporter.configure(tracing_to(server.port()), {}));
  push(1);
  loop_.run(exporter.flush(async::Deadline::after(5s)));
  EXPECT_EQ(exporter.sent(), 1U);
}

TEST_F(Exporting, RefusesAnEndpointThatIsNone) {
  TraceExporter exporter(loop_, names_, queue_, log_, kQuick);
  auto tracing = tracing_to(1);
  tracing.otlp->http->endpoint = "collector:4318";
  EXPECT_EQ(exporter.configure(tracing, {}).error().code, base::ErrorCode::kInvalid);
  EXPECT_TRUE(exporter.configure(std::nullopt, {}));
  loop_.run(exporter.flush(async::Deadline::after(1s)));
}

}  // namespace gatehouse::observe
