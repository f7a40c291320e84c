// prometheus@internal: what Prometheus reads of the traffic.
#include <gmock/gmock.h>

#include "wire/conversation.h"

namespace gatehouse::tests {

namespace {

using testing::HasSubstr;
using testing::Not;

model::Snapshot metered(const std::vector<std::string>& server_urls) {
  auto snapshot = snapshot_of(server_urls);
  snapshot.entry_points["traefik"].address = "127.0.0.1:0";
  snapshot.metrics.emplace().prometheus.emplace().add_routers_labels = true;
  add_router(snapshot, "prometheus@internal", "PathPrefix(`/metrics`)", "prometheus@internal").entry_points = {
      "traefik"};
  return snapshot;
}
model::Snapshot metered(const Server& server) { return metered(std::vector{server.url()}); }

std::string scrape(Bed& bed) {
  auto client = bed.connect("traefik");
  client.send("GET /metrics HTTP/1.1\r\nHost: a.test\r\n\r\n");
  auto reply = take_reply(client);
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.field("Content-Type"), "text/plain; version=0.0.4; charset=utf-8");
  return std::move(reply.content);
}

}  // namespace

TEST(Metrics, CountByEntryPointRouterAndService) {
  Server server;
  Bed bed(metered(server));
  auto client = bed.connect();
  auto backend = converse(client, server);
  converse(client, backend);
  const auto page = scrape(bed);
  for (const auto* line :
       {"traefik_config_reloads_total 0\n", "traefik_config_last_reload_success 1\n",
        "traefik_open_connections{entrypoint=\"web\",protocol=\"TCP\"} 1\n",
        "traefik_entrypoint_requests_total{entrypoint=\"web\",code=\"200\",method=\"GET\",protocol=\"http\"} 2\n",
        "traefik_entrypoint_responses_bytes_total{entrypoint=\"web\",code=\"200\",method=\"GET\",protocol=\"http\"} "
        "4\n",
        "traefik_router_requests_total{router=\"all@test\",service=\"app@test\",code=\"200\",method=\"GET\","
        "protocol=\"http\"} 2\n",
        "traefik_service_requests_total{service=\"app@test\",code=\"200\",method=\"GET\",protocol=\"http\"} 2\n",
        "traefik_service_request_duration_seconds_bucket{service=\"app@test\",code=\"200\",method=\"GET\","
        "protocol=\"http\",le=\"5\"} 2\n",
        "traefik_service_request_duration_seconds_bucket{service=\"app@test\",code=\"200\",method=\"GET\","
        "protocol=\"http\",le=\"+Inf\"} 2\n",
        "traefik_service_request_duration_seconds_count{service=\"app@test\",code=\"200\",method=\"GET\","
        "protocol=\"http\"} 2\n",
        "# TYPE traefik_service_request_duration_seconds histogram\n",
        "gatehouse_entrypoint_request_duration_seconds_count{entrypoint=\"web\"} 2\n",
        "gatehouse_entrypoint_overhead_seconds_count{entrypoint=\"web\"} 2\n",
        "gatehouse_service_first_byte_seconds_count{service=\"app@test\"} 2\n", "process_cpu_seconds_total "}) {
    EXPECT_THAT(page, HasSubstr(line));
  }
  EXPECT_THAT(page, Not(HasSubstr("prometheus@internal")));  // metrics.addInternals is off
}

TEST(Metrics, CountWhatTheEdgeAnswersItself) {
  auto snapshot = metered({"http://127.0.0.1:1"});
  snapshot.metrics->add_internals = true;
  snapshot.routers[0].rule = "Host(`other.test`)";
  Bed bed(snapshot);
  auto client = bed.connect();
  client.send("BREW / HTTP/1.1\r\nHost: a.test\r\nAccept: text/html, text/event-stream\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(take_reply(client).status, 404);
  scrape(bed);
  const auto page = scrape(bed);
  EXPECT_THAT(page, HasSubstr("{entrypoint=\"web\",code=\"404\",method=\"EXTENSION_METHOD\",protocol=\"sse\"} 1\n"));
  EXPECT_THAT(page, HasSubstr("traefik_router_requests_total{router=\"prometheus@internal\""));
}

TEST(Metrics, CountWithoutABackend) {
  auto snapshot = metered(std::vector<std::string>{});
  Bed bed(snapshot);
  auto client = bed.connect();
  client.send(kGet);
  EXPECT_EQ(take_reply(client).status, 503);
  const auto page = scrape(bed);
  EXPECT_THAT(page, HasSubstr("traefik_service_requests_total{service=\"app@test\",code=\"503\""));
  EXPECT_THAT(page, Not(HasSubstr("gatehouse_service_first_byte_seconds_count")));
}

TEST(Metrics, EachAttemptIsCountedOfItsService) {
  Server server;
  auto snapshot = metered(server);
  auto& retry = snapshot.middlewares["again@test"].retry.emplace();
  retry.attempts = 2;
  retry.status = {"503"};
  snapshot.routers[0].middlewares = {"again@test"};
  Bed bed(snapshot);
  auto client = bed.connect();
  client.send(kGet);
  auto backend = server.accept();
  take_request(backend);
  backend.send("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
  auto second = server.accept();
  take_request(second);
  second.send(kOk);
  EXPECT_EQ(take_reply(client).status, 200);
  const auto page = scrape(bed);
  EXPECT_THAT(page, HasSubstr("traefik_service_requests_total{service=\"app@test\",code=\"503\""));
  EXPECT_THAT(page, HasSubstr("traefik_service_requests_total{service=\"app@test\",code=\"200\""));
  EXPECT_THAT(page, HasSubstr("traefik_service_retries_total{service=\"app@test\"} 1\n"));
  EXPECT_THAT(page, Not(HasSubstr("traefik_entrypoint_requests_total{entrypoint=\"web\",code=\"503\"")));
}

TEST(Metrics, TakeLabelsFromFields) {
  Server server;
  auto snapshot = metered(server);
  snapshot.metrics->prometheus->header_labels = {{"agent", "User-Agent"}, {"tenant", "X-Tenant"}};
  Bed bed(snapshot);
  auto client = bed.connect();
  client.send("GET / HTTP/1.1\r\nHost: a.test\r\nUser-Agent: c\"\xff\r\n\r\n");
  auto backend = server.accept();
  take_request(backend);
  backend.send(kOk);
  EXPECT_EQ(take_reply(client).status, 200);
  EXPECT_THAT(scrape(bed), HasSubstr("traefik_service_requests_total{service=\"app@test\",code=\"200\",method=\"GET\","
                                     "protocol=\"http\",agent=\"c\\\"?\",tenant=\"\"} 1\n"));
}

TEST(Metrics, GoOnWithAnotherConfiguration) {
  Server server;
  auto snapshot = metered(server);
  Bed bed(snapshot);
  auto client = bed.connect();
  auto backend = converse(client, server);
  snapshot.id = 2;
  add_router(snapshot, "more@test", "Host(`more.test`)", "app@test");
  bed.apply(snapshot);
  converse(client, backend);
  EXPECT_THAT(scrape(bed), HasSubstr("traefik_service_requests_total{service=\"app@test\",code=\"200\",method=\"GET\","
                                     "protocol=\"http\"} 2\n"));
}

TEST(Metrics, WhatHasGoneIsToldOfOnceMore) {
  Server server;
  auto snapshot = metered(server);
  Bed bed(snapshot);
  auto client = bed.connect();
  converse(client, server);
  std::erase_if(snapshot.routers, [](const auto& router) { return router.name == "all@test"; });
  const auto apply = [&] {
    ++snapshot.id;
    bed.apply(snapshot);
  };
  apply();
  EXPECT_THAT(scrape(bed), HasSubstr("router=\"all@test\""));
  apply();
  EXPECT_THAT(scrape(bed), Not(HasSubstr("router=\"all@test\"")));
}

TEST(Metrics, ARouterMayBeLeftOut) {
  Server server;
  auto snapshot = metered(server);
  snapshot.routers[0].metrics = false;
  Bed bed(snapshot);
  auto client = bed.connect();
  converse(client, server);
  const auto page = scrape(bed);
  EXPECT_THAT(page, Not(HasSubstr("_requests_total{")));
}

TEST(Metrics, AreNotThereUnlessTheyAreOn) {
  auto snapshot = metered({"http://127.0.0.1:1"});
  snapshot.metrics.reset();
  EXPECT_THROW(Bed{snapshot}, std::runtime_error);
}

}  // namespace gatehouse::tests
