#include "acme/certificate_keeper.h"

#include <filesystem>
#include <fstream>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sys/file.h"
#include "tls/issue.h"

namespace gatehouse::acme {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using Stage = CertificateState::Stage;
namespace fs = std::filesystem;
using namespace std::chrono_literals;

class NoPublisher final : public ChallengePublisher {
 public:
  async::Task<base::Result<void>> publish(Challenge, async::Deadline) override { co_return base::Result<void>(); }
  async::Task<base::Result<void>> await_visible(async::Deadline) override { co_return base::Result<void>(); }
  void withdraw(const std::string&) override {}
};

class CertificateKeeperTest : public testing::Test {
 protected:
  CertificateKeeperTest() {
    fs::create_directories(folder);
    auto& acme = resolvers["le"].acme.emplace();
    acme.ca_server = "https://ca.invalid.example.com/directory";  // never asked: the loop does not run
    acme.http_challenge.emplace();
    local.emplace(*tls::LocalAuthority::open(folder / "ca"));
  }
  ~CertificateKeeperTest() override { fs::remove_all(folder); }

  std::unique_ptr<CertificateKeeper> make() {
    return std::make_unique<CertificateKeeper>(resolvers, folder, *local,
                                               ResolverContext{loop, offload, names, log, publisher, [] {}});
  }
  // acme.json with a certificate of an authority of the test's own.
  void store(const std::vector<std::string>& certificate_names, std::chrono::hours lifetime) const {
    auto storage = *Storage::open(folder / "acme.json");
    const auto made = *tls::make_self_signed({.common_name = certificate_names.front(), .names = certificate_names},
                                             tls::KeyType::kEc256, tls::valid_for(lifetime));
    storage.resolver("le").certificates.push_back({.main = certificate_names.front(),
                                                   .sans = {certificate_names.begin() + 1, certificate_names.end()},
                                                   .chain = made.chain.to_pem(),
                                                   .key = made.key.to_pem(),
                                                   .others = {},
                                                   .domain_others = {}});
    ASSERT_TRUE(storage.save());
  }
  static std::vector<std::vector<std::string>> names_of(const CertificateKeeper& keeper) {
    std::vector<std::vector<std::string>> all;
    for (const auto& certificate : keeper.certificates()) all.push_back(certificate.names);
    return all;
  }

  fs::path folder = fs::temp_directory_path() / fmt::format("gatehouse-keeper-{}", ::getpid());
  async::Loop loop;
  async::Offload offload{1};
  net::Resolver names{offload};
  base::Log log = base::Log::none();
  NoPublisher publisher;
  std::map<std::string, model::CertificatesResolver> resolvers;
  std::optional<tls::LocalAuthority> local;
};

TEST_F(CertificateKeeperTest, PrivateNamesAreServedAtOnceAndTheSameAfterARestart) {
  const std::vector<WantedCertificate> wanted{{"", {"whoami.localhost"}, "router whoami"},
                                              {"le", {"app.test", "10.0.0.1"}, "router app"}};
  std::vector<model::SnapshotCertificate> first;
  {
    const auto keeper = make();
    keeper->want(wanted, {});
    first = keeper->certificates();
    EXPECT_THAT(names_of(*keeper), ElementsAre(ElementsAre("whoami.localhost"), ElementsAre("app.test", "10.0.0.1")));
    for (const auto& state : keeper->states()) {
      EXPECT_EQ(state.stage, Stage::kServed);
      EXPECT_EQ(state.source, "local");
      EXPECT_TRUE(state.not_after);
    }
  }
  const auto keeper = make();
  EXPECT_THAT(keeper->certificates(), IsEmpty()) << "until they are wanted";
  keeper->want(wanted, {});
  EXPECT_EQ(keeper->certificates(), first);
  keeper->want({wanted[1]}, {});
  EXPECT_THAT(names_of(*keeper), ElementsAre(ElementsAre("app.test", "10.0.0.1")));
  keeper->want({{"", {"10.0.0.1"}, "router ip"}, {"", {"*"}, "router any"}}, {});
  EXPECT_THAT(names_of(*keeper), ElementsAre(ElementsAre("app.test", "10.0.0.1"))) << "it holds the address too";
  EXPECT_EQ(keeper->states().size(), 1U);
}

TEST_F(CertificateKeeperTest, AWildcardServesTheHostsBelowIt) {
  const auto keeper = make();
  keeper->want({{"", {"*.apps.test"}, "router wild"}, {"", {"a.apps.test"}, "router a"}}, {});
  EXPECT_THAT(names_of(*keeper), ElementsAre(ElementsAre("*.apps.test")));
}

TEST_F(CertificateKeeperTest, CertificatesOfAnAuthorityThatIsGoneAreMadeAgain) {
  {
    const auto keeper = make();
    keeper->want({{"", {"whoami.localhost"}, "router whoami"}}, {});
  }
  fs::remove(folder / "ca/root.pem");
  fs::remove(folder / "ca/root.key");
  local.emplace(*tls::LocalAuthority::open(folder / "ca"));
  const auto keeper = make();
  keeper->want({{"", {"whoami.localhost"}, "router whoami"}}, {});
  ASSERT_EQ(keeper->certificates().size(), 1U);
  EXPECT_TRUE(local->issued(*tls::CertificateChain::from_pem(keeper->certificates().front().chain)));
}

TEST_F(CertificateKeeperTest, ANameOfOneLabelIsToldOf) {
  const auto keeper = make();
  keeper->want({{"", {"nas"}, "router nas"}}, {});
  EXPECT_THAT(keeper->certificates(), IsEmpty());
  ASSERT_EQ(keeper->states().size(), 1U);
  EXPECT_EQ(keeper->states().front().stage, Stage::kFailed);
  EXPECT_THAT(keeper->states().front().problem, HasSubstr("use one below a suffix, like nas.internal"));
}

TEST_F(CertificateKeeperTest, WhatIsNoHostNameIsToldOf) {
  const auto keeper = make();
  keeper->want({{"le", {"a,b.example.com", "a..test"}, "router odd"}}, {});
  ASSERT_EQ(keeper->states().size(), 2U);
  for (const auto& state : keeper->states()) EXPECT_THAT(state.problem, HasSubstr("no host name"));
}

TEST_F(CertificateKeeperTest, AStorageThatIsALinkStaysOne) {
  fs::create_directories(folder / "elsewhere");
  fs::create_symlink(folder / "elsewhere/acme.json", folder / "acme.json");
  std::ofstream(folder / "elsewhere/acme.json") << "[]";
  ASSERT_EQ(::chmod((folder / "elsewhere/acme.json").c_str(), 0600), 0);
  const auto keeper = make();
  EXPECT_TRUE(fs::is_symlink(folder / "acme.json"));
  EXPECT_EQ(std::distance(fs::directory_iterator(folder / "elsewhere"), {}), 2) << "the file and its copy";
}

TEST_F(CertificateKeeperTest, WhatTheStorageHoldsServesBeforeAnythingIsWanted) {
  store({"a.example.com", "b.example.com"}, 24h * 80);
  store({"old.example.com"}, -1h);
  const auto keeper = make();
  EXPECT_THAT(names_of(*keeper), ElementsAre(ElementsAre("a.example.com", "b.example.com")));
  keeper->want({{"le", {"b.example.com"}, "router b"}, {"le", {"c.example.com"}, "router c"}}, {});
  ASSERT_EQ(keeper->states().size(), 2U);
  EXPECT_EQ(keeper->states()[0].stage, Stage::kServed);
  EXPECT_EQ(keeper->states()[1].stage, Stage::kPending);
}

TEST_F(CertificateKeeperTest, WhatTheOperatorProvidesIsNotObtained) {
  const auto keeper = make();
  keeper->want({{"le", {"a.example.com", "b.example.org"}, "router ab"}, {"", {"x.test"}, "router x"}},
               {"*.example.com", "x.test"});
  ASSERT_EQ(keeper->states().size(), 1U);
  EXPECT_THAT(keeper->states().front().names, ElementsAre("b.example.org"));
}

TEST_F(CertificateKeeperTest, AResolverThatIsNotThereIsNamed) {
  const auto keeper = make();
  keeper->want({{"other", {"a.example.com"}, "router a"}, {"other", {"a.test"}, "router b"}}, {});
  ASSERT_EQ(keeper->states().size(), 2U);
  EXPECT_THAT(keeper->states().front().problem, HasSubstr("there is no certificates resolver other"));
  EXPECT_EQ(keeper->states().back().stage, Stage::kServed) << "a private name needs none";
}

TEST_F(CertificateKeeperTest, WildcardsWithoutDnsAndProvidersThatAreNoneAreToldOf) {
  auto& dns = resolvers["dns"].acme.emplace();
  dns.dns_challenge.emplace();
  dns.storage = "dns.json";
  const auto keeper = make();
  keeper->want({{"le", {"*.example.com"}, "router wild"}, {"dns", {"a.example.com"}, "router dns"}}, {});
  ASSERT_EQ(keeper->states().size(), 2U);
  EXPECT_THAT(keeper->states()[0].problem, HasSubstr("the DNS provider \"\" is none of ours"));
  EXPECT_THAT(keeper->states()[1].problem, HasSubstr("a wildcard needs the DNS-01 challenge"));
}

TEST_F(CertificateKeeperTest, AStorageThatOthersMayReadRefusesItsResolver) {
  store({"a.example.com"}, 24h * 80);
  ASSERT_EQ(::chmod((folder / "acme.json").c_str(), 0644), 0);
  const auto keeper = make();
  keeper->want({{"le", {"a.example.com"}, "router a"}}, {});
  EXPECT_THAT(keeper->certificates(), IsEmpty());
  ASSERT_EQ(keeper->states().size(), 1U);
  EXPECT_EQ(keeper->states().front().stage, Stage::kFailed);
  EXPECT_THAT(keeper->states().front().problem, HasSubstr("run chmod 600"));
}

TEST_F(CertificateKeeperTest, ACorruptStorageIsKeptAsideAndBegunAnew) {
  ASSERT_TRUE(sys::write_file_atomically(folder / "acme.json", "{\"le\": tru", 0600));
  const auto keeper = make();
  keeper->want({{"le", {"a.example.com"}, "router a"}}, {});
  EXPECT_EQ(keeper->states().front().stage, Stage::kPending);
  int aside = 0;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (!entry.path().filename().string().starts_with("acme.json.corrupt-")) continue;
    ++aside;
    EXPECT_EQ(*sys::read_file(entry.path()), "{\"le\": tru");
  }
  EXPECT_EQ(aside, 1);
}

TEST_F(CertificateKeeperTest, APrivateAuthorityServesPrivateNames) {
  resolvers["le"].acme->ca_server = "https://ca.internal/acme/directory";
  const auto keeper = make();
  keeper->want({{"le", {"app.internal"}, "router app"}}, {});
  ASSERT_EQ(keeper->states().size(), 1U);
  EXPECT_EQ(keeper->states().front().source, "le");
  EXPECT_EQ(keeper->states().front().stage, Stage::kPending);
}

}  // namespace
}  // namespace gatehouse::acme
