// Upgrades: WebSocket and whatever else two sides agree to speak.
#include "wire/conversation.h"

namespace gatehouse::tests {

namespace {

constexpr std::string_view kUpgrade =
    "GET /chat HTTP/1.1\r\nHost: a.test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    "Sec-WebSocket-Key: AQIDBAUGBwgJCgsMDQ4PEA==\r\n\r\n";
constexpr std::string_view kSwitching =
    "HTTP/1.1 101 Switching Protocols\r\nSec-WebSocket-Accept: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";

std::string forwarded_upgrade() {
  auto fields = forwarded_fields();
  fields.replace(fields.find("Proto: http"), 11, "Proto: ws");
  return "GET /chat HTTP/1.1\r\nHost: a.test\r\nSec-WebSocket-Key: AQIDBAUGBwgJCgsMDQ4PEA==\r\n" + fields +
         "Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n";
}

Peer open_tunnel(Peer& client, Server& server) {
  client.send(kUpgrade);
  auto backend = server.accept();
  EXPECT_BYTES(backend, forwarded_upgrade());
  backend.send(kSwitching);
  EXPECT_BYTES(client, kSwitching);
  return backend;
}

}  // namespace

TEST(Tunnel, BytesGoBothWaysUntouched) {
  Server server;
  Bed bed(snapshot_of(server));
  auto client = bed.connect();
  auto backend = open_tunnel(client, server);
  const std::string frames("\x81\x02hi\0\r\n\r\nGET / HTTP/1.1\r\n\r\n", 28);
  client.send(frames);
  EXPECT_BYTES(backend, frames);
  backend.send(frames);
  EXPECT_BYTES(client, frames);
}

TEST(Tunnel, BytesRightBehindTheSwitchAreOfTheTunnel) {
  Server server;
  Bed bed(snapshot_of(server));
  auto client = bed.connect();
  client.send(kUpgrade);
  auto backend = server.accept();
  take_request(backend);
  backend.send(std::string(kSwitching) + "first frame");
  EXPECT_BYTES(client, std::string(kSwitching) + "first frame");
}

TEST(Tunnel, EndsWhenBothSidesHaveEnded) {
  Server server;
  Bed bed(snapshot_of(server));
  auto client = bed.connect();
  auto backend = open_tunnel(client, server);
  client.end_writing();
  EXPECT_TRUE(backend.ended());
  backend.send("goodbye");
  backend.end_writing();
  EXPECT_BYTES(client, "goodbye");
  EXPECT_TRUE(client.ended());
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_TRUE(eventually([&] { return bed.worker().open_connections() == 0; }));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(3));
}

TEST(Tunnel, EndsWhenOneSideBreaks) {
  Server server;
  Bed bed(snapshot_of(server));
  {
    auto client = bed.connect();
    auto backend = open_tunnel(client, server);
    client.reset();
    EXPECT_TRUE(backend.ended());
  }
  auto client = bed.connect();
  auto backend = open_tunnel(client, server);
  backend.reset();
  EXPECT_TRUE(client.ended());
}

TEST(Tunnel, BackendMayRefuse) {
  Server server;
  Bed bed(snapshot_of(server));
  auto client = bed.connect();
  client.send(kUpgrade);
  auto backend = server.accept();
  EXPECT_BYTES(backend, forwarded_upgrade());
  backend.send("HTTP/1.1 403 Forbidden\r\nDate: now\r\nContent-Length: 2\r\n\r\nno");
  EXPECT_BYTES(client, "HTTP/1.1 403 Forbidden\r\nDate: now\r\nContent-Length: 2\r\n\r\nno");
  converse(client, backend);  // both go on as HTTP
}

TEST(Tunnel, BackendMayNotSwitchToSomethingElse) {
  Server server;
  Bed bed(snapshot_of(server));
  auto client = bed.connect();
  client.send(kUpgrade);
  auto backend = server.accept();
  take_request(backend);
  backend.send("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n");
  EXPECT_EQ(take_reply(client).status, 502);
  EXPECT_TRUE(backend.ended());
}

// In which protocol would they be?
TEST(Tunnel, BytesBehindARequestToSwitchAreRefused) {
  Server server;
  Bed bed(snapshot_of(server));
  auto client = bed.connect();
  client.send(std::string(kUpgrade) + "GET /admin HTTP/1.1\r\nHost: a.test\r\n\r\n");
  EXPECT_EQ(take_reply(client).status, 400);
  EXPECT_TRUE(client.ended());
  EXPECT_TRUE(server.is_quiet());
}

TEST(Tunnel, UpgradeToAnotherHttpIsNotPassedOn) {
  Server server;
  Bed bed(snapshot_of(server));
  auto client = bed.connect();
  client.send(
      "GET / HTTP/1.1\r\nHost: a.test\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"
      "HTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n");
  auto backend = server.accept();
  EXPECT_BYTES(backend, forwarded_get());
  backend.send(kOk);
  EXPECT_BYTES(client, kOk);
}

}  // namespace gatehouse::tests
