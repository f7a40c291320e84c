#include "tls/certificate_chain.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tls/issue.h"

namespace gatehouse::tls {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

KeyedCertificate made(const std::vector<std::string>& names, KeyType type = KeyType::kEc256) {
  auto certificate = make_self_signed({.common_name = names.front(), .names = names}, type, valid_for(48h));
  EXPECT_TRUE(certificate);
  return *certificate;
}

TEST(CertificateChain, SaysWhatItHolds) {
  const auto before = std::chrono::system_clock::now();
  const auto certificate = made({"App.example.com", "*.example.com", "10.0.0.1", "2001:db8::1", "app.example.com"});
  const auto& chain = certificate.chain;
  EXPECT_THAT(chain.names(), ElementsAre("app.example.com", "*.example.com", "10.0.0.1", "2001:db8::1"));
  EXPECT_EQ(chain.common_name(), "App.example.com");
  EXPECT_EQ(chain.issuer(), "App.example.com");
  EXPECT_LE(chain.not_before(), before);
  EXPECT_NEAR(std::chrono::duration<double>(chain.not_after() - before).count(), 48 * 3600, 5);
  EXPECT_EQ(chain.serial().size(), 32U);
  EXPECT_EQ(chain.fingerprint().size(), 64U);
  EXPECT_TRUE(chain.is_elliptic());
  EXPECT_FALSE(chain.is_authority());
  EXPECT_TRUE(chain.matches(certificate.key));
  EXPECT_FALSE(chain.matches(made({"x.test"}).key));
}

TEST(CertificateChain, IsTheSameAfterATripThroughPem) {
  const auto first = made({"a.test"});
  const auto second = made({"b.test"}, KeyType::kRsa2048);
  const auto pem = first.chain.to_pem() + "some text\n" + second.chain.to_pem();
  const auto chain = CertificateChain::from_pem(pem);
  ASSERT_TRUE(chain);
  EXPECT_EQ(chain->native().size(), 2U);
  EXPECT_THAT(chain->names(), ElementsAre("a.test"));
  EXPECT_THAT(chain->issuers(), ElementsAre("a.test", "b.test"));
  EXPECT_EQ(chain->to_pem(), first.chain.to_pem() + second.chain.to_pem());
}

TEST(CertificateChain, WhatIsNoneIsRefused) {
  EXPECT_FALSE(CertificateChain::from_pem(""));
  EXPECT_FALSE(CertificateChain::from_pem("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"));
  const auto pem = made({"a.test"}).chain.to_pem();
  EXPECT_FALSE(CertificateChain::from_pem(pem + pem.substr(0, pem.size() / 2))) << "the second one is cut short";
  std::string many;
  for (std::size_t i = 0; i < CertificateChain::kCertificatesMax; ++i) many += pem;
  EXPECT_TRUE(CertificateChain::from_pem(many));
  EXPECT_EQ(CertificateChain::from_pem(many + pem).error().code, base::ErrorCode::kLimit);
}

TEST(CertificateChain, AWildcardCoversOneLabel) {
  EXPECT_TRUE(covers_name("a.test", "a.test"));
  EXPECT_TRUE(covers_name("*.a.test", "b.a.test"));
  EXPECT_TRUE(covers_name("*.a.test", "*.a.test"));
  EXPECT_FALSE(covers_name("*.a.test", "c.b.a.test"));
  EXPECT_FALSE(covers_name("*.a.test", "a.test"));
  EXPECT_FALSE(covers_name("*.a.test", ".a.test"));
  EXPECT_FALSE(covers_name("a.test", "b.a.test"));
}

TEST(PrivateKey, SurvivesPemAndDer) {
  for (const auto type : {KeyType::kEc256, KeyType::kEc384, KeyType::kRsa2048}) {
    const auto key = PrivateKey::generate(type);
    ASSERT_TRUE(key);
    EXPECT_EQ(key->type(), type);
    const auto from_pem = PrivateKey::from_pem(key->to_pem());
    const auto from_der = PrivateKey::from_der(key->to_der());
    ASSERT_TRUE(from_pem && from_der) << to_string(type);
    EXPECT_TRUE(from_pem->to_der() == key->to_der());
    EXPECT_TRUE(from_der->to_pem() == key->to_pem());
  }
  EXPECT_FALSE(PrivateKey::from_pem(base::Secret("no key")));
  EXPECT_FALSE(PrivateKey::from_der(base::Secret("no key")));
}

TEST(PrivateKey, SignsInFixedLengths) {
  for (int round = 0; round < 20; ++round) {
    EXPECT_EQ(PrivateKey::generate(KeyType::kEc256)->sign("text")->size(), 64U);
    EXPECT_EQ(PrivateKey::generate(KeyType::kEc384)->sign("text")->size(), 96U);
    const auto numbers = PrivateKey::generate(KeyType::kEc256)->public_numbers();
    ASSERT_TRUE(numbers);
    EXPECT_EQ(numbers->x.size() + numbers->y.size(), 64U);
  }
  const auto rsa = PrivateKey::generate(KeyType::kRsa2048);
  EXPECT_EQ(rsa->sign("text")->size(), 256U);
  EXPECT_EQ(rsa->public_numbers()->x, (std::string{1, 0, 1})) << "65537, without zeros in front";
  EXPECT_EQ(rsa->public_numbers()->y.size(), 256U);
}

TEST(PrivateKey, TypesAreNamedAsInTraefik) {
  EXPECT_EQ(parse_key_type("EC256"), KeyType::kEc256);
  EXPECT_EQ(parse_key_type("rsa4096"), KeyType::kRsa4096);
  EXPECT_FALSE(parse_key_type("RSA1024"));
}

}  // namespace
}  // namespace gatehouse::tls
