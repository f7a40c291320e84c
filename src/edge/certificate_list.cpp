#include "edge/certificate_list.h"

#include <algorithm>
#include <memory>
#include <utility>

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

namespace gatehouse::edge {

namespace {

std::string entry_of(const X509_NAME* name, int nid) {
  const int index = X509_NAME_get_index_by_NID(name, nid, -1);
  if (index < 0) return {};
  unsigned char* utf8 = nullptr;
  const int size = ASN1_STRING_to_UTF8(&utf8, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, index)));
  if (size < 0) return {};
  std::string text(reinterpret_cast<char*>(utf8), static_cast<std::size_t>(size));
  OPENSSL_free(utf8);
  return text;
}

std::string decimal(const ASN1_INTEGER* integer) {
  const std::unique_ptr<BIGNUM, decltype([](BIGNUM* number) { BN_free(number); })> number(
      ASN1_INTEGER_to_BN(integer, nullptr));
  char* digits = number ? BN_bn2dec(number.get()) : nullptr;
  if (digits == nullptr) return {};
  std::string text(digits);
  OPENSSL_free(digits);
  return text;
}

std::string sha256_of_key(const X509* certificate) {
  unsigned char* der = nullptr;
  const int size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &der);
  if (size <= 0) return {};
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned digest_size = 0;
  EVP_Digest(der, static_cast<std::size_t>(size), digest, &digest_size, EVP_sha256(), nullptr);
  OPENSSL_free(der);
  std::string text;
  for (unsigned i = 0; i < digest_size; ++i) text += fmt::format("{:02x}", digest[i]);
  return text;
}

// As Go calls them.
std::string signature_algorithm(const X509* certificate) {
  int digest = NID_undef;
  int key = NID_undef;
  const int nid = X509_get_signature_nid(certificate);
  if (nid == NID_ED25519) return "Ed25519";
  if (OBJ_find_sigid_algs(nid, &digest, &key) != 1) return OBJ_nid2ln(nid);
  const std::string hash = OBJ_nid2sn(digest);
  if (key == NID_rsassaPss) return "RSAPSS";
  return key == NID_X9_62_id_ecPublicKey ? "ECDSA-" + hash : hash + "-RSA";
}

std::pair<std::string, int> key_of(const X509* certificate) {
  const auto* key = X509_get0_pubkey(certificate);
  if (key == nullptr) return {"Unknown", 0};
  const int kind = EVP_PKEY_get_base_id(key);
  if (kind == EVP_PKEY_RSA) return {"RSA", EVP_PKEY_get_bits(key)};
  if (kind == EVP_PKEY_EC) return {"ECDSA", EVP_PKEY_get_bits(key)};
  return {"Unknown", 0};
}

CertificateFacts facts_of(const tls::CertificateChain& chain) {
  const auto* leaf = chain.leaf();
  const auto* subject = X509_get_subject_name(leaf);
  const auto* issuer = X509_get_issuer_name(leaf);
  auto names = chain.names();
  std::ranges::sort(names);
  auto [key_type, key_bits] = key_of(leaf);
  return {.common_name = entry_of(subject, NID_commonName),
          .organisation = entry_of(subject, NID_organizationName),
          .country = entry_of(subject, NID_countryName),
          .names = std::move(names),
          .serial = decimal(X509_get0_serialNumber(leaf)),
          .issuer_common_name = entry_of(issuer, NID_commonName),
          .issuer_organisation = entry_of(issuer, NID_organizationName),
          .issuer_country = entry_of(issuer, NID_countryName),
          .version = fmt::format("v{}", X509_get_version(leaf) + 1),
          .key_type = std::move(key_type),
          .key_bits = key_bits,
          .signature_algorithm = signature_algorithm(leaf),
          .fingerprint = chain.fingerprint(),
          .public_key_fingerprint = sha256_of_key(leaf),
          .not_before = chain.not_before(),
          .not_after = chain.not_after()};
}

}  // namespace

CertificateList::CertificateList(const model::SnapshotTls& tls) {
  for (const auto& certificate : tls.certificates) chains_.push_back(certificate.chain);
  if (tls.default_certificate) chains_.push_back(tls.default_certificate->chain);
}

const std::vector<CertificateFacts>& CertificateList::all() const {
  std::call_once(read_, [this] {
    for (const auto& pem : chains_) {
      if (const auto chain = tls::CertificateChain::from_pem(pem)) facts_.push_back(facts_of(*chain));
    }
  });
  return facts_;
}

}  // namespace gatehouse::edge
