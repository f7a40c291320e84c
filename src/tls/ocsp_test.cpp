#include "tls/ocsp.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/ocsp.h>

#include "tls/openssl.h"
#include "tls/tls_fixture.h"

namespace gatehouse::tls {
namespace {

using testing::HasSubstr;
using namespace std::chrono_literals;
using Status = OcspAnswer::Status;

// An authority that answers for one certificate.
struct Responder {
  [[nodiscard]] CertificateChain chain(const std::string& name) const {
    const auto leaf = issue(authority, {.common_name = name, .names = {name}}, KeyType::kEc256, valid_for(24h));
    return *CertificateChain::from_pem(leaf->chain.to_pem() + authority.chain.to_pem());
  }
  // Signed by that key, as the authority.
  [[nodiscard]] std::string answer(const CertificateChain& about, const PrivateKey& key,
                                   int status = V_OCSP_CERTSTATUS_GOOD, std::chrono::seconds age = 0s) const {
    OCSP_BASICRESP* basic = OCSP_BASICRESP_new();
    OCSP_CERTID* id = OCSP_cert_to_id(EVP_sha1(), about.leaf(), authority.chain.leaf());
    ASN1_TIME* from = X509_gmtime_adj(nullptr, -age.count());
    ASN1_TIME* to = X509_gmtime_adj(nullptr, 3600 - age.count());
    ASN1_TIME* revoked = status == V_OCSP_CERTSTATUS_REVOKED ? from : nullptr;
    OCSP_basic_add1_status(basic, id, status, 0, revoked, from, to);
    EXPECT_EQ(OCSP_basic_sign(basic, authority.chain.leaf(), key.native(), EVP_sha256(), nullptr, 0), 1);
    OCSP_RESPONSE* response = OCSP_response_create(OCSP_RESPONSE_STATUS_SUCCESSFUL, basic);
    unsigned char* der = nullptr;
    const int size = i2d_OCSP_RESPONSE(response, &der);
    std::string text(reinterpret_cast<const char*>(der), static_cast<std::size_t>(size));
    OPENSSL_free(der);
    ASN1_TIME_free(from);
    ASN1_TIME_free(to);
    OCSP_CERTID_free(id);
    OCSP_RESPONSE_free(response);
    OCSP_BASICRESP_free(basic);
    return text;
  }

  KeyedCertificate authority = *make_authority("Test authority", {.dns = {"test"}, .ip_ranges = {}}, valid_for(48h));
};

WallTime now() { return std::chrono::system_clock::now(); }

TEST(Ocsp, AnAnswerIsReadWhenItsIssuerHasSignedIt) {
  const Responder responder;
  const auto chain = responder.chain("a.test");
  const auto& key = responder.authority.key;
  const auto good = read_ocsp(chain, responder.answer(chain, key), now());
  ASSERT_TRUE(good) << good.error().message;
  EXPECT_EQ(good->status, Status::kGood);
  EXPECT_GT(good->to, now() + 55min);
  EXPECT_EQ(read_ocsp(chain, responder.answer(chain, key, V_OCSP_CERTSTATUS_REVOKED), now())->status, Status::kRevoked);
  EXPECT_EQ(read_ocsp(chain, responder.answer(chain, key, V_OCSP_CERTSTATUS_UNKNOWN), now())->status, Status::kUnknown);
}

TEST(Ocsp, WhatProvesNothingIsRefused) {
  const Responder responder;
  const Responder stranger;
  const auto chain = responder.chain("a.test");
  const auto reason = [&](const std::string& response) {
    const auto answer = read_ocsp(chain, response, now());
    return answer ? "read" : answer.error().message;
  };
  EXPECT_THAT(reason(""), HasSubstr("is none"));
  EXPECT_THAT(reason(std::string("\x30\x03\x0a\x01\x06", 5)), HasSubstr("unauthorized"));
  EXPECT_THAT(reason(stranger.answer(chain, stranger.authority.key)), HasSubstr("not signed by the issuer"));
  EXPECT_THAT(reason(responder.answer(responder.chain("b.test"), responder.authority.key)),
              HasSubstr("another certificate"));
  EXPECT_THAT(reason(responder.answer(chain, responder.authority.key, V_OCSP_CERTSTATUS_GOOD, 2h)),
              HasSubstr("another time"));
  EXPECT_THAT(reason(responder.answer(chain, responder.authority.key, V_OCSP_CERTSTATUS_GOOD, -1h)),
              HasSubstr("another time"));
}

TEST(Ocsp, OnlyCertificatesThatNameAResponderAreAskedAbout) {
  const Responder responder;
  EXPECT_FALSE(ocsp_question(responder.chain("a.test")));
  auto chain = responder.chain("a.test");
  const ExtensionPtr extension(
      X509V3_EXT_conf_nid(nullptr, nullptr, NID_info_access, "OCSP;URI:http://ocsp.test:8080/x"));
  X509_add_ext(chain.leaf(), extension.get(), -1);
  const auto question = ocsp_question(chain);
  ASSERT_TRUE(question);
  EXPECT_EQ(question->url, "http://ocsp.test:8080/x");
  const auto pem = chain.to_pem();
  const auto leaf = CertificateChain::from_pem(std::string_view(pem).substr(0, pem.find("-----BEGIN", 1)));
  EXPECT_FALSE(ocsp_question(*leaf)) << "nobody knows the issuer";
}

async::Task<void> drive(async::Loop& loop, SSL* ssl) {
  while (SSL_connect(ssl) != 1) co_await async::Yield(loop);
}
async::Task<void> shake_with(async::Loop& loop, TlsStream& server, SSL* ssl) {
  co_await async::both(server.handshake(soon()), drive(loop, ssl));
}

// What a client is shown that asks for it.
std::string stapled(const Scene& scene) {
  async::Loop loop;
  auto [near, far] = socket_pair();
  TlsStream server(loop, std::move(near), scene.contexts());
  const std::unique_ptr<SSL_CTX, Freer<SSL_CTX_free>> context(SSL_CTX_new(TLS_client_method()));
  const std::unique_ptr<SSL, Freer<SSL_free>> client(SSL_new(context.get()));
  SSL_set_tlsext_host_name(client.get(), "app.test");
  SSL_set_tlsext_status_type(client.get(), TLSEXT_STATUSTYPE_ocsp);
  SSL_set_fd(client.get(), far.get());
  loop.run(shake_with(loop, server, client.get()));
  const unsigned char* response = nullptr;
  const auto size = SSL_get_tlsext_status_ocsp_resp(client.get(), static_cast<void*>(&response));
  return size <= 0 ? std::string()
                   : std::string(reinterpret_cast<const char*>(response), static_cast<std::size_t>(size));
}

TEST(Ocsp, IsStapledWhenItSaysThatAllIsWell) {
  const Responder responder;
  Scene scene;
  const auto leaf =
      *issue(responder.authority, {.common_name = "app.test", .names = {"app.test"}}, KeyType::kEc256, valid_for(24h));
  const auto pem = leaf.chain.to_pem() + responder.authority.chain.to_pem();
  const auto chain = *CertificateChain::from_pem(pem);
  const auto good = responder.answer(chain, responder.authority.key);
  auto& only = scene.settings.certificates.front();
  only = {.names = {}, .chain = pem, .key = leaf.key.to_pem(), .ocsp = good};
  EXPECT_EQ(stapled(scene), good);
  only.ocsp = responder.answer(chain, responder.authority.key, V_OCSP_CERTSTATUS_REVOKED);
  EXPECT_EQ(stapled(scene), "");
  only.ocsp = "nonsense";
  EXPECT_EQ(stapled(scene), "");
  only.ocsp.clear();
  EXPECT_EQ(stapled(scene), "");
}

}  // namespace
}  // namespace gatehouse::tls
