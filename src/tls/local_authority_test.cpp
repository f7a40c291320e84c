#include "tls/local_authority.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "sys/file.h"
#include "tls/public_name.h"
#include "tls/tls_fixture.h"

namespace gatehouse::tls {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
namespace fs = std::filesystem;

class LocalAuthorityTest : public testing::Test {
 protected:
  LocalAuthorityTest() : folder(fs::temp_directory_path() / ("gatehouse-ca-" + std::to_string(::getpid()))) {
    fs::remove_all(folder);
  }
  ~LocalAuthorityTest() override { fs::remove_all(folder); }
  mode_t mode(const char* name) const {
    struct stat status{};
    EXPECT_EQ(::stat((folder / name).c_str(), &status), 0);
    return status.st_mode & 0777;
  }
  fs::path folder;
};

TEST_F(LocalAuthorityTest, IsMadeOnceAndReadAfterwards) {
  const auto first = LocalAuthority::open(folder);
  ASSERT_TRUE(first) << first.error().message;
  EXPECT_EQ(first->root_path(), folder / "root.pem");
  EXPECT_EQ(mode("root.pem"), 0644U);
  EXPECT_EQ(mode("root.key"), 0600U);
  const auto second = LocalAuthority::open(folder);
  ASSERT_TRUE(second);
  EXPECT_EQ(first->root().fingerprint(), second->root().fingerprint());
  const auto leaf = second->issue({"app.localhost"});
  ASSERT_TRUE(leaf);
  EXPECT_TRUE(first->issued(leaf->chain));
  EXPECT_FALSE(first->issued(Scene().authority.chain));
}

TEST_F(LocalAuthorityTest, ClientsThatTrustTheRootAcceptItsCertificates) {
  async::Loop loop;
  const auto authority = LocalAuthority::open(folder);
  ASSERT_TRUE(authority);
  const std::vector<std::string> names{"localhost",      "app.localhost", "*.a.test", "nas.home.arpa", "10.1.2.3",
                                       "192.168.178.20", "127.0.0.1",     "::1",      "fd00::1"};
  const auto leaf = authority->issue(names);
  ASSERT_TRUE(leaf) << leaf.error().message;
  Scene scene;
  scene.settings.default_certificate = {.names = {}, .chain = leaf->chain.to_pem(), .key = leaf->key.to_pem()};
  ClientSettings settings;
  settings.system_roots = false;
  settings.root_cas = {authority->root().to_pem()};
  const auto client = *ClientContext::make(settings);
  for (const auto& name : names) {
    const auto asked = name == "*.a.test" ? "any.a.test" : name;
    EXPECT_EQ(scene.connect(loop, asked, client).failure, "") << name;
  }
}

TEST_F(LocalAuthorityTest, ItsRootCannotVouchForThePublicInternet) {
  async::Loop loop;
  const auto authority = LocalAuthority::open(folder);
  ASSERT_TRUE(authority);
  EXPECT_FALSE(authority->issue({"example.com"}));
  EXPECT_FALSE(authority->issue({"app.test", "8.8.8.8"}));
  EXPECT_FALSE(authority->issue({}));
  const auto key = PrivateKey::from_pem(base::Secret(*sys::read_file(folder / "root.key")));
  ASSERT_TRUE(key);
  const auto forged = issue({authority->root(), *key}, {.common_name = "bank.com", .names = {"bank.com"}},
                            KeyType::kEc256, valid_for(std::chrono::hours(1)));
  ASSERT_TRUE(forged);
  Scene scene;
  scene.settings.default_certificate = {.names = {}, .chain = forged->chain.to_pem(), .key = forged->key.to_pem()};
  ClientSettings settings;
  settings.system_roots = false;
  settings.root_cas = {authority->root().to_pem()};
  EXPECT_THAT(scene.connect(loop, "bank.com", *ClientContext::make(settings)).failure,
              HasSubstr("permitted subtree violation"));
}

TEST_F(LocalAuthorityTest, ARootThatIsBrokenIsNotReplaced) {
  ASSERT_TRUE(LocalAuthority::open(folder));
  const auto key = *sys::read_file(folder / "root.key");
  ASSERT_TRUE(
      sys::write_file_atomically(folder / "root.key", PrivateKey::generate(KeyType::kEc256)->to_pem().reveal(), 0600));
  const auto foreign = LocalAuthority::open(folder);
  ASSERT_FALSE(foreign);
  EXPECT_THAT(foreign.error().message, HasSubstr("root.key are not the certificate and the key of one authority"));
  ASSERT_TRUE(sys::write_file_atomically(folder / "root.key", "", 0600));
  EXPECT_THAT(LocalAuthority::open(folder).error().message, HasSubstr("root.key: not an unencrypted private key"));
  fs::remove(folder / "root.key");
  EXPECT_THAT(LocalAuthority::open(folder).error().message, HasSubstr("root.key"));
  ASSERT_TRUE(sys::write_file_atomically(folder / "root.key", key, 0600));
  EXPECT_TRUE(LocalAuthority::open(folder));
}

TEST(PublicName, IsOneThatAPublicAuthorityCanCheck) {
  for (const auto* name : {"example.com", "*.example.com", "EXAMPLE.com.", "a.b.co.uk", "8.8.8.8", "2a00::1"}) {
    EXPECT_TRUE(is_public_name(name)) << name;
  }
  for (const auto* name :
       {"localhost",   "app.localhost", "LOCALHOST.", "a.test", "*.test",   "nas.local",  "x.internal",
        "r.home.arpa", "nas",           "mytest",     "",       "10.0.0.1", "172.31.0.1", "192.168.1.1",
        "127.0.0.1",   "169.254.0.1",   "100.64.0.1", "::1",    "fd12::1",  "fe80::1"}) {
    EXPECT_FALSE(is_public_name(name)) << name;
  }
  EXPECT_TRUE(is_public_name("latest.org")) << "a suffix is whole labels";
  EXPECT_TRUE(is_public_name("172.32.0.1"));
}

TEST(PublicName, ACertificateHoldsHostNamesAndAddresses) {
  for (const auto* name : {"a", "a.test", "*.a.test", "_x.a-b.test", "10.0.0.1", "::1"}) {
    EXPECT_TRUE(is_certificate_name(name)) << name;
  }
  const std::string label(63, 'a');
  EXPECT_TRUE(is_certificate_name(label + ".test"));
  for (const auto& name :
       {std::string(""), std::string("a..b"), std::string("-a.test"), std::string("a-.test"), std::string("a,DNS:b"),
        std::string("a.*.test"), std::string("*"), std::string("*."), std::string("A.test"), std::string("a.test."),
        std::string("fe80::1%eth0"), label + "a.test", label + "." + label + "." + label + "." + label}) {
    EXPECT_FALSE(is_certificate_name(name)) << name;
  }
}

}  // namespace
}  // namespace gatehouse::tls
