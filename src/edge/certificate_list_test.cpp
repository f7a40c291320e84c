#include "edge/certificate_list.h"

#include <gmock/gmock.h>

#include "tls/default_certificate.h"

namespace gatehouse::edge {

TEST(CertificateList, TellsWhatACertificateSaysOfItself) {
  const auto made = tls::make_default_certificate();
  model::SnapshotTls tls;
  tls.certificates.push_back({.names = {"a.test"}, .chain = made.chain, .key = {}});
  tls.certificates.push_back({.names = {"b.test"}, .chain = "no certificate", .key = {}});
  const CertificateList list(tls);
  ASSERT_EQ(list.all().size(), 1U);
  const auto& facts = list.all().front();
  EXPECT_EQ(facts.common_name, "GATEHOUSE DEFAULT CERT");
  EXPECT_EQ(facts.issuer_common_name, "GATEHOUSE DEFAULT CERT");
  EXPECT_THAT(facts.serial, testing::MatchesRegex("[0-9]+"));
  EXPECT_THAT(facts.fingerprint, testing::MatchesRegex("[0-9a-f]{64}"));
  EXPECT_THAT(facts.public_key_fingerprint, testing::MatchesRegex("[0-9a-f]{64}"));
  EXPECT_EQ(facts.version, "v3");
  EXPECT_THAT(facts.key_type, testing::AnyOf("RSA", "ECDSA"));
  EXPECT_GE(facts.key_bits, 256);
  EXPECT_THAT(facts.signature_algorithm, testing::AnyOf("SHA256-RSA", "ECDSA-SHA256"));
  EXPECT_GT(facts.not_after, facts.not_before);
}

}  // namespace gatehouse::edge
