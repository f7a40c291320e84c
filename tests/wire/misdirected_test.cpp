// TLS options belong to hosts, and a connection to the options that it was negotiated under: a request for a host of
// other options is misdirected (421, RFC 9110 section 15.5.20), however its name is spelt.
#include "tls/issue.h"
#include "wire/answering.h"
#include "wire/conversation.h"

namespace gatehouse::tests {

namespace {

// a.test is open; mtls.test and all below w.test ask for certificates; modern.test has options without a demand.
class Misdirected : public testing::Test {
 protected:
  model::Snapshot snapshot() {
    auto snapshot = snapshot_of({server_.url()});
    snapshot.routers.clear();
    snapshot.tls.certificates = {certificate_};
    snapshot.tls.options["mtls@file"].client_auth.client_auth_type = "RequestClientCert";
    snapshot.tls.options["modern@file"].min_version = "VersionTLS12";
    route(snapshot, "Host(`a.test`) || Host(`127.0.0.1`) || Host(`xn--bcher-kva.test`)", "default");
    route(snapshot, "Host(`mtls.test`) || Path(`/guarded`)", "mtls@file");
    route(snapshot, "Host(`*.w.test`)", "mtls@file");
    route(snapshot, "Host(`modern.test`)", "modern@file");
    return snapshot;
  }
  static void route(model::Snapshot& snapshot, const std::string& rule, const std::string& options) {
    auto& router = add_router(snapshot, "r" + std::to_string(snapshot.routers.size()) + "@test", rule, "app@test");
    router.tls = true;
    router.tls_options = options;
  }
  [[nodiscard]] Peer secured(Bed& bed, const std::string& name) const {
    auto client = bed.connect();
    client.secure(name, authority_.chain.to_pem());
    return client;
  }
  static int status(Peer& client, const std::string& host, const std::string& target = "/") {
    client.send("GET " + target + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
    return take_reply(client).status;
  }

  tls::KeyedCertificate authority_ =
      *tls::make_authority("Test authority", {.dns = {"test"}, .ip_ranges = {}}, tls::valid_for(std::chrono::hours(2)));
  tls::KeyedCertificate made_ =
      *tls::issue(authority_, {.common_name = "a.test", .names = {"a.test", "mtls.test", "*.w.test", "modern.test"}},
                  tls::KeyType::kEc256, tls::valid_for(std::chrono::hours(1)));
  model::SnapshotCertificate certificate_{.names = {}, .chain = made_.chain.to_pem(), .key = made_.key.to_pem()};
  AnsweringServer server_{"ok"};
};

}  // namespace

TEST_F(Misdirected, HostsOfOneOptionsShareAConnection) {
  Bed bed(snapshot());
  auto open = secured(bed, "a.test");
  for (const std::string host : {"a.test", "A.TEST", "a.test.", "a.test:443", "127.0.0.1", "xn--bcher-kva.test"}) {
    EXPECT_EQ(status(open, host), 200) << host;
  }
  EXPECT_EQ(status(open, "unknown.test"), 404);
  auto guarded = secured(bed, "mtls.test");
  for (const std::string host : {"mtls.test", "b.w.test", "MTLS.test:8443", "B.w.Test."}) {
    EXPECT_EQ(status(guarded, host), 200) << host;
  }
}

TEST_F(Misdirected, AGuardedHostIsNotReachedOverAnOpenOne) {
  Bed bed(snapshot());
  for (const std::string name : {"a.test", "modern.test", ""}) {
    auto client = secured(bed, name);
    for (const std::string host : {"mtls.test", "MTLS.test", "mtls.test.", "mtls.test:443", "b.w.test", "B.W.test.",
                                   "b.w.test:1", "xn--bcher-kva.w.test"}) {
      EXPECT_EQ(status(client, host), 421) << host << " over " << name;
      EXPECT_EQ(status(client, "a.test", "https://" + host + "/"), 421) << "the target overrules the field";
    }
  }
  EXPECT_EQ(server_.count(), 0U);
}

TEST_F(Misdirected, NorAnOpenOneOverAGuardedOne) {
  Bed bed(snapshot());
  auto guarded = secured(bed, "x.w.test");
  for (const std::string host : {"a.test", "modern.test", "127.0.0.1", "unknown.test", "w.test", "x.y.w.test"}) {
    EXPECT_EQ(status(guarded, host), 421) << host;
  }
  EXPECT_EQ(status(guarded, "x.w.test"), 200) << "the connection is as good as it was";
}

TEST_F(Misdirected, ARouterIsGuardedWhateverElseItsRuleLetsIn) {
  Bed bed(snapshot());
  auto client = secured(bed, "a.test");
  EXPECT_EQ(status(client, "unknown.test", "/guarded"), 421);
  auto guarded = secured(bed, "mtls.test");
  EXPECT_EQ(status(guarded, "mtls.test", "/guarded"), 200);
}

TEST_F(Misdirected, AConnectionFromBeforeTheDemandIsOfNoUse) {
  Bed bed(snapshot());
  auto client = secured(bed, "a.test");
  EXPECT_EQ(status(client, "a.test"), 200);
  auto changed = snapshot();
  changed.tls.options["default"].disable_session_tickets = true;
  bed.apply(changed);
  EXPECT_EQ(status(client, "a.test"), 200) << "nothing more is demanded";
  changed.tls.options["default"].client_auth.client_auth_type = "RequestClientCert";
  bed.apply(changed);
  EXPECT_EQ(status(client, "a.test"), 421);
  EXPECT_TRUE(client.ended());
  auto again = secured(bed, "a.test");
  EXPECT_EQ(status(again, "a.test"), 200);
}

}  // namespace gatehouse::tests
