#include "tls/server_contexts.h"

#include <random>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include "tls/openssl.h"
#include "tls/tls_fixture.h"

namespace gatehouse::tls {
namespace {

using async::Loop;
using testing::ElementsAre;
using testing::HasSubstr;

// The names of the certificate that a client is shown.
std::vector<std::string> shown(const Connected& pair) {
  const auto chain = CertificateChain::from_pem(pair.client->facts().peer_certificate);
  return chain ? chain->names() : std::vector<std::string>{"failure: " + pair.failure};
}

std::shared_ptr<const ClientContext> blind(ClientSettings settings = {}) {
  settings.verify = false;
  return *ClientContext::make(settings);
}

TEST(ServerContexts, TheExactNameComesBeforeTheWildcardAndThatBeforeTheDefault) {
  Loop loop;
  Scene scene;
  scene.settings.certificates = {scene.certificate({"*.a.test", "other.test"}, KeyType::kEc256),
                                 scene.certificate({"b.a.test"}, KeyType::kEc256)};
  scene.settings.default_certificate = scene.certificate({"fallback.test"}, KeyType::kEc256);
  const auto ask = [&](const std::string& name) { return shown(scene.connect(loop, name, blind())); };
  EXPECT_THAT(ask("b.a.test"), ElementsAre("b.a.test"));
  EXPECT_THAT(ask("B.A.test"), ElementsAre("b.a.test")) << "names have no case";
  EXPECT_THAT(ask("c.a.test"), ElementsAre("*.a.test", "other.test"));
  EXPECT_THAT(ask("other.test"), ElementsAre("*.a.test", "other.test"));
  EXPECT_THAT(ask("d.c.a.test"), ElementsAre("fallback.test")) << "a wildcard is one label";
  EXPECT_THAT(ask("a.test"), ElementsAre("fallback.test"));
  EXPECT_THAT(ask(""), ElementsAre("fallback.test"));
  EXPECT_THAT(scene.reports, ElementsAre());
}

TEST(ServerContexts, WithoutADefaultOneIsMadeAndKept) {
  Loop loop;
  Scene scene;
  const auto first = scene.contexts();
  const auto second = scene.contexts(first.get());
  const auto before = scene.connect(loop, "x.test", blind(), first);
  const auto after = scene.connect(loop, "x.test", blind(), second);
  const auto chain = CertificateChain::from_pem(before.client->facts().peer_certificate);
  ASSERT_TRUE(chain);
  EXPECT_EQ(chain->common_name(), "GATEHOUSE DEFAULT CERT");
  EXPECT_EQ(before.client->facts().peer_certificate, after.client->facts().peer_certificate);
}

TEST(ServerContexts, AnEcCertificateServesThoseWhoCanAndAnRsaOneTheOthers) {
  Loop loop;
  Scene scene;
  scene.settings.certificates = {scene.certificate({"app.test"}, KeyType::kRsa2048),
                                 scene.certificate({"app.test"}, KeyType::kEc256)};
  const auto modern = scene.connect(loop, "app.test");
  ASSERT_EQ(modern.failure, "");
  EXPECT_TRUE(CertificateChain::from_pem(modern.client->facts().peer_certificate)->is_elliptic());
  auto settings = scene.client_settings();
  settings.cipher_suites = {"TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"};
  settings.max_version = "VersionTLS12";
  const auto old = scene.connect(loop, "app.test", *ClientContext::make(settings));
  ASSERT_EQ(old.failure, "");
  EXPECT_FALSE(CertificateChain::from_pem(old.client->facts().peer_certificate)->is_elliptic());
  EXPECT_EQ(old.server->facts().version, "1.2");
}

TEST(ServerContexts, OfTwoOfAKindTheOneThatLivesLongerServes) {
  Loop loop;
  Scene scene;
  scene.settings.certificates = {scene.certificate({"app.test", "short.test"}, KeyType::kEc256, std::chrono::hours(2)),
                                 scene.certificate({"app.test", "long.test"}, KeyType::kEc256, std::chrono::hours(9)),
                                 scene.certificate({"app.test", "mid.test"}, KeyType::kEc256, std::chrono::hours(5))};
  EXPECT_THAT(shown(scene.connect(loop, "app.test")), ElementsAre("app.test", "long.test"));
  EXPECT_THAT(shown(scene.connect(loop, "mid.test")), ElementsAre("app.test", "mid.test"));
}

TEST(ServerContexts, ABrokenCertificateIsLeftOutAndNamed) {
  Loop loop;
  Scene scene;
  auto mixed = scene.certificate({"mixed.test"}, KeyType::kEc256);
  mixed.names = {"mixed.test"};
  mixed.key = scene.certificate({"x.test"}, KeyType::kEc256).key;
  scene.settings.certificates.push_back(mixed);
  scene.settings.certificates.push_back({.names = {"text.test"}, .chain = "no PEM", .key = {}});
  EXPECT_EQ(scene.connect(loop, "app.test").failure, "");
  ASSERT_EQ(scene.reports.size(), 2U);
  EXPECT_THAT(scene.reports[0], HasSubstr("certificate of mixed.test: the private key is not the certificate's"));
  EXPECT_THAT(scene.reports[1], HasSubstr("certificate of text.test: not a certificate in PEM form"));
}

TEST(ServerContexts, SniStrictRefusesNamesWithoutACertificate) {
  Loop loop;
  Scene scene;
  scene.settings.options["default"] = {.sni_strict = true, .alpn_protocols = {"http/1.1"}};
  EXPECT_EQ(scene.connect(loop, "app.test").failure, "");
  const auto unknown = scene.connect(loop, "other.test", blind());
  EXPECT_EQ(unknown.failure, "the TLS handshake failed: tlsv1 unrecognized name");
  EXPECT_EQ(unknown.server_failure,
            "the TLS handshake was refused: no certificate for the name \"other.test\", and sniStrict is set");
  EXPECT_NE(scene.connect(loop, "", blind()).failure, "");
}

TEST(ServerContexts, OptionsAreThoseOfTheHost) {
  Loop loop;
  Scene scene;
  scene.settings.options["modern@file"] = {.min_version = "VersionTLS13", .alpn_protocols = {"http/1.1"}};
  scene.settings.options_by_host = {{"app.test", "modern@file"}};
  ClientSettings old;
  old.max_version = "VersionTLS12";
  EXPECT_NE(scene.connect(loop, "app.test", blind(old)).failure, "");
  EXPECT_EQ(scene.connect(loop, "other.test", blind(old)).failure, "");
  const auto pair = scene.connect(loop, "app.test");
  EXPECT_EQ(pair.server->facts().options, "modern@file");
  const auto contexts = scene.contexts();
  EXPECT_EQ(contexts->policy_of("app.test"), pair.server->facts().policy);
  EXPECT_NE(contexts->policy_of("other.test"), pair.server->facts().policy);
  EXPECT_EQ(contexts->guarding_policy("modern@file"), kNoTlsPolicy) << "asks for no certificate";
}

TEST(ServerContexts, OptionsOfAWildcardAreThoseOfItsHosts) {
  Loop loop;
  Scene scene;
  scene.settings.options["mtls@file"] = {.client_auth = "RequestClientCert"};
  scene.settings.options_by_host = {{"*.a.test", "mtls@file"}, {"open.a.test", "default"}};
  const auto contexts = scene.contexts();
  const auto ask = [&](const std::string& name) {
    return scene.connect(loop, name, blind(), contexts).server->facts();
  };
  const auto guarded = contexts->guarding_policy("mtls@file");
  for (const std::string name : {"b.a.test", "B.A.test", "c.a.test."}) EXPECT_EQ(ask(name).policy, guarded) << name;
  for (const std::string name : {"open.a.test", "a.test", "c.b.a.test", "other.test", ""}) {
    EXPECT_EQ(ask(name).options, "default") << name;
    EXPECT_EQ(contexts->policy_of(name), ask(name).policy) << name;
  }
  EXPECT_EQ(contexts->policy_of("b.a.test"), guarded);
}

TEST(ServerContexts, APolicyIsWhatWasDemandedOfTheClient) {
  Scene scene;
  const auto policy = [&](const ServerOptions& options) {
    scene.settings.options["default"] = options;
    return scene.contexts()->policy_of("app.test");
  };
  const auto plain = policy({});
  EXPECT_NE(plain, kNoTlsPolicy);
  EXPECT_EQ(policy({.min_version = "VersionTLS13", .session_tickets = false}), plain) << "what runs may go on";
  const auto asks = policy({.client_auth = "RequestClientCert"});
  const auto insists = policy({.client_auth = "RequireAnyClientCert"});
  const auto verifies = policy({.client_cas = {scene.authority.chain.to_pem()}});
  EXPECT_EQ((std::set{plain, asks, insists, verifies, policy({.client_auth = "Maybe"})}).size(), 5U);
}

// However hosts, wildcards and options are mixed: what a host's handshake gets is what its requests are measured by.
TEST(ServerContexts, PoliciesOfManyHostsAgreeWithTheirHandshakes) {
  Loop loop;
  std::minstd_rand random(7);
  for (const std::size_t count : {1U, 40U, 5000U}) {
    Scene scene;
    for (const std::string name : {"x@file", "y@file"})
      scene.settings.options[name] = {.client_auth = "RequestClientCert"};
    for (std::size_t i = 0; i < count; ++i) {
      const auto host = (random() % 4 == 0 ? "*." : "h" + std::to_string(random() % count) + ".") + "d" +
                        std::to_string(random() % 50) + ".test";
      scene.settings.options_by_host[host] = random() % 3 == 0 ? "default" : random() % 2 == 0 ? "x@file" : "y@file";
    }
    const auto contexts = scene.contexts();
    for (int i = 0; i < 25; ++i) {
      const auto host = "h" + std::to_string(random() % count) + ".d" + std::to_string(random() % 50) + ".test";
      const auto& by_host = scene.settings.options_by_host;
      const auto exact = by_host.find(host);
      const auto wildcard = by_host.find("*" + host.substr(host.find('.')));
      const auto expected = exact != by_host.end()      ? exact->second
                            : wildcard != by_host.end() ? wildcard->second
                                                        : "default";
      const auto facts = scene.connect(loop, host, blind(), contexts).server->facts();
      EXPECT_EQ(facts.options, expected) << host;
      EXPECT_EQ(contexts->policy_of(host), facts.policy) << host;
    }
  }
}

TEST(ServerContexts, BrokenOptionsRefuseTheirHosts) {
  Loop loop;
  Scene scene;
  scene.settings.options["mtls@file"] = {.client_auth = "RequireAndVerifyClientCert"};
  scene.settings.options_by_host = {{"app.test", "mtls@file"}, {"gone.test", "nowhere@file"}};
  EXPECT_NE(scene.connect(loop, "app.test").failure, "");
  EXPECT_NE(scene.connect(loop, "gone.test", blind()).failure, "");
  EXPECT_EQ(scene.connect(loop, "other.test", blind()).failure, "");
  const auto contexts = scene.contexts();
  const auto plain = contexts->policy_of("other.test");
  for (const auto* name : {"mtls@file", "nowhere@file", "never heard of"}) {
    EXPECT_NE(contexts->guarding_policy(name), kNoTlsPolicy) << name;
    EXPECT_NE(contexts->guarding_policy(name), plain) << name;
  }
  EXPECT_EQ(contexts->guarding_policy("default"), kNoTlsPolicy);
  EXPECT_THAT(scene.reports.front(), HasSubstr("TLS options mtls@file: its clientAuth verifies"));
}

// A certificate of the scene's authority that is good for any purpose.
CertificateSource client_certificate(const Scene& scene) {
  auto source = scene.certificate({"user.test"}, KeyType::kEc256);
  const auto chain = *CertificateChain::from_pem(source.chain);
  X509* leaf = chain.leaf();
  X509_EXTENSION_free(X509_delete_ext(leaf, X509_get_ext_by_NID(leaf, NID_ext_key_usage, -1)));
  EXPECT_NE(X509_sign(leaf, scene.authority.key.native(), EVP_sha256()), 0);
  source.chain = chain.to_pem();
  return source;
}

TEST(ServerContexts, ClientCertificatesAreAskedForAndVerified) {
  Loop loop;
  Scene scene;
  scene.settings.options["default"] = {.client_cas = {scene.authority.chain.to_pem()}, .alpn_protocols = {"http/1.1"}};
  auto settings = scene.client_settings();
  // TLS 1.3 lets a client finish before the server has seen its certificate.
  EXPECT_THAT(scene.connect(loop, "app.test").server_failure, HasSubstr("peer did not return a certificate"));
  const Scene stranger;
  settings.certificates = {stranger.certificate({"user.test"}, KeyType::kEc256)};
  EXPECT_THAT(scene.connect(loop, "app.test", *ClientContext::make(settings)).server_failure,
              HasSubstr("the certificate of the client is not trusted"));
  settings.certificates = {scene.certificate({"user.test"}, KeyType::kEc256)};
  EXPECT_THAT(scene.connect(loop, "app.test", *ClientContext::make(settings)).server_failure,
              HasSubstr("unsuitable certificate purpose"))
      << "a server's certificate";
  settings.certificates = {client_certificate(scene)};
  const auto pair = scene.connect(loop, "app.test", *ClientContext::make(settings));
  EXPECT_EQ(pair.server_failure, "");
  EXPECT_THAT(CertificateChain::from_pem(pair.server->facts().peer_certificate)->names(), ElementsAre("user.test"));
}

TEST(ServerContexts, AnyClientCertificateMayBeEnough) {
  Loop loop;
  Scene scene;
  scene.settings.options["default"] = {.client_auth = "RequireAnyClientCert"};
  auto settings = scene.client_settings();
  EXPECT_NE(scene.connect(loop, "app.test").server_failure, "");
  const Scene stranger;
  settings.certificates = {stranger.certificate({"user.test"}, KeyType::kEc256)};
  const auto pair = scene.connect(loop, "app.test", *ClientContext::make(settings));
  EXPECT_EQ(pair.server_failure, "");
  EXPECT_THAT(CertificateChain::from_pem(pair.server->facts().peer_certificate)->names(), ElementsAre("user.test"));
}

TEST(ServerContexts, AClientThatSpeaksNoProtocolOfOursIsRefused) {
  Loop loop;
  const Scene scene;
  auto settings = scene.client_settings();
  settings.protocols = {"h2"};
  EXPECT_THAT(scene.connect(loop, "app.test", *ClientContext::make(settings)).failure,
              HasSubstr("no application protocol"));
  settings.protocols = {"h2", "http/1.1"};
  EXPECT_EQ(scene.connect(loop, "app.test", *ClientContext::make(settings)).client->facts().alpn, "http/1.1");
  settings.protocols = {};
  EXPECT_EQ(scene.connect(loop, "app.test", *ClientContext::make(settings)).client->facts().alpn, "");
}

TEST(ServerContexts, AnAuthorityIsShownTheChallengeAndNobodyElseIs) {
  Loop loop;
  Scene scene;
  scene.settings.options["default"] = {.client_auth = "RequireAnyClientCert", .sni_strict = true};
  scene.settings.challenges["new.test"] = "token.thumbprint";
  const auto contexts = scene.contexts();
  ClientSettings asking;
  asking.protocols = {kChallengeProtocol};
  const auto proven = scene.connect(loop, "new.test", blind(asking), contexts);
  ASSERT_EQ(proven.failure, "") << "whatever the options want of clients";
  EXPECT_EQ(proven.server->facts().alpn, kChallengeProtocol);
  const auto chain = *CertificateChain::from_pem(proven.client->facts().peer_certificate);
  EXPECT_THAT(chain.names(), ElementsAre("new.test"));
  const std::unique_ptr<ASN1_OBJECT, Freer<ASN1_OBJECT_free>> id(OBJ_txt2obj("1.3.6.1.5.5.7.1.31", 1));
  auto* extension = X509_get_ext(chain.leaf(), X509_get_ext_by_OBJ(chain.leaf(), id.get(), -1));
  ASSERT_NE(extension, nullptr);
  EXPECT_EQ(X509_EXTENSION_get_critical(extension), 1);
  EXPECT_EQ(ASN1_STRING_length(X509_EXTENSION_get_data(extension)), 34);
  asking.protocols = {kChallengeProtocol, "http/1.1"};
  EXPECT_NE(scene.connect(loop, "new.test", blind(asking), contexts).failure, "") << "RFC 8737: that protocol alone";
  asking.protocols = {kChallengeProtocol};
  EXPECT_NE(scene.connect(loop, "app.test", blind(asking), contexts).failure, "") << "nobody asked for a proof";
  EXPECT_EQ(shown(scene.connect(loop, "new.test", blind(asking), scene.contexts(contexts.get()))), chain.names());
}

TEST(OptionsProfile, UnknownWordsAreRefused) {
  const std::vector<std::string> protocols{"http/1.1"};
  EXPECT_FALSE(OptionsProfile::make("x", {.min_version = "TLS12"}, protocols));
  EXPECT_FALSE(OptionsProfile::make("x", {.min_version = "VersionTLS13", .max_version = "VersionTLS12"}, protocols));
  EXPECT_FALSE(OptionsProfile::make("x", {.max_version = "VersionTLS11"}, protocols));
  EXPECT_FALSE(OptionsProfile::make("x", {.cipher_suites = {"TLS_NONE"}}, protocols));
  EXPECT_FALSE(OptionsProfile::make("x", {.cipher_suites = {"TLS_RSA_WITH_3DES_EDE_CBC_SHA"}}, protocols));
  EXPECT_FALSE(OptionsProfile::make("x", {.curve_preferences = {"CurveP42", "X25519"}}, protocols));
  EXPECT_FALSE(OptionsProfile::make("x", {.curve_preferences = {"X25519MLKEM768"}}, protocols));
  EXPECT_FALSE(OptionsProfile::make("x", {.client_auth = "Maybe"}, protocols));
  EXPECT_TRUE(
      OptionsProfile::make("x",
                           {.min_version = "VersionTLS12",
                            .max_version = "VersionTLS13",
                            .cipher_suites = {"TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", "TLS_AES_128_GCM_SHA256",
                                              "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305", "TLS_RSA_WITH_RC4_128_SHA"},
                            .curve_preferences = {"X25519MLKEM768", "CurveP521", "P256"}},
                           protocols));
}

}  // namespace
}  // namespace gatehouse::tls
