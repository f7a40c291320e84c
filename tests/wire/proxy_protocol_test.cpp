// The PROXY protocol: believed from those in front of us, and told to servers behind.
#include "net/proxy_protocol.h"

#include "wire/conversation.h"

namespace gatehouse::tests {

namespace {

constexpr std::string_view kHeader = "PROXY TCP4 192.0.2.7 198.51.100.1 56324 443\r\n";

std::string second_header() {
  return net::proxy_header(net::ProxyVersion::kTwo, *net::SocketAddress::from_ip("192.0.2.7", 56324),
                           *net::SocketAddress::from_ip("198.51.100.1", 443));
}

model::Snapshot behind_a_balancer(const Server& server, const std::string& trusted) {
  auto snapshot = snapshot_of(server);
  auto& protocol = snapshot.entry_points["web"].proxy_protocol.emplace();
  trusted.empty() ? void(protocol.insecure = true) : protocol.trusted_ips.push_back(trusted);
  return snapshot;
}

// The backend is told of that client.
void expect_forwarded(Server& server, Peer& client, const std::string& address) {
  auto backend = server.accept();
  EXPECT_NE(take_request(backend).find("X-Forwarded-For: " + address + "\r\n"), std::string::npos);
  backend.send(kOk);
  EXPECT_BYTES(client, kOk);
}

void add_tcp(model::Snapshot& snapshot, const Server& server, const std::string& rule) {
  snapshot.tcp.services["tcp@test"].load_balancer.emplace().servers.emplace_back().address =
      "127.0.0.1:" + std::to_string(server.port());
  auto& router = snapshot.tcp.routers.emplace_back();
  router.name = "tcp@test";
  router.rule = rule;
  router.priority = 1;
  router.service = "tcp@test";
}

}  // namespace

TEST(ProxyProtocolIn, NamesTheClientWhereItIsBelieved) {
  Server server;
  for (const std::string trusted : {"", "127.0.0.0/8"}) {
    Bed bed(behind_a_balancer(server, trusted));
    for (const auto& header : {std::string(kHeader), second_header()}) {
      auto client = bed.connect();
      client.send(header + std::string(kGet));
      expect_forwarded(server, client, "192.0.2.7");
    }
  }
}

TEST(ProxyProtocolIn, ByteByByte) {
  Server server;
  Bed bed(behind_a_balancer(server, "127.0.0.1"));
  for (const auto& header : {std::string(kHeader), second_header()}) {
    auto client = bed.connect();
    for (const char byte : header) client.send({&byte, 1});
    client.send(kGet);
    expect_forwarded(server, client, "192.0.2.7");
  }
}

TEST(ProxyProtocolIn, NobodyHasToSendOne) {
  Server server;
  Bed bed(behind_a_balancer(server, "127.0.0.1"));
  auto client = bed.connect();
  converse(client, server);
}

TEST(ProxyProtocolIn, StrangersAreNotBelieved) {
  Server server;
  Bed bed(behind_a_balancer(server, "10.0.0.0/8"));
  auto client = bed.connect();
  client.send(std::string(kHeader) + std::string(kGet));
  expect_forwarded(server, client, "127.0.0.1");
}

TEST(ProxyProtocolIn, WithoutTheOptionItIsNoHttp) {
  Server server;
  Bed bed(snapshot_of(server));
  auto client = bed.connect();
  client.send(std::string(kHeader) + std::string(kGet));
  EXPECT_EQ(take_reply(client).status, 400);
  EXPECT_TRUE(server.is_quiet());
}

TEST(ProxyProtocolIn, BrokenOneEndsTheConnection) {
  Server server;
  Bed bed(behind_a_balancer(server, ""));
  auto client = bed.connect();
  client.send("PROXY TCP4 192.0.2.300 198.51.100.1 1 2\r\n" + std::string(kGet));
  EXPECT_TRUE(client.was_reset());
  EXPECT_TRUE(server.is_quiet());
}

TEST(ProxyProtocolIn, SecondHeaderIsTheClientsOwn) {
  Server server;
  Bed bed(behind_a_balancer(server, ""));
  auto client = bed.connect();
  client.send(std::string(kHeader) + "PROXY TCP4 10.0.0.1 10.0.0.2 1 2\r\n" + std::string(kGet));
  EXPECT_EQ(take_reply(client).status, 400);
  EXPECT_TRUE(server.is_quiet());
}

TEST(ProxyProtocolIn, RulesOfTcpGoByIt) {
  Server http;
  Server tcp;
  auto snapshot = behind_a_balancer(http, "");
  add_tcp(snapshot, tcp, "ClientIP(`192.0.2.0/24`)");
  Bed bed(snapshot);
  auto client = bed.connect();
  client.send(std::string(kHeader) + "hello");
  auto backend = tcp.accept();
  EXPECT_BYTES(backend, "hello");
  auto other = bed.connect();
  converse(other, http);
}

TEST(ProxyProtocolOut, IsSentBeforeAnythingElse) {
  Server http;
  Server tcp;
  auto snapshot = behind_a_balancer(http, "");
  add_tcp(snapshot, tcp, "HostSNI(`*`)");
  auto& balancer = *snapshot.tcp.services["tcp@test"].load_balancer;
  balancer.servers_transport = "t@test";
  auto& protocol = snapshot.tcp.servers_transports["t@test"].proxy_protocol.emplace();
  protocol.version = 1;
  Bed bed(snapshot);
  auto client = bed.connect();
  client.send(std::string(kHeader) + "hello");
  auto backend = tcp.accept();
  const auto first = backend.take_through("\r\n");
  EXPECT_TRUE(first.starts_with("PROXY TCP4 192.0.2.7 127.0.0.1 56324 ")) << first;
  EXPECT_BYTES(backend, "hello");

  protocol.version = 2;
  balancer.proxy_protocol.reset();
  bed.apply(snapshot);
  auto second = bed.connect();
  second.send(std::string(kHeader) + "hello");
  auto second_backend = tcp.accept();
  const auto header = second_backend.take(28);
  const auto reading = net::read_proxy_header(header);
  ASSERT_EQ(reading.state, net::ProxyReading::State::kComplete);
  EXPECT_EQ(reading.source->to_string(), "192.0.2.7:56324");
  EXPECT_BYTES(second_backend, "hello");
}

TEST(ProxyProtocolOut, ServiceMaySayItItself) {
  Server http;
  Server tcp;
  auto snapshot = snapshot_of(http);
  add_tcp(snapshot, tcp, "HostSNI(`*`)");
  snapshot.tcp.services["tcp@test"].load_balancer->proxy_protocol.emplace().version = 1;
  Bed bed(snapshot);
  auto client = bed.connect();
  auto backend = tcp.accept();
  EXPECT_TRUE(backend.take_through("\r\n").starts_with("PROXY TCP4 127.0.0.1 127.0.0.1 "));
}

}  // namespace gatehouse::tests
