// api@internal and dashboard@internal, asked as tools ask them.
#include <gmock/gmock.h>

#include "wire/conversation.h"

namespace gatehouse::tests {

namespace {

using testing::HasSubstr;

model::Snapshot snapshot_with_api(const std::string& base_path = "/") {
  auto snapshot = snapshot_of({"http://127.0.0.1:1"});
  snapshot.api.emplace().base_path = base_path;
  snapshot.routers[0].rule = "Host(`app.test`)";
  add_router(snapshot, "console@test", "Host(`console.test`)", "api@internal");
  add_router(snapshot, "pages@test", "Host(`pages.test`)", "dashboard@internal");
  return snapshot;
}

Reply ask(Peer& client, std::string_view target, std::string_view host = "console.test",
          std::string_view method = "GET") {
  client.send(std::string(method) + " " + std::string(target) + " HTTP/1.1\r\nHost: " + std::string(host) + "\r\n\r\n");
  return take_reply(client, method == "HEAD");
}

}  // namespace

TEST(Api, AnswersWhatToolsAsk) {
  Bed bed(snapshot_with_api());
  auto client = bed.connect();
  for (const auto& [target, part] : std::initializer_list<std::pair<const char*, const char*>>{
           {"/api/rawdata", R"j("all@test":{"entryPoints":["web"],"service":"app@test")j"},
           {"/api/overview", R"j("routers":{"total":3,"warnings":0,"errors":0})j"},
           {"/api/version", R"j("Version":)j"},
           {"/api/entrypoints", R"j("name":"web")j"},
           {"/api/entrypoints/web", R"j("address":"127.0.0.1:0")j"},
           {"/api/http/routers", R"j("rule":"Host(`app.test`)")j"},
           {"/api/http/routers/all@test", R"j("name":"all@test")j"},
           {"/api/http/routers/all%40test", R"j("name":"all@test")j"},
           {"/api/http/services/app@test", R"j("serverStatus":{"http://127.0.0.1:1":"UP"})j"},
           {"/api/http/middlewares", "[]"},
           {"/api/certificates", "[]"},
           {"/api/gatehouse/issues", "[]"},
           {"/api/gatehouse/traffic", R"j("entryPoints":{"web":)j"},
           {"/api/tcp/routers", "[]"}}) {
    const auto reply = ask(client, target);
    EXPECT_EQ(reply.status, 200) << target;
    EXPECT_EQ(reply.field("Content-Type"), "application/json");
    EXPECT_EQ(reply.field("Cache-Control"), "no-store");
    EXPECT_THAT(reply.content, HasSubstr(part)) << target;
  }
}

TEST(Api, ListsComeInPages) {
  Bed bed(snapshot_with_api());
  auto client = bed.connect();
  EXPECT_EQ(ask(client, "/api/http/routers?per_page=2").field("X-Next-Page"), "2");
  EXPECT_EQ(ask(client, "/api/http/routers?per_page=2&page=2").field("X-Next-Page"), "1");
  EXPECT_EQ(ask(client, "/api/http/routers?search=App.Test").content.find("console@test"), std::string::npos);
  for (const auto* query : {"page=9", "page=0", "page=x", "per_page=-1"}) {
    const auto reply = ask(client, std::string("/api/http/routers?") + query);
    EXPECT_EQ(reply.status, 400) << query;
    EXPECT_THAT(reply.content, HasSubstr("\"message\":"));
  }
  EXPECT_EQ(ask(client, "/api/http/routers?per_page=18446744073709551615").status, 200);
}

TEST(Api, SaysWhatItDoesNotHave) {
  Bed bed(snapshot_with_api());
  auto client = bed.connect();
  EXPECT_EQ(ask(client, "/api/http/routers/none@test").content, "{\"message\":\"router not found: none@test\"}\n");
  EXPECT_EQ(ask(client, "/api/entrypoints/none").status, 404);
  EXPECT_EQ(ask(client, "/api/certificates/none").content, "{\"message\":\"certificate not found: none\"}\n");
  EXPECT_EQ(ask(client, "/api/http/routers?page=9").content,
            "{\"message\":\"invalid request: page: 9, per_page: 100\"}\n");
  EXPECT_EQ(ask(client, "/api/http/routersx").status, 404);
  EXPECT_EQ(ask(client, "/api/secrets").status, 404);
  EXPECT_EQ(ask(client, "/apix/rawdata").status, 404);
}

TEST(Api, OnlyReads) {
  Bed bed(snapshot_with_api());
  auto client = bed.connect();
  for (const auto* method : {"PUT", "DELETE", "OPTIONS"}) {
    const auto reply = ask(client, "/api/rawdata", "console.test", method);
    EXPECT_EQ(reply.status, 405) << method;
    EXPECT_EQ(reply.field("Allow"), "GET, HEAD");
  }
  const auto head = ask(client, "/api/rawdata", "console.test", "HEAD");
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.field("Content-Length"), std::to_string(ask(client, "/api/rawdata").content.size()));
}

TEST(Api, LongAnswersComeWhole) {
  auto snapshot = snapshot_with_api();
  for (int i = 0; i < 2000; ++i) add_router(snapshot, std::to_string(i) + "@test", "Path(`/x`)", "app@test");
  Bed bed(snapshot);
  auto client = bed.connect();
  const auto reply = ask(client, "/api/rawdata");
  EXPECT_GT(reply.content.size(), 400'000U);
  EXPECT_TRUE(reply.content.ends_with("}\n"));
  EXPECT_EQ(ask(client, "/api/version").status, 200);
}

TEST(Api, IsNotThereUnlessItIsOn) {
  auto snapshot = snapshot_with_api();
  snapshot.api.reset();
  EXPECT_THROW(Bed{snapshot}, std::runtime_error);
}

TEST(Dashboard, IsOnePageThatRunsOnlyItsOwnScript) {
  Bed bed(snapshot_with_api());
  auto client = bed.connect();
  for (const auto* host : {"console.test", "pages.test"}) {
    const auto page = ask(client, "/dashboard/", host);
    EXPECT_EQ(page.status, 200);
    EXPECT_EQ(page.field("Content-Type"), "text/html; charset=utf-8");
    EXPECT_THAT(page.field("Content-Security-Policy"), HasSubstr("default-src 'none'"));
    EXPECT_THAT(page.field("Content-Security-Policy"), testing::Not(HasSubstr("unsafe")));
    EXPECT_EQ(page.content.find("://"), std::string::npos);  // nothing from elsewhere
    EXPECT_EQ(page.content.find("innerHTML"), std::string::npos);
  }
  EXPECT_EQ(ask(client, "/api/rawdata", "pages.test").status, 404);
}

TEST(Dashboard, IsWhereTheRootLeads) {
  Bed bed(snapshot_with_api());
  auto client = bed.connect();
  for (const auto* target : {"/", "/dashboard"}) {
    const auto reply = ask(client, target);
    EXPECT_EQ(reply.status, 302);
    EXPECT_EQ(reply.field("Location"), "/dashboard/");
  }
  EXPECT_EQ(ask(client, "/other").status, 404);
}

TEST(Dashboard, LivesBelowTheBasePathAndThePrefixThatWasTakenOff) {
  auto snapshot = snapshot_with_api("/traefik/");
  snapshot.entry_points["web"].forwarded_headers.insecure = true;
  Bed bed(snapshot);
  auto client = bed.connect();
  EXPECT_EQ(ask(client, "/traefik").field("Location"), "/traefik/dashboard/");
  EXPECT_EQ(ask(client, "/traefik/dashboard/").status, 200);
  EXPECT_EQ(ask(client, "/traefik/api/version").status, 200);
  EXPECT_EQ(ask(client, "/api/version").status, 404);
  EXPECT_EQ(ask(client, "/traefikx/api/version").status, 404);
  const auto location = [&](const std::string& prefix) {
    client.send("GET /traefik/ HTTP/1.1\r\nHost: console.test\r\nX-Forwarded-Prefix: " + prefix + "\r\n\r\n");
    return take_reply(client).field("Location");
  };
  EXPECT_EQ(location("/admin"), "/admin/traefik/dashboard/");
  EXPECT_EQ(location("//evil.test"), "/traefik/dashboard/");
  EXPECT_EQ(location("https://evil.test"), "/traefik/dashboard/");
}

TEST(Dashboard, MayBeOff) {
  auto snapshot = snapshot_with_api();
  snapshot.api->dashboard = false;
  std::erase_if(snapshot.routers, [](const auto& router) { return router.service == "dashboard@internal"; });
  Bed bed(snapshot);
  auto client = bed.connect();
  EXPECT_EQ(ask(client, "/dashboard/").status, 404);
  EXPECT_EQ(ask(client, "/api/version").status, 200);
}

TEST(Ping, SaysOk) {
  auto snapshot = snapshot_of({"http://127.0.0.1:1"});
  snapshot.routers[0].service = "ping@internal";
  Bed bed(snapshot);
  auto client = bed.connect();
  const auto reply = ask(client, "/ping");
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.content, "OK");
}

TEST(Ping, SaysThatTheEndIsNear) {
  auto snapshot = snapshot_of({"http://127.0.0.1:1"});
  snapshot.ping.emplace().terminating_status_code = 410;
  snapshot.routers[0].service = "ping@internal";
  Bed bed(snapshot);
  bed.telemetry().terminating = true;
  auto client = bed.connect();
  const auto reply = ask(client, "/ping");
  EXPECT_EQ(reply.status, 410);
  EXPECT_EQ(reply.content, "Gone");
}

}  // namespace gatehouse::tests
