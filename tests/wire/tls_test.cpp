// TLS in front of the conversation, and both kinds on one port.
#include "tls/issue.h"
#include "wire/conversation.h"

namespace gatehouse::tests {

namespace {

// An authority, and certificates of it for a.test and b.test.
class Secured : public testing::Test {
 protected:
  model::SnapshotCertificate certificate(const std::string& name) {
    const auto made = tls::issue(authority_, {.common_name = name, .names = {name}}, tls::KeyType::kEc256,
                                 tls::valid_for(std::chrono::hours(1)));
    return {.names = {name}, .chain = made->chain.to_pem(), .key = made->key.to_pem()};
  }
  // Plain requests are answered by "plain" and secured ones by the server.
  model::Snapshot snapshot() {
    auto snapshot = snapshot_of(server_);
    snapshot.tls.certificates = {certificate("a.test"), certificate("b.test")};
    snapshot.routers[0].tls = true;
    snapshot.services["plain@test"].load_balancer.emplace().servers.emplace_back().url = plain_server_.url();
    add_router(snapshot, "plain@test", "PathPrefix(`/`)", "plain@test");
    return snapshot;
  }
  [[nodiscard]] std::string root() const { return authority_.chain.to_pem(); }
  static std::string forwarded_secure_get(std::string_view host) {
    auto fields = forwarded_fields(host, "443");
    fields.replace(fields.find("Proto: http"), 11, "Proto: https");
    return "GET / HTTP/1.1\r\nHost: " + std::string(host) + "\r\n" + fields + "\r\n";
  }

  tls::KeyedCertificate authority_ =
      *tls::make_authority("Test authority", {.dns = {"test"}, .ip_ranges = {}}, tls::valid_for(std::chrono::hours(2)));
  Server server_;
  Server plain_server_;
};

}  // namespace

TEST_F(Secured, CertificateIsChosenByTheName) {
  Bed bed(snapshot());
  for (const std::string host : {"a.test", "b.test"}) {
    auto client = bed.connect();
    client.secure(host, root());  // verifies the name
    client.send("GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
    auto backend = server_.accept();
    EXPECT_BYTES(backend, forwarded_secure_get(host));
    backend.send("HTTP/1.1 200 OK\r\nDate: now\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok");
    EXPECT_BYTES(client, kOk);
  }
}

TEST_F(Secured, UnknownNameGetsACertificateThatDoesNotFit) {
  Bed bed(snapshot());
  auto client = bed.connect();
  EXPECT_THROW(client.secure("c.test", root()), std::runtime_error);
}

TEST_F(Secured, OnePortServesBothKinds) {
  Bed bed(snapshot());
  auto plain = bed.connect();
  converse(plain, plain_server_);
  auto secured = bed.connect();
  secured.secure("a.test", root());
  secured.send(kGet);
  auto backend = server_.accept();
  EXPECT_BYTES(backend, forwarded_secure_get("a.test"));
  backend.send(kOk);
  EXPECT_BYTES(secured, kOk);
  EXPECT_TRUE(plain_server_.is_quiet(std::chrono::milliseconds(0)));
}

TEST_F(Secured, RequestsFollowEachOtherAndTheEndIsSaid) {
  Bed bed(snapshot());
  auto client = bed.connect();
  client.secure("a.test", root());
  client.send(std::string(kGet) + "GET / HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n");
  auto backend = server_.accept();
  for (int i = 0; i < 2; ++i) {
    take_request(backend);
    backend.send(kOk);
  }
  EXPECT_BYTES(client,
               std::string(kOk) + "HTTP/1.1 200 OK\r\nDate: now\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok");
  EXPECT_TRUE(client.ended());  // with close_notify, or it throws
}

TEST_F(Secured, LongContentGoesBothWays) {
  Bed bed(snapshot());
  auto client = bed.connect();
  client.secure("a.test", root());
  const std::string content(100'000, 'x');
  client.send("POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 100000\r\n\r\n" + content);
  auto backend = server_.accept();
  EXPECT_TRUE(take_request(backend).ends_with("\r\n\r\n" + content));
  backend.send("HTTP/1.1 200 OK\r\nDate: now\r\nContent-Length: 100000\r\n\r\n" + content);
  EXPECT_EQ(take_reply(client).content, content);
}

TEST_F(Secured, BackendThatBreaksOffIsNotTakenForAnEnd) {
  Bed bed(snapshot());
  auto client = bed.connect();
  client.secure("a.test", root());
  client.send("GET / HTTP/1.0\r\nHost: a.test\r\n\r\n");
  auto backend = server_.accept();
  take_request(backend);
  backend.send("HTTP/1.1 200 OK\r\nDate: now\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n12345\r\n");
  EXPECT_BYTES(client, "HTTP/1.1 200 OK\r\nDate: now\r\nConnection: close\r\n\r\n12345");
  backend.close();
  EXPECT_ANY_THROW(client.ended());
}

TEST_F(Secured, NewCertificateIsUsedByTheNextConnection) {
  Bed bed(snapshot());
  auto first = bed.connect();
  first.secure("a.test", root());
  auto renewed = snapshot();
  renewed.tls.certificates.push_back(certificate("c.test"));
  bed.apply(renewed);
  auto second = bed.connect();
  second.secure("c.test", root());
  second.send("GET / HTTP/1.1\r\nHost: c.test\r\n\r\n");
  auto backend = server_.accept();
  EXPECT_BYTES(backend, forwarded_secure_get("c.test"));
  first.send(kGet);  // the old connection goes on
  auto other = server_.accept();
  EXPECT_BYTES(other, forwarded_secure_get("a.test"));
}

TEST_F(Secured, ClientThatHangsUpInTheHandshakeDoesNoHarm) {
  Bed bed(snapshot());
  auto rude = bed.connect();
  rude.send(std::string("\x16\x03\x01\x02\x00\x01\x00", 7));
  rude.close();
  auto garbage = bed.connect();
  garbage.send(std::string("\x16\x03\x01\x00\x05hello", 10));
  garbage.take_rest();  // an alert, or nothing
  auto client = bed.connect();
  client.secure("a.test", root());
}

}  // namespace gatehouse::tests
