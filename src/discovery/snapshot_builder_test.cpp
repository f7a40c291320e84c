#include "discovery/snapshot_builder.h"

#include <gmock/gmock.h>

#include "../../tests/support/test_folder.h"
#include "tls/issue.h"

namespace gatehouse::discovery {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class SnapshotBuilder : public testing::Test {
 protected:
  void SetUp() override {
    static_.entry_points["web"].address = ":80";
    static_.entry_points["websecure"].address = ":443";
    static_.entry_points["traefik"].address = ":8080";
    file().services["s"].load_balancer.emplace();
  }
  model::HttpConfig& file() { return providers_["file"].http; }
  model::HttpRouter& router(const std::string& name, const std::string& rule) {
    auto& result = file().routers[name];
    result.rule = rule;
    result.service = "s";
    return result;
  }
  BuiltSnapshot build() {
    return build_snapshot({.static_config = static_, .providers = providers_, .claims = claims_, .files = files_});
  }
  static const model::SnapshotRouter* find(const BuiltSnapshot& built, const std::string& name) {
    for (const auto& candidate : built.snapshot.routers) {
      if (candidate.name == name) return &candidate;
    }
    return nullptr;
  }
  static std::string problems(const BuiltSnapshot& built) {
    std::string text;
    for (const auto& problem : built.problems) text += problem.object + ": " + problem.message + "\n";
    return text;
  }

  model::StaticConfig static_;
  StackClaims claims_;
  FileContents files_;
  std::map<std::string, model::DynamicConfig> providers_;
};

TEST_F(SnapshotBuilder, QualifiesNamesAndFillsDefaults) {
  router("r", "Host(`a`)").middlewares = {"m", "m@file"};
  file().middlewares["m"].add_prefix.emplace().prefix = "/x";
  const auto built = build();
  const auto* built_router = find(built, "r@file");
  ASSERT_NE(built_router, nullptr) << problems(built);
  EXPECT_THAT(built_router->entry_points, ElementsAre("web", "websecure"));
  EXPECT_THAT(built_router->middlewares, ElementsAre("m@file", "m@file"));
  EXPECT_EQ(built_router->service, "s@file");
  EXPECT_EQ(built_router->priority, 9);
}

TEST_F(SnapshotBuilder, AMissingReferenceTakesOutOneRouter) {
  router("bad", "Host(`a`)").middlewares = {"absent"};
  router("worse", "Host(`a`)").service = "absent";
  router("good", "Host(`b`)");
  const auto built = build();
  EXPECT_EQ(find(built, "bad@file"), nullptr);
  EXPECT_EQ(find(built, "worse@file"), nullptr);
  EXPECT_NE(find(built, "good@file"), nullptr);
  EXPECT_THAT(problems(built), HasSubstr("router bad@file: the middleware \"absent@file\" does not exist"));
  EXPECT_THAT(problems(built), HasSubstr("router worse@file: the service \"absent@file\" does not exist"));
}

TEST_F(SnapshotBuilder, ABrokenMiddlewareSaysWhyItsRouterIsOut) {
  router("r", "Host(`a`)").middlewares = {"two"};
  auto& two = file().middlewares["two"];
  two.add_prefix.emplace().prefix = "/a";
  two.replace_path.emplace().path = "/b";
  const auto built = build();
  EXPECT_EQ(find(built, "r@file"), nullptr);
  EXPECT_THAT(problems(built), HasSubstr("router r@file: the middleware \"two@file\" cannot be used"));
}

TEST_F(SnapshotBuilder, ABadRuleIsTold) {
  router("r", "Hots(`a`)");
  const auto built = build();
  EXPECT_EQ(find(built, "r@file"), nullptr);
  EXPECT_THAT(problems(built), HasSubstr("router r@file"));
}

TEST_F(SnapshotBuilder, AnUnknownEntryPointIsTold) {
  router("r", "Host(`a`)").entry_points = {"nope"};
  const auto built = build();
  EXPECT_EQ(find(built, "r@file"), nullptr);
  EXPECT_THAT(problems(built), HasSubstr("nope"));
}

TEST_F(SnapshotBuilder, EntryPointsAddMiddlewaresAndTls) {
  static_.entry_points["websecure"].http.middlewares = {"m@file"};
  static_.entry_points["websecure"].http.tls.emplace();
  file().middlewares["m"].add_prefix.emplace().prefix = "/x";
  router("r", "Host(`a`)");
  const auto built = build();
  ASSERT_EQ(built.snapshot.routers.size(), 2u) << "the two entry points treat it differently";
  for (const auto& variant : built.snapshot.routers) {
    const bool secure = variant.entry_points.front() == "websecure";
    EXPECT_EQ(variant.tls, secure);
    EXPECT_EQ(variant.middlewares.size(), secure ? 1u : 0u);
  }
}

TEST_F(SnapshotBuilder, AnEntryPointRedirectsEverything) {
  auto& redirect = static_.entry_points["web"].http.redirections.emplace().entry_point.emplace();
  redirect.to = "websecure";
  const auto built = build();
  const auto* redirecting = find(built, "web-to-websecure@internal");
  ASSERT_NE(redirecting, nullptr);
  const auto& middleware = built.snapshot.middlewares.at(redirecting->middlewares.front());
  EXPECT_EQ(middleware.redirect_scheme->scheme, "https");
  EXPECT_EQ(middleware.redirect_scheme->port, "") << "443 is the scheme's own";
  redirect.to = "nowhere";
  EXPECT_THAT(problems(build()), HasSubstr("nowhere"));
}

TEST_F(SnapshotBuilder, ResolversGetTheHostsOfTheRule) {
  static_.certificates_resolvers["le"];
  auto& tls = router("r", "Host(`a.example`) || Host(`b.example`) || Host(`*.c.example`)").tls.emplace();
  tls.cert_resolver = "le";
  auto& other = router("r2", "Host(`d.example`)").tls.emplace();
  other.cert_resolver = "le";
  other.domains.push_back({.main = "e.example", .sans = {"www.e.example"}});
  const auto built = build();
  EXPECT_THAT(built.certificates,
              ElementsAre(CertificateNeed{"le", {"a.example"}}, CertificateNeed{"le", {"b.example"}},
                          CertificateNeed{"le", {"e.example", "www.e.example"}}));
}

TEST_F(SnapshotBuilder, MissingTlsOptionsNeverMeanWeakerOnes) {
  router("r", "Host(`a`)").tls.emplace().options = "mtls";
  const auto built = build();
  EXPECT_EQ(find(built, "r@file"), nullptr);
  EXPECT_THAT(problems(built), HasSubstr("TLS options \"mtls@file\" does not exist"));
}

TEST_F(SnapshotBuilder, UnreadableAuthoritiesCloseWhatTheyGuard) {
  for (const std::string name : {"default", "mtls"}) {
    providers_["file"].tls.options[name].client_auth.ca_files = {"/nonexistent/ca.pem"};
    router(name, "Host(`a`)").tls.emplace().options = name;
    const auto built = build();
    EXPECT_EQ(find(built, name + "@file"), nullptr);
    EXPECT_THAT(problems(built), HasSubstr("router " + name + "@file: the TLS options"));
    EXPECT_THAT(problems(built), HasSubstr("/nonexistent/ca.pem"));
  }
}

TEST_F(SnapshotBuilder, AMissingCertificateFileIsNamed) {
  model::TlsCertificate certificate;
  certificate.cert_file = "/nonexistent/cert.pem";
  certificate.key_file = base::Secret("/nonexistent/key.pem");
  providers_["file"].tls.certificates.push_back(certificate);
  EXPECT_THAT(problems(build()), HasSubstr("/nonexistent/cert.pem"));
}

// A certificate that is replaced: first one of its files, then the other.
TEST_F(SnapshotBuilder, ACertificateIsReadAgainAndTheLastRightOneStays) {
  const tests::TestFolder folder;
  const auto authority =
      *tls::make_authority("Test authority", {.dns = {"test"}, .ip_ranges = {}}, tls::valid_for(std::chrono::hours(2)));
  const auto issued = [&] {
    return *tls::issue(authority, {.common_name = "a.test", .names = {"a.test"}}, tls::KeyType::kEc256,
                       tls::valid_for(std::chrono::hours(1)));
  };
  // Clocks of file systems are coarse.
  auto time = std::filesystem::file_time_type::clock::now();
  const auto write = [&](const std::string& name, const std::string& text) {
    folder.write(name, text);
    std::filesystem::last_write_time(folder.path() / name, time += std::chrono::seconds(1));
  };
  const auto first = issued();
  const auto second = issued();
  write("cert.pem", first.chain.to_pem());
  write("key.pem", first.key.to_pem().reveal());
  model::TlsCertificate certificate;
  certificate.cert_file = folder.path() / "cert.pem";
  certificate.key_file = base::Secret((folder.path() / "key.pem").string());
  providers_["file"].tls.certificates.push_back(certificate);
  const auto shown = [](const BuiltSnapshot& built) { return built.snapshot.tls.certificates.at(0).chain; };
  EXPECT_EQ(shown(build()), first.chain.to_pem());
  EXPECT_FALSE(files_.have_changed());
  write("cert.pem", second.chain.to_pem());
  EXPECT_TRUE(files_.have_changed());
  const auto halfway = build();
  EXPECT_EQ(shown(halfway), first.chain.to_pem());
  EXPECT_THAT(problems(halfway), HasSubstr("what the files last held stays in force"));
  EXPECT_EQ(shown(build()), first.chain.to_pem()) << "however often it is looked at";
  EXPECT_FALSE(files_.have_changed());
  write("key.pem", second.key.to_pem().reveal());
  EXPECT_TRUE(files_.have_changed());
  EXPECT_EQ(shown(build()), second.chain.to_pem());
}

TEST_F(SnapshotBuilder, DockerPrecedesFileOnEqualPriority) {
  router("r", "Host(`a`)");
  providers_["docker"] = providers_["file"];
  const auto built = build();
  ASSERT_EQ(built.snapshot.routers.size(), 2u);
  EXPECT_EQ(built.snapshot.routers[0].name, "r@docker");
}

TEST_F(SnapshotBuilder, TcpRoutersAreResolved) {
  auto& tcp = providers_["file"].tcp;
  tcp.services["db"].load_balancer.emplace().servers_transport = "t";
  tcp.servers_transports["t"];
  tcp.middlewares["inside"].ip_allow_list.emplace().source_range = {"10.0.0.0/8"};
  auto& router = tcp.routers["r"];
  router.rule = "HostSNI(`db.test`)";
  router.service = "db";
  router.middlewares = {"inside"};
  router.tls.emplace().cert_resolver = "le";
  static_.certificates_resolvers["le"];
  auto& rest = tcp.routers["rest"];
  rest.rule = "HostSNI(`*`)";
  rest.service = "db";
  rest.entry_points = {"web"};
  const auto built = build();
  EXPECT_EQ(problems(built), "");
  ASSERT_EQ(built.snapshot.tcp.routers.size(), 2U);
  const auto& resolved = built.snapshot.tcp.routers[0];
  EXPECT_EQ(resolved.name, "r@file");
  EXPECT_EQ(resolved.service, "db@file");
  EXPECT_THAT(resolved.middlewares, ElementsAre("inside@file"));
  EXPECT_THAT(resolved.entry_points, ElementsAre("web", "websecure"));
  EXPECT_TRUE(resolved.tls);
  EXPECT_EQ(resolved.tls_options, "default");
  EXPECT_EQ(built.snapshot.tcp.routers[1].priority, -1);
  EXPECT_EQ(built.snapshot.tcp.services.at("db@file").load_balancer->servers_transport, "t@file");
  EXPECT_TRUE(built.snapshot.tcp.servers_transports.contains("default@internal"));
  ASSERT_EQ(built.certificates.size(), 1U);
  EXPECT_THAT(built.certificates[0].names, ElementsAre("db.test"));
  EXPECT_THAT(built.tls_hosts, ElementsAre("db.test"));
}

TEST_F(SnapshotBuilder, ABadTcpRouterIsToldAndTheOthersServe) {
  auto& tcp = providers_["file"].tcp;
  tcp.services["db"].load_balancer.emplace();
  tcp.middlewares["empty"].ip_allow_list.emplace();
  const auto add = [&](const std::string& name) -> model::TcpRouter& {
    auto& router = tcp.routers[name];
    router.rule = "HostSNI(`*`)";
    router.service = "db";
    return router;
  };
  add("good");
  add("absent").service = "nothing";
  add("guarded").middlewares = {"empty"};
  add("weak").tls.emplace().options = "missing";
  add("lost").entry_points = {"nowhere"};
  const auto built = build();
  ASSERT_EQ(built.snapshot.tcp.routers.size(), 1U);
  EXPECT_EQ(built.snapshot.tcp.routers[0].name, "good@file");
  EXPECT_THAT(problems(built), HasSubstr("tcp router absent@file: the tcp service \"nothing@file\" does not exist"));
  EXPECT_THAT(problems(built), HasSubstr("tcp router guarded@file: the tcp middleware \"empty@file\" cannot be used"));
  EXPECT_THAT(problems(built), HasSubstr("tcp router weak@file: the TLS options \"missing@file\""));
  EXPECT_THAT(problems(built), HasSubstr("tcp router lost@file: the entry point \"nowhere\" does not exist"));
}

}  // namespace
}  // namespace gatehouse::discovery
