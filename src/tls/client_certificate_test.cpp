#include "tls/client_certificate.h"

#include <array>

#include <gmock/gmock.h>

namespace gatehouse::tls {
namespace {

// Made with openssl: C=DE, ST=Bavaria, L=Munich, O=Gate, O=House, OU=Doors, DC=test, serialNumber=7, CN=Zoë; serial
// 0x0123456789abcdef01; SAN in mixed order; from 2024-01-01 to 2034-01-01.
constexpr std::string_view kPem = R"(-----BEGIN CERTIFICATE-----
MIICijCCAjCgAwIBAgIJASNFZ4mrze8BMAoGCCqGSM49BAMCMIGQMQswCQYDVQQG
EwJERTEQMA4GA1UECAwHQmF2YXJpYTEPMA0GA1UEBwwGTXVuaWNoMQ0wCwYDVQQK
DARHYXRlMQ4wDAYDVQQKDAVIb3VzZTEOMAwGA1UECwwFRG9vcnMxFDASBgoJkiaJ
k/IsZAEZFgR0ZXN0MQowCAYDVQQFEwE3MQ0wCwYDVQQDDARab8OrMB4XDTI0MDEw
MTAwMDAwMFoXDTM0MDEwMTAwMDAwMFowgZAxCzAJBgNVBAYTAkRFMRAwDgYDVQQI
DAdCYXZhcmlhMQ8wDQYDVQQHDAZNdW5pY2gxDTALBgNVBAoMBEdhdGUxDjAMBgNV
BAoMBUhvdXNlMQ4wDAYDVQQLDAVEb29yczEUMBIGCgmSJomT8ixkARkWBHRlc3Qx
CjAIBgNVBAUTATcxDTALBgNVBAMMBFpvw6swWTATBgcqhkjOPQIBBggqhkjOPQMB
BwNCAAR53iB98oIHa49zEA+PmDcZ3k0f8cOWFeIyG7nN6BPE2W+8yy4XKDiqwXkM
Qx4fTOQvIoVCpvhGQ6QFkHurLjJJo3EwbzBOBgNVHREERzBFhhBodHRwczovL2Eu
dGVzdC94hwTAAAIBggZhLnRlc3SBCW1lQGEudGVzdIcQIAENuAAAAAAAAAAAAAAA
AYIGYi50ZXN0MB0GA1UdDgQWBBRn7zO2kvX7YhNQ4rOpG07rW1Z4tzAKBggqhkjO
PQQDAgNIADBFAiEAgEeKSdPFKjA5rzn3Lsa6vGiaz+MxRzonn53yHeP/UoACICFj
sSYMxALGX164anMQPAmc0VOvkWEZ1i0P6FNXQd8O
-----END CERTIFICATE-----
)";

std::string words_of(const std::vector<NamePart>& parts) {
  constexpr std::array kNames = {"DC", "C", "ST", "L", "O", "OU", "SN", "CN"};
  std::string words;
  for (const auto& part : parts) {
    words += std::string(kNames[static_cast<std::size_t>(part.attribute)]) + "=" + part.value + " ";
  }
  return words;
}

TEST(ClientCertificate, IsTakenApart) {
  const auto certificate = ClientCertificate::from_pem(kPem);
  ASSERT_TRUE(certificate);
  EXPECT_EQ(words_of(certificate->subject), "C=DE ST=Bavaria L=Munich O=Gate O=House OU=Doors DC=test SN=7 CN=Zoë ");
  EXPECT_EQ(words_of(certificate->issuer), words_of(certificate->subject));
  EXPECT_EQ(certificate->serial, "20988295479420645121");
  EXPECT_EQ(certificate->not_before.time_since_epoch().count(), 1704067200);
  EXPECT_EQ(certificate->not_after.time_since_epoch().count(), 2019686400);
  EXPECT_THAT(certificate->alternative_names,
              testing::ElementsAre("a.test", "b.test", "me@a.test", "192.0.2.1", "2001:db8::1", "https://a.test/x"));
}

TEST(ClientCertificate, IsItselfInBase64) {
  std::string lines(kPem.substr(kPem.find('\n') + 1));
  lines.resize(lines.find("-----END"));
  std::erase(lines, '\n');
  EXPECT_EQ(ClientCertificate::from_pem(kPem)->der, lines);
}

TEST(ClientCertificate, AnythingElseIsRefused) { EXPECT_FALSE(ClientCertificate::from_pem("no certificate")); }

}  // namespace
}  // namespace gatehouse::tls
