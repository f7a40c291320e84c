#include "tls/issue.h"

#include <array>

#include <openssl/pem.h>
#include <openssl/rand.h>

#include "base/ip_address.h"
#include "tls/openssl.h"

namespace gatehouse::tls {

using base::ErrorCode;
using base::Fault;
using base::Result;

namespace {

constexpr std::size_t kCommonNameMax = 64;  // RFC 5280 appendix A.1, ub-common-name
constexpr int kSerialBits = 127;            // positive, and under the 20 bytes of RFC 5280 section 4.1.2.2
constexpr std::chrono::hours kClockSkew{1};
constexpr std::chrono::hours kChallengeLife{24};
constexpr const char* kAcmeIdentifier = "1.3.6.1.5.5.7.1.31";  // id-pe-acmeIdentifier

base::Failure failure(std::string_view what) { return openssl_failure(ErrorCode::kInternal, Fault::kInternal, what); }

ExtensionPtr alternative_names(const std::vector<std::string>& names) {
  const std::unique_ptr<GENERAL_NAMES, Freer<GENERAL_NAMES_free>> list(GENERAL_NAMES_new());
  for (const auto& name : names) {
    const bool is_ip = base::IpAddress::parse(name).has_value();
    GENERAL_NAME* entry = a2i_GENERAL_NAME(nullptr, nullptr, nullptr, is_ip ? GEN_IPADD : GEN_DNS, name.c_str(), 0);
    if (entry == nullptr) return nullptr;
    sk_GENERAL_NAME_push(list.get(), entry);
  }
  return ExtensionPtr(X509V3_EXT_i2d(NID_subject_alt_name, 0, list.get()));
}

bool set_common_name(X509_NAME* name, std::string_view common_name) {
  if (common_name.empty() || common_name.size() > kCommonNameMax) return true;
  return X509_NAME_add_entry_by_NID(name, NID_commonName, MBSTRING_UTF8,
                                    reinterpret_cast<const unsigned char*>(common_name.data()),
                                    static_cast<int>(common_name.size()), -1, 0) == 1;
}

bool set_random_serial(X509* certificate) {
  const BignumPtr number(BN_new());
  return number && BN_rand(number.get(), kSerialBits, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY) == 1 &&
         BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) != nullptr;
}

bool set_validity(X509* certificate, Validity validity) {
  using Clock = std::chrono::system_clock;
  return ASN1_TIME_set(X509_getm_notBefore(certificate), Clock::to_time_t(validity.from)) != nullptr &&
         ASN1_TIME_set(X509_getm_notAfter(certificate), Clock::to_time_t(validity.to)) != nullptr;
}

bool add_extension(X509* certificate, X509* issuer, int nid, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  const ExtensionPtr extension(X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str()));
  return extension && X509_add_ext(certificate, extension.get(), -1) == 1;
}

// Everything but the extensions that tell a leaf from an authority, and the signature.
Result<X509Ptr> begin_certificate(const Subject& subject, const PrivateKey& key, const X509_NAME* issuer,
                                  Validity validity) {
  X509Ptr certificate(X509_new());
  const bool made = certificate && X509_set_version(certificate.get(), X509_VERSION_3) == 1 &&
                    set_random_serial(certificate.get()) && set_validity(certificate.get(), validity) &&
                    set_common_name(X509_get_subject_name(certificate.get()), subject.common_name) &&
                    X509_set_pubkey(certificate.get(), key.native()) == 1 &&
                    X509_set_issuer_name(certificate.get(),
                                         issuer != nullptr ? issuer : X509_get_subject_name(certificate.get())) == 1;
  if (!made) return failure("cannot make a certificate");
  return certificate;
}

Result<KeyedCertificate> finish(X509Ptr certificate, const PrivateKey& key, const PrivateKey& signer) {
  if (X509_sign(certificate.get(), signer.native(), EVP_sha256()) == 0) return failure("cannot sign a certificate");
  const BioPtr bio(BIO_new(BIO_s_mem()));
  if (!bio || PEM_write_bio_X509(bio.get(), certificate.get()) != 1) return failure("cannot write a certificate");
  BASE_TRY(auto chain, CertificateChain::from_pem(text_of(bio.get())));
  return KeyedCertificate{std::move(chain), key};
}

Result<KeyedCertificate> make_leaf(const Subject& subject, KeyType type, Validity validity,
                                   const KeyedCertificate* authority) {
  BASE_TRY(const auto key, PrivateKey::generate(type));
  auto* issuer = authority != nullptr ? authority->chain.leaf() : nullptr;
  BASE_TRY(auto certificate,
           begin_certificate(subject, key, issuer != nullptr ? X509_get_subject_name(issuer) : nullptr, validity));
  auto* self = certificate.get();
  const auto names = alternative_names(subject.names);
  const bool extended = names && X509_add_ext(self, names.get(), -1) == 1 &&
                        add_extension(self, issuer, NID_basic_constraints, "critical,CA:FALSE") &&
                        add_extension(self, issuer, NID_key_usage, "critical,digitalSignature,keyEncipherment") &&
                        add_extension(self, issuer, NID_ext_key_usage, "serverAuth") &&
                        add_extension(self, issuer, NID_subject_key_identifier, "hash") &&
                        (issuer == nullptr || add_extension(self, issuer, NID_authority_key_identifier, "keyid"));
  if (!extended) return failure("cannot make a certificate for " + subject.common_name);
  return finish(std::move(certificate), key, authority != nullptr ? authority->key : key);
}

std::string constraints_text(const PermittedNames& permitted) {
  std::string text = "critical";
  for (const auto& name : permitted.dns) text += ",permitted;DNS:" + name;
  for (const auto& range : permitted.ip_ranges) text += ",permitted;IP:" + range;
  return text;
}

}  // namespace

Validity valid_for(std::chrono::hours hours) {
  const auto now = std::chrono::system_clock::now();
  return {now - kClockSkew, now + hours};
}

Result<std::string> make_request(const Subject& subject, const PrivateKey& key) {
  const RequestPtr request(X509_REQ_new());
  const std::unique_ptr<STACK_OF(X509_EXTENSION),
                        decltype([](auto* stack) { sk_X509_EXTENSION_pop_free(stack, X509_EXTENSION_free); })>
      extensions(sk_X509_EXTENSION_new_null());
  auto names = alternative_names(subject.names);
  if (!request || !names) return failure("cannot make a certificate request for " + subject.common_name);
  sk_X509_EXTENSION_push(extensions.get(), names.release());
  const bool made = set_common_name(X509_REQ_get_subject_name(request.get()), subject.common_name) &&
                    X509_REQ_set_pubkey(request.get(), key.native()) == 1 &&
                    X509_REQ_add_extensions(request.get(), extensions.get()) == 1 &&
                    X509_REQ_sign(request.get(), key.native(), EVP_sha256()) != 0;
  unsigned char* der = nullptr;
  const int size = made ? i2d_X509_REQ(request.get(), &der) : -1;
  if (size < 0) return failure("cannot make a certificate request for " + subject.common_name);
  std::string bytes(reinterpret_cast<char*>(der), static_cast<std::size_t>(size));
  OPENSSL_free(der);
  return bytes;
}

Result<KeyedCertificate> make_self_signed(const Subject& subject, KeyType type, Validity validity) {
  return make_leaf(subject, type, validity, nullptr);
}

Result<KeyedCertificate> make_challenge_certificate(const std::string& name, std::string_view key_authorisation) {
  std::array<unsigned char, 34> value{V_ASN1_OCTET_STRING, 32};  // DER: an octet string of a SHA-256 digest
  EVP_Digest(key_authorisation.data(), key_authorisation.size(), value.data() + 2, nullptr, EVP_sha256(), nullptr);
  const std::unique_ptr<ASN1_OCTET_STRING, Freer<ASN1_OCTET_STRING_free>> data(ASN1_OCTET_STRING_new());
  const std::unique_ptr<ASN1_OBJECT, Freer<ASN1_OBJECT_free>> id(OBJ_txt2obj(kAcmeIdentifier, 1));
  if (!data || !id || ASN1_OCTET_STRING_set(data.get(), value.data(), value.size()) != 1) {
    return failure("cannot make a challenge's extension");
  }
  const ExtensionPtr identifier(X509_EXTENSION_create_by_OBJ(nullptr, id.get(), 1, data.get()));
  BASE_TRY(const auto key, PrivateKey::generate(KeyType::kEc256));
  BASE_TRY(auto certificate,
           begin_certificate({.common_name = {}, .names = {name}}, key, nullptr, valid_for(kChallengeLife)));
  const auto names = alternative_names({name});
  const bool extended = names && X509_add_ext(certificate.get(), names.get(), -1) == 1 && identifier &&
                        X509_add_ext(certificate.get(), identifier.get(), -1) == 1;
  if (!extended) return failure("cannot make a certificate for a challenge of " + name);
  return finish(std::move(certificate), key, key);
}

Result<KeyedCertificate> make_authority(std::string_view common_name, const PermittedNames& permitted,
                                        Validity validity) {
  BASE_TRY(const auto key, PrivateKey::generate(KeyType::kEc256));
  const Subject subject{.common_name = std::string(common_name), .names = {}};
  BASE_TRY(auto certificate, begin_certificate(subject, key, nullptr, validity));
  auto* self = certificate.get();
  const bool extended = add_extension(self, self, NID_basic_constraints, "critical,CA:TRUE,pathlen:0") &&
                        add_extension(self, self, NID_key_usage, "critical,keyCertSign,cRLSign") &&
                        add_extension(self, self, NID_subject_key_identifier, "hash") &&
                        add_extension(self, self, NID_name_constraints, constraints_text(permitted));
  if (!extended) return failure("cannot make a certificate authority");
  return finish(std::move(certificate), key, key);
}

Result<KeyedCertificate> issue(const KeyedCertificate& authority, const Subject& subject, KeyType type,
                               Validity validity) {
  return make_leaf(subject, type, validity, &authority);
}

}  // namespace gatehouse::tls
