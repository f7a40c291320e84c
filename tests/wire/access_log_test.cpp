// Lines of the access log, as tools parse them.
#include <gmock/gmock.h>

#include "format/json.h"
#include "wire/conversation.h"

namespace gatehouse::tests {

namespace {

using testing::MatchesRegex;

constexpr auto* kTime = R"(\[[0-9]{2}/[A-Z][a-z]{2}/[0-9]{4}:[0-9]{2}:[0-9]{2}:[0-9]{2} \+0000\])";

model::Snapshot logging(const Server& server, const std::string& format = "common") {
  auto snapshot = snapshot_of(server);
  snapshot.access_log.emplace().format = format;
  return snapshot;
}

// One exchange: what the log says of it.
std::string line_of(Bed& bed, Server& server, std::string_view request) {
  auto client = bed.connect();
  client.send(request);
  auto backend = server.accept();
  take_request(backend);
  backend.send("HTTP/1.1 200 OK\r\nDate: now\r\nX-Origin: yes\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello");
  EXPECT_EQ(take_reply(client).status, 200);
  return bed.take_log_line();
}

constexpr std::string_view kTelling =
    "GET /a?b=c HTTP/1.1\r\nHost: a.test\r\nreferer: http://b.test/\r\nuser-agent: curl/8 \"x\"\r\n\r\n";

format::JsonDocument parsed(const std::string& line) {
  auto document = format::JsonDocument::parse(line);
  EXPECT_TRUE(document.has_value()) << line;
  return *std::move(document);
}

}  // namespace

TEST(AccessLog, CommonLineIsTraefiks) {
  Server server;
  Bed bed(logging(server));
  // Header fields are dropped unless the operator keeps them.
  EXPECT_THAT(line_of(bed, server, kTelling),
              MatchesRegex(std::string(R"(127\.0\.0\.1 - - )") + kTime +
                           R"( "GET /a\?b=c HTTP/1\.1" 200 5 "-" "-" 1 "all@test" "http://127\.0\.0\.1:)" +
                           std::to_string(server.port()) + R"(" [0-9]+ms)"));
  EXPECT_THAT(line_of(bed, server, kGet), MatchesRegex(".* \"-\" \"-\" 2 \"all@test\" .*"));
}

TEST(AccessLog, KeptFieldsCannotEndTheirQuotes) {
  Server server;
  auto snapshot = logging(server);
  snapshot.access_log->field_rules.headers.names = {{"Referer", "redact"}, {"User-Agent", "keep"}};
  Bed bed(snapshot);
  EXPECT_THAT(line_of(bed, server, kTelling), MatchesRegex(R"(.* 200 5 "REDACTED" "curl/8 \\"x\\"" 1 .*)"));
}

TEST(AccessLog, GenericLineHasNothingOfOurOwn) {
  Server server;
  Bed bed(logging(server, "genericCLF"));
  EXPECT_THAT(line_of(bed, server, kTelling),
              MatchesRegex(std::string(R"(127\.0\.0\.1 - - )") + kTime + R"( "GET /a\?b=c HTTP/1\.1" 200 5 "-" "-")"));
}

TEST(AccessLog, DroppedPartsAreDashes) {
  Server server;
  auto snapshot = logging(server);
  snapshot.access_log->field_rules.names = {{"ClientHost", "drop"}, {"RequestPath", "drop"},
                                            {"RouterName", "drop"}, {"DownstreamStatus", "drop"},
                                            {"StartUTC", "drop"},   {"StartLocal", "drop"}};
  Bed bed(snapshot);
  EXPECT_THAT(line_of(bed, server, kGet), MatchesRegex(R"(- - - \[-\] "GET - HTTP/1\.1" - 5 "-" "-" 1 "-" .*)"));
}

TEST(AccessLog, NamesTheClientThatATrustedProxyNames) {
  Server server;
  auto snapshot = logging(server);
  const std::string request = "GET / HTTP/1.1\r\nHost: a.test\r\nX-Forwarded-For: 192.0.2.1\r\n\r\n";
  {
    Bed bed(snapshot);
    EXPECT_THAT(line_of(bed, server, request), testing::StartsWith("127.0.0.1 - "));
  }
  snapshot.entry_points["web"].forwarded_headers.trusted_ips = {"127.0.0.1"};
  Bed bed(snapshot);
  EXPECT_THAT(line_of(bed, server, request), testing::StartsWith("192.0.2.1 - "));
}

TEST(AccessLog, UserNamesAreOneWord) {
  Server server;
  auto snapshot = logging(server);
  snapshot.middlewares["auth@test"].basic_auth.emplace().users = {"x:$apr1$a$b"};
  snapshot.routers[0].middlewares = {"auth@test"};
  Bed bed(snapshot);
  auto client = bed.connect();
  client.send("GET / HTTP/1.1\r\nHost: a.test\r\nAuthorization: Basic YSBiCiJjOmQ=\r\n\r\n");  // a b\n"c:d
  EXPECT_EQ(take_reply(client).status, 401);
  EXPECT_THAT(bed.take_log_line(), testing::StartsWith("127.0.0.1 - a\\x20b\\x0a\\\"c ["));
}

TEST(AccessLog, RefusedTargetsAreLoggedAsTheyCameButOneWord) {
  Server server;
  Bed bed(logging(server));
  auto client = bed.connect();
  client.send("GET /%zz\"x HTTP/1.1\r\nHost: a.test\r\n\r\n");
  EXPECT_EQ(take_reply(client).status, 400);
  EXPECT_THAT(bed.take_log_line(), MatchesRegex(R"(127.* "GET /%zz\\"x HTTP/1\.1" 400 .* "-" "-" 1 "-" "-" .*)"));
}

TEST(AccessLog, JsonLineHasTraefiksMembers) {
  Server server;
  auto snapshot = logging(server, "json");
  snapshot.access_log->field_rules.headers.names = {{"User-Agent", "keep"}, {"Referer", "redact"}, {"x-two", "keep"}};
  Bed bed(snapshot);
  const auto document = parsed(line_of(
      bed, server,
      "POST /a?b=c HTTP/1.1\r\nHost: a.test:81\r\nuser-agent: curl \"8\"\r\nReferer: x\r\nX-TWO: 1\r\nx-two: 2\r\n"
      "Content-Length: 3\r\n\r\nabc"));
  const auto line = document.root();
  const auto text = [&](std::string_view name) { return std::string(line.find(name).string().value_or("none")); };
  EXPECT_EQ(text("ClientHost"), "127.0.0.1");
  EXPECT_EQ(text("ClientAddr"), "127.0.0.1:" + text("ClientPort"));
  EXPECT_EQ(text("ClientUsername"), "-");
  EXPECT_EQ(line.find("DownstreamStatus").integer(), 200);
  EXPECT_EQ(line.find("DownstreamContentSize").integer(), 5);
  EXPECT_EQ(line.find("OriginStatus").integer(), 200);
  EXPECT_EQ(line.find("OriginContentSize").integer(), 5);
  EXPECT_EQ(line.find("RequestContentSize").integer(), 3);
  EXPECT_EQ(line.find("RequestCount").integer(), 1);
  EXPECT_EQ(line.find("RetryAttempts").integer(), 0);
  EXPECT_GE(line.find("Duration").integer(), line.find("OriginDuration").integer());
  EXPECT_EQ(text("RequestAddr"), "a.test:81");
  EXPECT_EQ(text("RequestHost"), "a.test");
  EXPECT_EQ(text("RequestPort"), "81");
  EXPECT_EQ(text("RequestMethod"), "POST");
  EXPECT_EQ(text("RequestPath"), "/a?b=c");
  EXPECT_EQ(text("RequestProtocol"), "HTTP/1.1");
  EXPECT_EQ(text("RequestScheme"), "http");
  EXPECT_EQ(text("RouterName"), "all@test");
  EXPECT_EQ(text("ServiceName"), "app@test");
  EXPECT_EQ(text("ServiceURL"), server.url());
  EXPECT_EQ(text("ServiceAddr"), server.url().substr(7));
  EXPECT_EQ(text("entryPointName"), "web");
  EXPECT_EQ(text("level"), "info");
  EXPECT_EQ(text("request_User-Agent"), "curl \"8\"");
  EXPECT_EQ(text("request_Referer"), "REDACTED");
  EXPECT_EQ(text("request_X-Two"), "1,2");
  EXPECT_FALSE(line.find("request_Host").exists());
  EXPECT_THAT(text("StartUTC"), MatchesRegex("[0-9-]+T[0-9:.]+Z"));
}

TEST(AccessLog, FiltersLeaveLinesOut) {
  Server server;
  auto snapshot = logging(server);
  snapshot.access_log->filters.status_codes = {"404", "500-599"};
  snapshot.routers[0].rule = "Host(`a.test`)";
  Bed bed(snapshot);
  auto client = bed.connect();
  converse(client, server);
  client.send("GET / HTTP/1.1\r\nHost: b.test\r\n\r\n");
  EXPECT_EQ(take_reply(client).status, 404);
  EXPECT_THAT(bed.take_log_line(), testing::HasSubstr("\" 404 "));
}

TEST(AccessLog, RouterMayKeepNone) {
  Server server;
  auto snapshot = logging(server);
  snapshot.routers[0].rule = "Host(`a.test`)";
  snapshot.routers[0].access_logs = false;
  Bed bed(snapshot);
  auto client = bed.connect();
  converse(client, server);
  client.send("GET /next HTTP/1.1\r\nHost: b.test\r\n\r\n");
  take_reply(client);
  EXPECT_THAT(bed.take_log_line(), testing::HasSubstr("GET /next "));
}

TEST(AccessLog, TunnelsAreLoggedWhenTheyEnd) {
  Server server;
  Bed bed(logging(server));
  auto client = bed.connect();
  client.send("GET / HTTP/1.1\r\nHost: a.test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
  auto backend = server.accept();
  take_request(backend);
  backend.send("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
  EXPECT_EQ(take_reply(client).status, 101);
  backend.send("12345");
  EXPECT_BYTES(client, "12345");
  client.reset();
  EXPECT_THAT(bed.take_log_line(), testing::HasSubstr("\" 101 5 "));
}

}  // namespace gatehouse::tests
