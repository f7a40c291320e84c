#include "tls/ocsp.h"

#include <ctime>
#include <memory>

#include <openssl/err.h>
#include <openssl/ocsp.h>

#include "tls/openssl.h"

namespace gatehouse::tls {

using base::ErrorCode;
using base::Fault;
using base::Result;

namespace {

using ResponsePtr = std::unique_ptr<OCSP_RESPONSE, Freer<OCSP_RESPONSE_free>>;
using BasicPtr = std::unique_ptr<OCSP_BASICRESP, Freer<OCSP_BASICRESP_free>>;
using RequestOfOcspPtr = std::unique_ptr<OCSP_REQUEST, Freer<OCSP_REQUEST_free>>;
using IdPtr = std::unique_ptr<OCSP_CERTID, Freer<OCSP_CERTID_free>>;
using StorePtr = std::unique_ptr<X509_STORE, Freer<X509_STORE_free>>;

constexpr std::chrono::hours kLifetimeUnsaid{24};
constexpr std::chrono::minutes kClockSkew{5};

base::Failure invalid(std::string_view what) { return openssl_failure(ErrorCode::kInvalid, Fault::kBackend, what); }

// By SHA-1: it is a name here and no proof, and many responders know no other.
IdPtr id_of(const CertificateChain& chain) {
  return IdPtr(OCSP_cert_to_id(EVP_sha1(), chain.leaf(), chain.native()[1].get()));
}

WallTime wall_time(const ASN1_TIME* time) {
  std::tm broken_down{};
  if (time == nullptr || ASN1_TIME_to_tm(time, &broken_down) != 1) return {};
  return std::chrono::system_clock::from_time_t(::timegm(&broken_down));
}

// Signed by the issuer, or by somebody whom it has certified for that (RFC 6960 section 4.2.2.2).
bool is_signed(OCSP_BASICRESP* basic, const CertificateChain& chain) {
  const StorePtr store(X509_STORE_new());
  X509_STORE_set_flags(store.get(), X509_V_FLAG_PARTIAL_CHAIN);
  X509_STORE_add_cert(store.get(), chain.native()[1].get());
  const std::unique_ptr<STACK_OF(X509), decltype([](auto* stack) { sk_X509_free(stack); })> issuers(sk_X509_new_null());
  sk_X509_push(issuers.get(), chain.native()[1].get());
  return OCSP_basic_verify(basic, issuers.get(), store.get(), 0) == 1;
}

std::string responder_of(X509* certificate) {
  const std::unique_ptr<STACK_OF(OPENSSL_STRING), Freer<X509_email_free>> urls(X509_get1_ocsp(certificate));
  for (int i = 0; i < sk_OPENSSL_STRING_num(urls.get()); ++i) {
    const std::string_view url = sk_OPENSSL_STRING_value(urls.get(), i);
    if (url.starts_with("http://")) return std::string(url);
  }
  return {};
}

}  // namespace

std::optional<OcspQuestion> ocsp_question(const CertificateChain& chain) {
  auto url = responder_of(chain.leaf());
  if (url.empty() || chain.native().size() < 2) return std::nullopt;
  const RequestOfOcspPtr request(OCSP_REQUEST_new());
  auto id = id_of(chain);
  if (!request || !id || OCSP_request_add0_id(request.get(), id.get()) == nullptr) return std::nullopt;
  static_cast<void>(id.release());
  unsigned char* der = nullptr;
  const int size = i2d_OCSP_REQUEST(request.get(), &der);
  if (size <= 0) return std::nullopt;
  OcspQuestion question{std::move(url), {reinterpret_cast<const char*>(der), static_cast<std::size_t>(size)}};
  OPENSSL_free(der);
  return question;
}

Result<OcspAnswer> read_ocsp(const CertificateChain& chain, std::string_view response, WallTime now) {
  if (chain.native().size() < 2) return invalid("the certificate comes without its issuer's");
  const auto* bytes = reinterpret_cast<const unsigned char*>(response.data());
  const ResponsePtr parsed(d2i_OCSP_RESPONSE(nullptr, &bytes, static_cast<long>(response.size())));
  if (!parsed) return invalid("the OCSP responder's answer is none");
  const int status = OCSP_response_status(parsed.get());
  if (status != OCSP_RESPONSE_STATUS_SUCCESSFUL) {
    return invalid(std::string("the OCSP responder answers: ") + OCSP_response_status_str(status));
  }
  const BasicPtr basic(OCSP_response_get1_basic(parsed.get()));
  if (!basic || !is_signed(basic.get(), chain)) return invalid("the OCSP response is not signed by the issuer");
  int certificate_status = V_OCSP_CERTSTATUS_UNKNOWN;
  int reason = 0;
  ASN1_GENERALIZEDTIME* from = nullptr;
  ASN1_GENERALIZEDTIME* to = nullptr;
  const auto id = id_of(chain);
  if (OCSP_resp_find_status(basic.get(), id.get(), &certificate_status, &reason, nullptr, &from, &to) != 1) {
    return invalid("the OCSP response is about another certificate");
  }
  OcspAnswer answer{.status = certificate_status == V_OCSP_CERTSTATUS_GOOD      ? OcspAnswer::Status::kGood
                              : certificate_status == V_OCSP_CERTSTATUS_REVOKED ? OcspAnswer::Status::kRevoked
                                                                                : OcspAnswer::Status::kUnknown,
                    .from = wall_time(from),
                    .to = to == nullptr ? wall_time(from) + kLifetimeUnsaid : wall_time(to)};
  if (answer.from > now + kClockSkew || answer.to <= now) return invalid("the OCSP response is of another time");
  return answer;
}

}  // namespace gatehouse::tls
