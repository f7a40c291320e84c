// W3C trace context between client and backend, and the spans of an exchange.
#include <algorithm>

#include <gmock/gmock.h>

#include "wire/conversation.h"

namespace gatehouse::tests {

namespace {

using observe::Span;
using testing::HasSubstr;
using testing::MatchesRegex;
using testing::Not;

constexpr std::string_view kTrace = "4bf92f3577b34da6a3ce929d0e0e4736";
constexpr std::string_view kParent = "00f067aa0ba902b7";

model::Snapshot traced(const Server& server) {
  auto snapshot = snapshot_of(server);
  auto& tracing = snapshot.tracing.emplace();
  tracing.captured_request_headers = {"X-Asked", "User-Agent"};
  tracing.captured_response_headers = {"x-answered"};
  tracing.safe_query_params = {"q"};
  return snapshot;
}

std::string traceparent(std::string_view flags = "01") {
  return "Traceparent: 00-" + std::string(kTrace) + "-" + std::string(kParent) + "-" + std::string(flags) + "\r\n";
}

struct Told {
  std::string head;  // as the backend got it
  std::vector<Span> spans;

  [[nodiscard]] std::string field(std::string_view name) const {
    const auto begin = head.find("\r\n" + std::string(name) + ": ");
    if (begin == std::string::npos) return "none";
    const auto value = begin + 4 + name.size();
    return head.substr(value, head.find("\r\n", value) - value);
  }
};

// One exchange with these fields; the spans are there when the client has its answer and the worker has rested.
Told exchange(Bed& bed, Server& server, const std::string& fields, std::string_view target = "/") {
  auto client = bed.connect();
  client.send("GET " + std::string(target) + " HTTP/1.1\r\nHost: a.test\r\n" + fields + "\r\n");
  auto backend = server.accept();
  Told told;
  told.head = take_request(backend);
  backend.send("HTTP/1.1 503 Service Unavailable\r\nX-Answered: yes\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(take_reply(client).status, 503);
  bed.stop();  // on its thread the response and its account are one step
  told.spans = bed.telemetry().spans.take(100);
  return told;
}

std::string text_of(const Span& span, std::string_view key) {
  const auto found = std::ranges::find(span.attributes, key, [](const auto& attribute) { return attribute.first; });
  if (found == span.attributes.end()) return "none";
  if (const auto* text = std::get_if<std::string>(&found->second)) return *text;
  if (const auto* number = std::get_if<std::int64_t>(&found->second)) return std::to_string(*number);
  return std::get<std::vector<std::string>>(found->second).front();
}

}  // namespace

TEST(Trace, GoesOnThroughTheEdge) {
  Server server;
  Bed bed(traced(server));
  const auto told =
      exchange(bed, server, traceparent() + "Tracestate: a=b\r\nX-Asked: 1\r\nUser-Agent: curl\r\n", "/a?q=1&token=2");
  ASSERT_GE(told.spans.size(), 2U);
  const auto& entry_point = told.spans[0];
  const auto& proxy = told.spans[1];
  EXPECT_EQ(entry_point.name, "EntryPoint");
  EXPECT_EQ(entry_point.kind, Span::Kind::kServer);
  EXPECT_EQ(entry_point.trace.text(), kTrace);
  EXPECT_EQ(entry_point.parent.text(), kParent);
  EXPECT_EQ(entry_point.trace_state, "a=b");
  EXPECT_EQ(text_of(entry_point, "entry_point"), "web");
  EXPECT_EQ(text_of(entry_point, "http.request.method"), "GET");
  EXPECT_EQ(text_of(entry_point, "network.protocol.version"), "1.1");
  EXPECT_EQ(text_of(entry_point, "url.path"), "/a");
  EXPECT_EQ(text_of(entry_point, "url.query"), "q=1&token=REDACTED");
  EXPECT_EQ(text_of(entry_point, "url.scheme"), "http");
  EXPECT_EQ(text_of(entry_point, "server.address"), "a.test");
  EXPECT_EQ(text_of(entry_point, "client.address"), "127.0.0.1");
  EXPECT_EQ(text_of(entry_point, "user_agent.original"), "curl");
  EXPECT_EQ(text_of(entry_point, "http.request.header.x-asked"), "1");
  EXPECT_EQ(text_of(entry_point, "http.request.header.user-agent"), "none");
  EXPECT_EQ(text_of(entry_point, "http.response.status_code"), "503");
  EXPECT_EQ(text_of(entry_point, "http.response.header.x-answered"), "yes");
  EXPECT_TRUE(entry_point.failed);
  EXPECT_EQ(proxy.name, "ReverseProxy");
  EXPECT_EQ(proxy.kind, Span::Kind::kClient);
  EXPECT_EQ(proxy.trace, entry_point.trace);
  EXPECT_EQ(proxy.parent, entry_point.id);
  EXPECT_EQ(text_of(proxy, "url.full"), server.url() + "/a?q=1&token=REDACTED");
  EXPECT_EQ(text_of(proxy, "server.address"), "127.0.0.1");
  EXPECT_GE(proxy.start, entry_point.start);
  EXPECT_LE(proxy.end, entry_point.end);
  EXPECT_EQ(told.field("Traceparent"), "00-" + std::string(kTrace) + "-" + proxy.id.text() + "-01");
  EXPECT_EQ(told.field("Tracestate"), "a=b");
}

TEST(Trace, BeginsWhereThereIsNone) {
  Server server;
  Bed bed(traced(server));
  const auto told = exchange(bed, server, "Traceparent: 00-nonsense\r\nTracestate: a=b\r\n");
  EXPECT_THAT(told.field("Traceparent"), MatchesRegex("00-[0-9a-f]{32}-[0-9a-f]{16}-01"));
  EXPECT_THAT(told.field("Traceparent"), Not(HasSubstr(std::string(kTrace))));
  EXPECT_EQ(told.field("Tracestate"), "none");
  EXPECT_EQ(told.spans[0].parent.number, 0U);
}

TEST(Trace, OfSeveralParentsNoneIsBelieved) {
  Server server;
  Bed bed(traced(server));
  const auto told = exchange(bed, server, traceparent() + traceparent());
  EXPECT_THAT(told.field("Traceparent"), Not(HasSubstr(std::string(kTrace))));
}

TEST(Trace, ThatIsNotSampledIsPassedOnAndNotTold) {
  Server server;
  Bed bed(traced(server));
  const auto told = exchange(bed, server, traceparent("00"));
  EXPECT_THAT(told.field("Traceparent"), MatchesRegex("00-" + std::string(kTrace) + "-[0-9a-f]{16}-00"));
  EXPECT_THAT(told.field("Traceparent"), Not(HasSubstr(std::string(kParent))));
  EXPECT_TRUE(std::ranges::none_of(told.spans, [](const Span& span) { return span.trace.text() == kTrace; }));
}

TEST(Trace, InDetailShowsRouterAndService) {
  Server server;
  auto snapshot = traced(server);
  snapshot.routers[0].trace_verbosity = "detailed";
  Bed bed(snapshot);
  const auto told = exchange(bed, server, traceparent());
  ASSERT_GE(told.spans.size(), 4U);
  const auto& proxy = told.spans[1];
  const auto& router = told.spans[2];
  const auto& service = told.spans[3];
  EXPECT_EQ(router.name, "Router");
  EXPECT_EQ(router.parent, told.spans[0].id);
  EXPECT_EQ(text_of(router, "traefik.router.name"), "all@test");
  EXPECT_EQ(text_of(router, "traefik.service.name"), "app@test");
  EXPECT_EQ(text_of(router, "http.route"), "PathPrefix(`/`)");
  EXPECT_EQ(service.name, "Service");
  EXPECT_EQ(service.parent, router.id);
  EXPECT_EQ(proxy.parent, service.id);
}

TEST(Trace, RouterMayBeLeftOut) {
  Server server;
  auto snapshot = traced(server);
  snapshot.routers[0].tracing = false;
  Bed bed(snapshot);
  const auto told = exchange(bed, server, traceparent());
  EXPECT_EQ(told.field("Traceparent"), traceparent().substr(13, 55));
  EXPECT_TRUE(told.spans.empty());
}

TEST(Trace, IsNoneOfOursWhenTracingIsOff) {
  Server server;
  auto snapshot = traced(server);
  snapshot.tracing.reset();
  Bed bed(snapshot);
  const auto told = exchange(bed, server, traceparent() + "Tracestate: a=b\r\n");
  EXPECT_EQ(told.field("Traceparent"), traceparent().substr(13, 55));
  EXPECT_EQ(told.field("Tracestate"), "a=b");
}

}  // namespace gatehouse::tests
