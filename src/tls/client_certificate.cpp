#include "tls/client_certificate.h"

#include <array>
#include <optional>
#include <span>

#include "base/ip_address.h"
#include "format/base64.h"
#include "tls/certificate_chain.h"
#include "tls/openssl.h"

namespace gatehouse::tls {

namespace {

using GeneralNamesPtr = std::unique_ptr<GENERAL_NAMES, Freer<GENERAL_NAMES_free>>;

std::optional<NameAttribute> attribute_of(int nid) {
  switch (nid) {
    case NID_domainComponent:
      return NameAttribute::kDomainComponent;
    case NID_countryName:
      return NameAttribute::kCountry;
    case NID_stateOrProvinceName:
      return NameAttribute::kProvince;
    case NID_localityName:
      return NameAttribute::kLocality;
    case NID_organizationName:
      return NameAttribute::kOrganization;
    case NID_organizationalUnitName:
      return NameAttribute::kOrganizationalUnit;
    case NID_serialNumber:
      return NameAttribute::kSerialNumber;
    case NID_commonName:
      return NameAttribute::kCommonName;
    default:
      return std::nullopt;
  }
}

std::string utf8_of(const ASN1_STRING* text) {
  unsigned char* bytes = nullptr;
  const int size = ASN1_STRING_to_UTF8(&bytes, text);
  if (size < 0) return {};
  std::string result(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size));
  OPENSSL_free(bytes);
  return result;
}

std::vector<NamePart> parts_of(const X509_NAME* name) {
  std::vector<NamePart> parts;
  for (int i = 0; i < X509_NAME_entry_count(name); ++i) {
    const auto* entry = X509_NAME_get_entry(name, i);
    const auto attribute = attribute_of(OBJ_obj2nid(X509_NAME_ENTRY_get_object(entry)));
    if (attribute) parts.push_back({*attribute, utf8_of(X509_NAME_ENTRY_get_data(entry))});
  }
  return parts;
}

std::string decimal_of(const ASN1_INTEGER* number) {
  const BignumPtr value(ASN1_INTEGER_to_BN(number, nullptr));
  char* digits = value ? BN_bn2dec(value.get()) : nullptr;
  std::string result = digits == nullptr ? "" : digits;
  OPENSSL_free(digits);
  return result;
}

std::string address_of(const ASN1_OCTET_STRING* bytes) {
  const auto* data = ASN1_STRING_get0_data(bytes);
  const auto size = static_cast<std::size_t>(ASN1_STRING_length(bytes));
  using base::IpAddress;
  if (size == IpAddress::kV4Bytes) return IpAddress::from_v4(std::span<const std::uint8_t, 4>(data, 4)).to_string();
  if (size == IpAddress::kV6Bytes) return IpAddress::from_v6(std::span<const std::uint8_t, 16>(data, 16)).to_string();
  return {};
}

std::string text_of_name(const GENERAL_NAME* name, int type) {
  if (type == GEN_IPADD) return address_of(name->d.iPAddress);
  const auto* text = name->d.ia5;
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
          static_cast<std::size_t>(ASN1_STRING_length(text))};
}

std::vector<std::string> alternative_names_of(const X509* certificate) {
  std::vector<std::string> result;
  const GeneralNamesPtr names(
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
  for (const int type : std::array{GEN_DNS, GEN_EMAIL, GEN_IPADD, GEN_URI}) {
    for (int i = 0; names && i < sk_GENERAL_NAME_num(names.get()); ++i) {
      const auto* name = sk_GENERAL_NAME_value(names.get(), i);
      if (name->type == type) result.push_back(text_of_name(name, type));
    }
  }
  return result;
}

std::string der_of(X509* certificate) {
  unsigned char* bytes = nullptr;
  const int size = i2d_X509(certificate, &bytes);
  if (size < 0) return {};
  auto text = format::encode_base64({reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size)});
  OPENSSL_free(bytes);
  return text;
}

}  // namespace

base::Result<ClientCertificate> ClientCertificate::from_pem(std::string_view pem) {
  BASE_TRY(const auto chain, CertificateChain::from_pem(pem));
  auto* leaf = chain.leaf();
  return ClientCertificate{.der = der_of(leaf),
                           .subject = parts_of(X509_get_subject_name(leaf)),
                           .issuer = parts_of(X509_get_issuer_name(leaf)),
                           .serial = decimal_of(X509_get0_serialNumber(leaf)),
                           .not_before = std::chrono::floor<std::chrono::seconds>(chain.not_before()),
                           .not_after = std::chrono::floor<std::chrono::seconds>(chain.not_after()),
                           .alternative_names = alternative_names_of(leaf)};
}

}  // namespace gatehouse::tls
