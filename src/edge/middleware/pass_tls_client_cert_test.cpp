#include <gtest/gtest.h>

#include "edge/middleware/test_support.h"
#include "tls/client_certificate.h"

namespace gatehouse::edge {
namespace {

using tls::NameAttribute;

tls::ClientCertificate certificate() {
  return {.der = "MIIB",
          .subject = {{NameAttribute::kCommonName, "old"},
                      {NameAttribute::kOrganization, "A & B"},
                      {NameAttribute::kOrganization, "C"},
                      {NameAttribute::kOrganizationalUnit, "Doors"},
                      {NameAttribute::kCountry, "DE"},
                      {NameAttribute::kCommonName, "me"},
                      {NameAttribute::kDomainComponent, "test"}},
          .issuer = {{NameAttribute::kCommonName, "Root"}},
          .serial = "123",
          .not_before = std::chrono::sys_seconds(std::chrono::seconds(100)),
          .not_after = std::chrono::sys_seconds(std::chrono::seconds(200)),
          .alternative_names = {"a.test", "192.0.2.1"}};
}

std::optional<std::string> told(const model::PassTlsClientCert& config, bool shown = true,
                                std::string_view field = "X-Forwarded-Tls-Client-Cert-Info") {
  Workbench bench;
  const auto next = std::make_shared<FakeNext>();
  const auto handler =
      bench.make(with<model::PassTlsClientCert>(&model::Middleware::pass_tls_client_cert, config), next);
  bench.certificate = shown ? std::make_shared<const tls::ClientCertificate>(certificate()) : nullptr;
  bench.ask(*handler);
  return next->seen.back()[field];
}

}  // namespace

TEST(PassTlsClientCert, TellsWhatIsWantedInTraefiksOrder) {
  model::ClientCertInfo info;
  EXPECT_EQ(told({.pem = false, .info = info}), "");
  info.subject = {.country = true,
                  .province = true,
                  .organization = true,
                  .organizational_unit = true,
                  .common_name = true,
                  .domain_component = true};
  EXPECT_EQ(told({.pem = false, .info = info}),
            "Subject%3D%22DC%3Dtest%2CC%3DDE%2CO%3DA+%26+B%2CO%3DC%2COU%3DDoors%2CCN%3Dme%22");
  info.subject.reset();
  info.issuer = {.common_name = true};
  info.not_after = info.not_before = info.sans = info.serial_number = true;
  EXPECT_EQ(told({.pem = false, .info = info}),
            "Issuer%3D%22CN%3DRoot%22%3BSerialNumber%3D%22123%22%3BNB%3D%22100%22%3BNA%3D%22200%22%3B"
            "SAN%3D%22a.test%2C192.0.2.1%22");
}

TEST(PassTlsClientCert, TellsTheWholeCertificate) {
  EXPECT_EQ(told({.pem = true, .info = {}}, true, "X-Forwarded-Tls-Client-Cert"), "MIIB");
  EXPECT_EQ(told({.pem = true, .info = {}}), std::nullopt);
}

TEST(PassTlsClientCert, ClientWithoutOneIsPassedOn) {
  EXPECT_EQ(told({.pem = true, .info = model::ClientCertInfo()}, false), std::nullopt);
  EXPECT_EQ(told({.pem = true, .info = {}}, false, "X-Forwarded-Tls-Client-Cert"), std::nullopt);
}

}  // namespace gatehouse::edge
