#include "tls/certificate_chain.h"

#include <algorithm>
#include <ctime>

#include <openssl/err.h>
#include <openssl/pem.h>

#include "base/ip_address.h"
#include "base/text.h"
#include "tls/openssl.h"

namespace gatehouse::tls {

using base::ErrorCode;
using base::Fault;
using base::Result;

namespace {

std::string hexadecimal(std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (const char c : bytes) {
    text += kDigits[static_cast<unsigned char>(c) >> 4];
    text += kDigits[static_cast<unsigned char>(c) & 15];
  }
  return text;
}

std::string name_entry(const X509_NAME* name, int nid) {
  const int index = X509_NAME_get_index_by_NID(name, nid, -1);
  if (index < 0) return {};
  const auto* entry = X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, index));
  unsigned char* utf8 = nullptr;
  const int size = ASN1_STRING_to_UTF8(&utf8, entry);
  if (size < 0) return {};
  std::string text(reinterpret_cast<char*>(utf8), static_cast<std::size_t>(size));
  OPENSSL_free(utf8);
  return text;
}

std::string issuer_of(const X509* certificate) {
  const auto* name = X509_get_issuer_name(certificate);
  auto text = name_entry(name, NID_commonName);
  return text.empty() ? name_entry(name, NID_organizationName) : text;
}

std::string bytes_of(const ASN1_STRING* string) {
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(string)),
          static_cast<std::size_t>(ASN1_STRING_length(string))};
}

std::string ip_text(const std::string& bytes) {
  const auto* data = reinterpret_cast<const std::uint8_t*>(bytes.data());
  using base::IpAddress;
  if (bytes.size() == IpAddress::kV4Bytes) {
    return IpAddress::from_v4(std::span<const std::uint8_t, IpAddress::kV4Bytes>(data, bytes.size())).to_string();
  }
  if (bytes.size() == IpAddress::kV6Bytes) {
    return IpAddress::from_v6(std::span<const std::uint8_t, IpAddress::kV6Bytes>(data, bytes.size())).to_string();
  }
  return {};
}

std::vector<std::string> names_of(const X509* certificate) {
  std::vector<std::string> names;
  const std::unique_ptr<GENERAL_NAMES, Freer<GENERAL_NAMES_free>> alternatives(
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
  for (int i = 0; i < sk_GENERAL_NAME_num(alternatives.get()); ++i) {
    int type = 0;
    const auto* value = GENERAL_NAME_get0_value(sk_GENERAL_NAME_value(alternatives.get(), i), &type);
    if (type != GEN_DNS && type != GEN_IPADD) continue;
    const auto bytes = bytes_of(static_cast<const ASN1_STRING*>(value));
    auto name = type == GEN_DNS ? base::to_lower(bytes) : ip_text(bytes);
    if (!name.empty() && std::ranges::find(names, name) == names.end()) names.push_back(std::move(name));
  }
  if (names.empty()) {
    auto name = base::to_lower(name_entry(X509_get_subject_name(certificate), NID_commonName));
    if (!name.empty()) names.push_back(std::move(name));
  }
  return names;
}

WallTime wall_time(const ASN1_TIME* time) {
  std::tm broken_down{};
  if (ASN1_TIME_to_tm(time, &broken_down) != 1) return {};
  return std::chrono::system_clock::from_time_t(::timegm(&broken_down));
}

}  // namespace

CertificateChain::CertificateChain(std::vector<std::shared_ptr<x509_st>> certificates)
    : certificates_(std::move(certificates)), names_(names_of(leaf())) {}

Result<CertificateChain> CertificateChain::from_pem(std::string_view pem) {
  const auto bio = bio_of(pem);
  std::vector<std::shared_ptr<x509_st>> certificates;
  while (X509* certificate = PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr)) {
    certificates.emplace_back(certificate, X509_free);
    if (certificates.size() > kCertificatesMax) {
      return base::fail(ErrorCode::kLimit, Fault::kOperator,
                        "more than " + std::to_string(kCertificatesMax) + " certificates in one chain");
    }
  }
  const auto reason = ERR_GET_REASON(ERR_peek_last_error());
  if (certificates.empty() || reason != PEM_R_NO_START_LINE) {
    return openssl_failure(ErrorCode::kInvalid, Fault::kOperator, "not a certificate in PEM form");
  }
  ERR_clear_error();
  return CertificateChain(std::move(certificates));
}

std::string CertificateChain::common_name() const { return name_entry(X509_get_subject_name(leaf()), NID_commonName); }

std::string CertificateChain::issuer() const { return issuer_of(leaf()); }

std::vector<std::string> CertificateChain::issuers() const {
  std::vector<std::string> issuers;
  for (const auto& certificate : certificates_) issuers.push_back(issuer_of(certificate.get()));
  return issuers;
}

std::string CertificateChain::serial() const {
  const auto* serial = X509_get0_serialNumber(leaf());
  return hexadecimal(bytes_of(serial));
}

std::string CertificateChain::authority_key() const {
  const auto* id = X509_get0_authority_key_id(leaf());
  return id == nullptr ? std::string() : bytes_of(id);
}

std::string CertificateChain::fingerprint() const {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  X509_digest(leaf(), EVP_sha256(), digest, &size);
  return hexadecimal({reinterpret_cast<char*>(digest), size});
}

WallTime CertificateChain::not_before() const { return wall_time(X509_get0_notBefore(leaf())); }
WallTime CertificateChain::not_after() const { return wall_time(X509_get0_notAfter(leaf())); }

bool CertificateChain::is_elliptic() const {
  const auto* key = X509_get0_pubkey(leaf());
  return key != nullptr && EVP_PKEY_is_a(key, "RSA") != 1;
}

bool CertificateChain::is_authority() const { return X509_check_ca(leaf()) == 1; }

bool CertificateChain::matches(const PrivateKey& key) const {
  const bool matches = X509_check_private_key(leaf(), key.native()) == 1;
  ERR_clear_error();
  return matches;
}

bool CertificateChain::covers(std::string_view name) const {
  return std::ranges::any_of(names_, [name](const auto& pattern) { return covers_name(pattern, name); });
}

std::string CertificateChain::to_pem() const {
  const BioPtr bio(BIO_new(BIO_s_mem()));
  for (const auto& certificate : certificates_) PEM_write_bio_X509(bio.get(), certificate.get());
  return text_of(bio.get());
}

bool covers_name(std::string_view pattern, std::string_view name) {
  if (pattern == name) return true;
  if (!pattern.starts_with("*.")) return false;
  const auto dot = name.find('.');
  return dot != std::string_view::npos && dot > 0 && name.substr(dot) == pattern.substr(1);
}

}  // namespace gatehouse::tls
