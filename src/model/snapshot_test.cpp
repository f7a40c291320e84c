#include "model/snapshot.h"

#include <chrono>

#include <fmt/format.h>
#include <gmock/gmock.h>

namespace gatehouse::model {
namespace {

using testing::HasSubstr;
using testing::Not;

SnapshotRouter router_of(std::string name, std::string rule) {
  SnapshotRouter router;
  router.name = std::move(name);
  router.provider = "docker";
  router.rule = std::move(rule);
  return router;
}

Server server_of(std::string url) {
  Server server;
  server.url = std::move(url);
  return server;
}

Snapshot full_snapshot() {
  Snapshot snapshot;
  snapshot.id = 18'446'744'073'709'551'615U;
  snapshot.entry_points["web"].address = ":80";
  snapshot.entry_points["web"].forwarded_headers.trusted_ips = {"10.0.0.0/8"};
  snapshot.entry_points["web"].transport.responding_timeouts.read_timeout = std::chrono::milliseconds(1);
  snapshot.entry_points["web"].http.redirections.emplace().entry_point.emplace().to = "websecure";
  snapshot.routers.push_back(router_of("r@docker", "Host(`a\"\n`)"));
  snapshot.routers.back().priority = -3;
  snapshot.routers.back().entry_points = {"web"};
  snapshot.routers.back().access_logs = false;
  auto& headers = snapshot.middlewares["h@file"].headers.emplace();
  headers.custom_request_headers = {{"X-A", ""}, {"", "b"}};
  auto& compress = snapshot.middlewares["c@file"].compress.emplace();
  compress.encodings.clear();  // not the default
  snapshot.middlewares["p@file"].plugin["x"].json = R"({"a":[1,"b",null]})";
  snapshot.middlewares["e@file"].errors.emplace().error_request_headers.emplace();
  auto& balancer = snapshot.services["s@docker"].load_balancer.emplace();
  balancer.servers.push_back(server_of("http://10.0.0.1:80"));
  balancer.servers.back().weight = 0;
  balancer.sticky.emplace().cookie.emplace();
  balancer.pass_host_header = false;
  snapshot.servers_transports["default@internal"].max_idle_conns_per_host = 0;
  snapshot.tls.certificates.push_back({{"a.test", "*.b.test"}, "CHAIN", base::Secret("KEY")});
  snapshot.tls.options["default"].alpn_protocols = {"http/1.1"};
  snapshot.tls.default_certificate = snapshot.tls.certificates[0];
  snapshot.acme_tokens.push_back({"a.test", "t", "t.k", true});
  snapshot.access_log.emplace().format = "json";
  snapshot.metrics.emplace().prometheus.emplace().buckets = {0.5};
  snapshot.ping.emplace();
  snapshot.api.emplace().insecure = true;
  return snapshot;
}

TEST(Snapshot, ComesBackAsItWent) {
  const auto snapshot = full_snapshot();
  const auto text = encode(snapshot);
  const auto decoded = decode(text);
  ASSERT_TRUE(decoded.has_value()) << decoded.error().message;
  EXPECT_EQ(*decoded, snapshot);
  EXPECT_EQ(encode(*decoded), text);
  EXPECT_EQ(*decode(encode(Snapshot())), Snapshot());
}

TEST(Snapshot, EveryTruncationIsAnError) {
  const auto text = encode(full_snapshot());
  for (std::size_t length = 0; length < text.size(); ++length) {
    ASSERT_FALSE(decode(std::string_view(text).substr(0, length)).has_value()) << length;
  }
}

TEST(Snapshot, ErrorsNameTheMemberAndNoValue) {
  EXPECT_THAT(decode("[]").error().message, HasSubstr("has no version"));
  EXPECT_EQ(decode(R"({"version":2})").error().code, base::ErrorCode::kUnsupported);
  EXPECT_THAT(decode(R"({"version":1,"routers":[{"rule":7}]})").error().message,
              HasSubstr("routers[0].rule is not a string"));
  EXPECT_THAT(decode(R"({"version":1,"services":{"s":{"x":1}}})").error().message,
              HasSubstr("services.s.x is not known"));
  EXPECT_THAT(decode(R"({"version":1,"tls":{"certificates":[{"key":["PRIVATE"]}]}})").error().message,
              testing::AllOf(HasSubstr("tls.certificates[0].key is not a string"), Not(HasSubstr("PRIVATE"))));
  EXPECT_FALSE(decode(R"({"version":1,"id":-1})").has_value());
}

TEST(Snapshot, HasASizeLimit) {
  const std::string text(kSnapshotBytesMax + 1, ' ');
  EXPECT_EQ(decode(text).error().code, base::ErrorCode::kLimit);
}

TEST(Snapshot, TenThousandRoutersAreQuick) {
  Snapshot snapshot;
  for (int i = 0; i < 10'000; ++i) {
    const auto name = fmt::format("app-{}@docker", i);
    auto router = router_of(name, fmt::format("Host(`app-{}.example.com`)", i));
    router.entry_points = {"web", "websecure"};
    router.middlewares = {"secure-headers@file", "compress@file"};
    router.service = name;
    snapshot.routers.push_back(std::move(router));
    auto& balancer = snapshot.services[name].load_balancer.emplace();
    balancer.servers.push_back(server_of(fmt::format("http://10.{}.{}.1:8080", i / 250, i % 250)));
  }
  const auto start = std::chrono::steady_clock::now();
  const auto text = encode(snapshot);
  const auto decoded = decode(text);
  const auto taken = std::chrono::steady_clock::now() - start;
  ASSERT_TRUE(decoded.has_value());
  EXPECT_EQ(*decoded, snapshot);
  EXPECT_LT(text.size(), 5U << 20);
  RecordProperty("milliseconds",
                 static_cast<int>(std::chrono::duration_cast<std::chrono::milliseconds>(taken).count()));
  // Far above what it takes, also under sanitizers: it catches what is not linear.
  EXPECT_LT(taken, std::chrono::seconds(5));
}

}  // namespace
}  // namespace gatehouse::model
