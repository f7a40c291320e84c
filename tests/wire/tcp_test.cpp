// TCP routers: what they take from HTTP, TLS passed through and terminated, Postgres, middlewares, and the relay.
#include <atomic>

#include "tls/issue.h"
#include "wire/conversation.h"

namespace gatehouse::tests {

namespace {

class Tcp : public testing::Test {
 protected:
  Tcp() {
    add_server("tcp@test", tcp_);
    snapshot_.tls.certificates = {certificate("db.test"), certificate("a.test")};
  }

  void add_server(const std::string& service, const Server& server) {
    auto& balancer = snapshot_.tcp.services[service].load_balancer;
    if (!balancer) balancer.emplace();
    balancer->servers.emplace_back().address = "127.0.0.1:" + std::to_string(server.port());
  }
  model::SnapshotTcpRouter& add(const std::string& name, const std::string& rule, bool tls = false) {
    auto& router = snapshot_.tcp.routers.emplace_back();
    router.name = name;
    router.rule = rule;
    router.priority = rule == "HostSNI(`*`)" ? -1 : static_cast<std::int64_t>(rule.size());
    router.entry_points = {"web"};
    router.service = "tcp@test";
    router.tls = tls;
    if (tls) router.tls_options = "default";
    return router;
  }
  model::SnapshotCertificate certificate(const std::string& name) {
    const auto made = tls::issue(authority_, {.common_name = name, .names = {name}}, tls::KeyType::kEc256,
                                 tls::valid_for(std::chrono::hours(1)));
    return {.names = {name}, .chain = made->chain.to_pem(), .key = made->key.to_pem()};
  }
  [[nodiscard]] std::string root() const { return authority_.chain.to_pem(); }

  tls::KeyedCertificate authority_ =
      *tls::make_authority("Test authority", {.dns = {"test"}, .ip_ranges = {}}, tls::valid_for(std::chrono::hours(2)));
  Server http_;
  Server tcp_;
  model::Snapshot snapshot_ = snapshot_of(http_);
};

std::string number(std::size_t value, std::size_t size) {
  std::string bytes;
  while (size-- > 0) bytes.push_back(static_cast<char>(value >> 8 * size));
  return bytes;
}
std::string sized(std::size_t length_size, const std::string& bytes) {
  return number(bytes.size(), length_size) + bytes;
}

// As much of TLS as it takes to be passed through.
std::string client_hello(const std::string& name, const std::string& protocol = "") {
  const std::string names = sized(2, std::string(1, '\0') + sized(2, name));
  std::string extensions = number(0, 2) + sized(2, names);
  if (!protocol.empty()) extensions += number(16, 2) + sized(2, sized(2, sized(1, protocol)));
  const std::string body = std::string("\x03\x03", 2) + std::string(32, 'r') + sized(1, "") +
                           sized(2, std::string("\x13\x01", 2)) + sized(1, std::string(1, '\0')) + sized(2, extensions);
  return std::string("\x16\x03\x01", 3) + sized(2, std::string(1, '\1') + sized(3, body));
}

// The hello arrives at the server as it was sent, and what both say then at the other.
void expect_passed(Bed& bed, Server& server, const std::string& hello) {
  auto client = bed.connect();
  client.send(hello);
  auto backend = server.accept();
  EXPECT_BYTES(backend, hello);
  backend.send("server hello");
  EXPECT_BYTES(client, "server hello");
}

const std::string kPostgresRequest("\0\0\0\x08\x04\xd2\x16\x2f", 8);

}  // namespace

TEST_F(Tcp, PlainRouterTakesEveryConnection) {
  add("all", "HostSNI(`*`)");
  Bed bed(snapshot_);
  auto client = bed.connect();
  auto backend = tcp_.accept();
  backend.send("220 server first\r\n");
  EXPECT_BYTES(client, "220 server first\r\n");
  client.send(kGet);
  EXPECT_BYTES(backend, kGet);
  EXPECT_TRUE(http_.is_quiet());
}

TEST_F(Tcp, PlainRouterThatDoesNotMatchLeavesTheConnectionToHttp) {
  add("others", "ClientIP(`192.0.2.1`)");
  Bed bed(snapshot_);
  auto client = bed.connect();
  converse(client, http_);
}

TEST_F(Tcp, HalfClosedConnectionsGoOn) {
  add("all", "HostSNI(`*`)");
  snapshot_.tcp.services["tcp@test"].load_balancer->termination_delay = std::chrono::seconds(20);
  Bed bed(snapshot_);
  auto client = bed.connect();
  auto backend = tcp_.accept();
  client.send("question");
  client.end_writing();
  EXPECT_BYTES(backend, "question");
  EXPECT_TRUE(backend.ended());
  backend.send("answer");
  backend.end_writing();
  EXPECT_BYTES(client, "answer");
  EXPECT_TRUE(client.ended());
}

TEST_F(Tcp, TerminationDelayEndsAHalfClosedConnection) {
  add("all", "HostSNI(`*`)");
  Bed bed(snapshot_);
  auto client = bed.connect();
  auto backend = tcp_.accept();
  client.end_writing();
  EXPECT_TRUE(backend.ended());
  EXPECT_TRUE(client.ended());  // 100 ms later, though the server has not ended its side
}

TEST_F(Tcp, PassthroughGoesByTheName) {
  Server other;
  add_server("other@test", other);
  add("db", "HostSNI(`db.test`)", true).passthrough = true;
  auto& wild = add("wild", "HostSNI(`*.wild.test`)", true);
  wild.passthrough = true;
  wild.service = "other@test";
  Bed bed(snapshot_);
  expect_passed(bed, tcp_, client_hello("db.test"));
  expect_passed(bed, tcp_, client_hello("DB.test"));
  expect_passed(bed, other, client_hello("x.wild.test"));
  auto stranger = bed.connect();
  stranger.send(client_hello("y.x.wild.test"));
  stranger.take_rest();  // an alert
  EXPECT_TRUE(other.is_quiet());
  EXPECT_TRUE(tcp_.is_quiet());
}

TEST_F(Tcp, HelloMayComeByteByByte) {
  add("db", "HostSNI(`db.test`)", true).passthrough = true;
  Bed bed(snapshot_);
  const auto hello = client_hello("db.test");
  auto client = bed.connect();
  for (const char byte : hello) client.send({&byte, 1});
  auto backend = tcp_.accept();
  EXPECT_BYTES(backend, hello);
}

TEST_F(Tcp, PassthroughGoesByTheProtocol) {
  auto& mqtt = add("mqtt", "HostSNI(`db.test`) && ALPN(`mqtt`)", true);
  mqtt.passthrough = true;
  Bed bed(snapshot_);
  expect_passed(bed, tcp_, client_hello("db.test", "mqtt"));
  auto other = bed.connect();
  other.send(client_hello("db.test", "h2"));
  other.take_rest();
  EXPECT_TRUE(tcp_.is_quiet());
}

TEST_F(Tcp, BrokenHelloIsNotPassedOn) {
  add("all", "HostSNI(`*`)", true).passthrough = true;
  Bed bed(snapshot_);
  auto client = bed.connect();
  client.send(std::string("\x16\x03\x01\x00\x05hello", 10));
  client.take_rest();
  EXPECT_TRUE(tcp_.is_quiet());
}

TEST_F(Tcp, CertificateChallengesAreOurs) {
  add("all", "HostSNI(`*`)", true).passthrough = true;
  Bed bed(snapshot_);
  auto client = bed.connect();
  client.send(client_hello("db.test", "acme-tls/1"));
  client.take_rest();
  EXPECT_TRUE(tcp_.is_quiet());
  snapshot_.entry_points["web"].allow_acme_by_pass = true;
  bed.apply(snapshot_);
  expect_passed(bed, tcp_, client_hello("db.test", "acme-tls/1"));
}

TEST_F(Tcp, TerminatesTls) {
  add("db", "HostSNI(`db.test`)", true);
  Bed bed(snapshot_);
  auto client = bed.connect();
  client.secure("db.test", root());
  client.send("secret");
  auto backend = tcp_.accept();
  EXPECT_BYTES(backend, "secret");
  backend.send("answer");
  EXPECT_BYTES(client, "answer");
  backend.close();
  EXPECT_TRUE(client.ended());  // with close_notify, or it throws
}

TEST_F(Tcp, HttpsHostsGoBeforeTcpAndCatchAllsComeLast) {
  snapshot_.routers[0].tls = true;
  snapshot_.routers[0].tls_options = "default";
  snapshot_.routers[0].rule = "Host(`a.test`)";
  add("names a host of HTTP", "HostSNI(`a.test`)", true).passthrough = true;
  add("all", "HostSNI(`*`)", true).passthrough = true;
  Bed bed(snapshot_);
  auto client = bed.connect();
  client.secure("a.test", root());
  client.send(kGet);
  EXPECT_NO_THROW(http_.accept());
  expect_passed(bed, tcp_, client_hello("b.test"));
  snapshot_.routers[0].rule = "PathPrefix(`/`)";  // a catch-all of HTTP goes before that of TCP
  bed.apply(snapshot_);
  expect_passed(bed, tcp_, client_hello("a.test"));
  auto other = bed.connect();
  other.secure("db.test", root());
  EXPECT_TRUE(tcp_.is_quiet());
}

TEST_F(Tcp, PlainHttpGoesOnBesideTlsRouters) {
  add("db", "HostSNI(`db.test`)", true).passthrough = true;
  Bed bed(snapshot_);
  auto client = bed.connect();
  converse(client, http_);
}

TEST_F(Tcp, PostgresIsSecuredWhenItAsks) {
  add("db", "HostSNI(`db.test`)", true);
  Bed bed(snapshot_);
  auto client = bed.connect();
  client.send(kPostgresRequest.substr(0, 5));
  client.send(kPostgresRequest.substr(5));
  EXPECT_BYTES(client, "S");
  client.secure("db.test", root());
  client.send("startup message");
  auto backend = tcp_.accept();
  EXPECT_BYTES(backend, "startup message");
}

TEST_F(Tcp, PostgresIsPassedThroughWithItsRequest) {
  add("db", "HostSNI(`db.test`)", true).passthrough = true;
  Bed bed(snapshot_);
  auto client = bed.connect();
  client.send(kPostgresRequest);
  EXPECT_BYTES(client, "S");
  const auto hello = client_hello("db.test");
  client.send(hello);
  auto backend = tcp_.accept();
  EXPECT_BYTES(backend, kPostgresRequest);
  backend.send("S");
  EXPECT_BYTES(backend, hello);
  auto refused = bed.connect();
  refused.send(kPostgresRequest);
  EXPECT_BYTES(refused, "S");
  refused.send(hello);
  auto unwilling = tcp_.accept();
  EXPECT_BYTES(unwilling, kPostgresRequest);
  unwilling.send("N");
  EXPECT_TRUE(unwilling.ended());
}

TEST_F(Tcp, AllowListTurnsOthersAway) {
  snapshot_.tcp.middlewares["inside@test"].ip_allow_list.emplace().source_range = {"192.0.2.0/24"};
  add("all", "HostSNI(`*`)").middlewares = {"inside@test"};
  Bed bed(snapshot_);
  auto client = bed.connect();
  EXPECT_TRUE(client.ended());
  EXPECT_TRUE(tcp_.is_quiet());
  snapshot_.tcp.middlewares["inside@test"].ip_allow_list->source_range = {"127.0.0.0/8"};
  bed.apply(snapshot_);
  auto friendly = bed.connect();
  friendly.send("hello");
  auto backend = tcp_.accept();
  EXPECT_BYTES(backend, "hello");
}

TEST_F(Tcp, ConnectionsInFlightAreLimitedAcrossConfigurations) {
  snapshot_.tcp.middlewares["few@test"].in_flight_conn.emplace().amount = 2;
  add("all", "HostSNI(`*`)").middlewares = {"few@test"};
  Bed bed(snapshot_);
  auto first = bed.connect();
  auto first_backend = tcp_.accept();
  auto second = bed.connect();
  auto second_backend = tcp_.accept();
  bed.apply(snapshot_);
  auto third = bed.connect();
  EXPECT_TRUE(third.ended());
  first.close();
  EXPECT_TRUE(first_backend.ended());
  first_backend.close();
  EXPECT_TRUE(eventually([&] {
    auto next = bed.connect();
    return !tcp_.is_quiet(std::chrono::milliseconds(20));
  }));
}

TEST_F(Tcp, WeightsAreKeptAndDeadServersPassedOver) {
  Server heavy;
  add_server("light@test", tcp_);
  add_server("heavy@test", heavy);
  auto& weighted = snapshot_.tcp.services["both@test"].weighted.emplace();
  weighted.services = {{.name = "light@test", .weight = 1}, {.name = "heavy@test", .weight = 3}};
  add("all", "HostSNI(`*`)").service = "both@test";
  Bed bed(snapshot_);
  int count = 0;
  for (int i = 0; i < 8; ++i) {
    auto client = bed.connect();
    ASSERT_TRUE(eventually([&] {
      const auto now = std::chrono::milliseconds(0);
      if (!heavy.is_quiet(now)) {
        heavy.accept();
        ++count;
        return true;
      }
      if (tcp_.is_quiet(now)) return false;
      tcp_.accept();
      return true;
    }));
  }
  EXPECT_EQ(count, 6);
  heavy.close();
  for (int i = 0; i < 4; ++i) {
    auto client = bed.connect();
    client.send("x");
    auto backend = tcp_.accept();
    EXPECT_BYTES(backend, "x");
  }
}

TEST_F(Tcp, ConnectionsOutliveTheirConfiguration) {
  add("all", "HostSNI(`*`)");
  Bed bed(snapshot_);
  auto client = bed.connect();
  auto backend = tcp_.accept();
  snapshot_.tcp.routers.clear();
  bed.apply(snapshot_);
  client.send("still here");
  EXPECT_BYTES(backend, "still here");
  auto next = bed.connect();
  converse(next, http_);
}

TEST_F(Tcp, SlowReaderHoldsTheSenderUp) {
  add("all", "HostSNI(`*`)");
  Bed bed(snapshot_);
  auto client = bed.connect();
  auto backend = tcp_.accept();
  const std::string piece(64 * 1024, 'x');
  std::size_t sent = 0;
  for (int refused = 0; refused < 20;) {
    const auto count = client.send_some(piece);
    sent += count;
    refused = count > 0 ? 0 : refused + 1;
    ASSERT_LT(sent, 64U << 20);  // what the kernel holds, and no more
    if (count == 0) EXPECT_TRUE(client.is_silent(std::chrono::milliseconds(1)));
  }
  client.end_writing();
  EXPECT_EQ(backend.take_rest().size(), sent);
}

TEST_F(Tcp, ADrainEndsWhoHasSaidNothingAndWaitsForTheOthers) {
  add("db", "HostSNI(`db.test`)", true).passthrough = true;
  Bed bed(snapshot_);
  auto silent = bed.connect();
  auto client = bed.connect();
  const auto hello = client_hello("db.test");
  client.send(hello);
  auto backend = tcp_.accept();
  EXPECT_BYTES(backend, hello);
  std::atomic<bool> drained = false;
  bed.worker().drain(std::chrono::seconds(10), [&] { drained = true; });
  EXPECT_TRUE(silent.ended());
  client.send("more");
  EXPECT_BYTES(backend, "more");
  EXPECT_FALSE(drained);
  client.close();
  backend.close();
  EXPECT_TRUE(eventually([&] { return drained.load(); }));
}

}  // namespace gatehouse::tests
