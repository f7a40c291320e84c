#include "edge/middleware/pass_tls_client_cert.h"

#include <array>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"
#include "edge/exchange.h"
#include "edge/middleware/query_escaped.h"
#include "tls/client_certificate.h"

namespace gatehouse::edge {

using async::Task;
using tls::ClientCertificate;
using tls::NameAttribute;

namespace {

constexpr std::string_view kCertificateField = "X-Forwarded-Tls-Client-Cert";
constexpr std::string_view kInfoField = "X-Forwarded-Tls-Client-Cert-Info";

struct WantedPart {
  NameAttribute attribute;
  std::string_view label;
};

// In the order in which they are told.
constexpr std::array<WantedPart, 8> kParts = {{{NameAttribute::kDomainComponent, "DC"},
                                               {NameAttribute::kCountry, "C"},
                                               {NameAttribute::kProvince, "ST"},
                                               {NameAttribute::kLocality, "L"},
                                               {NameAttribute::kOrganization, "O"},
                                               {NameAttribute::kOrganizationalUnit, "OU"},
                                               {NameAttribute::kSerialNumber, "SN"},
                                               {NameAttribute::kCommonName, "CN"}}};

using Wanted = std::vector<WantedPart>;

template <class Config>
Wanted wanted_of(const std::optional<Config>& config) {
  if (!config) return {};
  bool unit = false;
  if constexpr (requires { config->organizational_unit; }) unit = config->organizational_unit;
  const std::array<bool, kParts.size()> set = {config->domain_component, config->country,      config->province,
                                               config->locality,         config->organization, unit,
                                               config->serial_number,    config->common_name};
  Wanted wanted;
  for (std::size_t i = 0; i < kParts.size(); ++i) {
    if (set[i]) wanted.push_back(kParts[i]);
  }
  return wanted;
}

// Of several serial numbers or common names the last one counts.
bool is_single(NameAttribute attribute) {
  return attribute == NameAttribute::kSerialNumber || attribute == NameAttribute::kCommonName;
}

std::string told(const std::vector<tls::NamePart>& name, const Wanted& wanted) {
  std::vector<std::string> parts;
  for (const auto& [attribute, label] : wanted) {
    const auto first = parts.size();
    for (const auto& part : name) {
      if (part.attribute != attribute || part.value.empty()) continue;
      if (is_single(attribute)) parts.resize(first);
      parts.push_back(fmt::format("{}={}", label, part.value));
    }
  }
  return base::join(parts, ",");
}

class PassTlsClientCert final : public Handler {
 public:
  PassTlsClientCert(const model::PassTlsClientCert& config, HandlerPtr next)
      : pem_(config.pem),
        info_(config.info),
        subject_(wanted_of(info_ ? info_->subject : std::nullopt)),
        issuer_(wanted_of(info_ ? info_->issuer : std::nullopt)),
        next_(std::move(next)) {}

  [[nodiscard]] Task<Response> handle(Exchange& exchange) const override {
    if (const auto& certificate = exchange.client().certificate) {
      auto& fields = exchange.request.fields;
      if (pem_) fields.set(kCertificateField, certificate->der);
      if (info_) fields.set(kInfoField, query_escaped(info_of(*certificate)));
    }
    return next_->handle(exchange);
  }

 private:
  [[nodiscard]] std::string info_of(const ClientCertificate& certificate) const {
    std::vector<std::string> values;
    const auto add = [&values](std::string_view label, const std::string& value) {
      if (!value.empty()) values.push_back(fmt::format("{}=\"{}\"", label, value));
    };
    add("Subject", told(certificate.subject, subject_));
    add("Issuer", told(certificate.issuer, issuer_));
    if (info_->serial_number) add("SerialNumber", certificate.serial);
    if (info_->not_before) add("NB", std::to_string(certificate.not_before.time_since_epoch().count()));
    if (info_->not_after) add("NA", std::to_string(certificate.not_after.time_since_epoch().count()));
    if (info_->sans) add("SAN", base::join(certificate.alternative_names, ","));
    return base::join(values, ";");
  }

  bool pem_;
  std::optional<model::ClientCertInfo> info_;
  Wanted subject_;
  Wanted issuer_;
  HandlerPtr next_;
};

}  // namespace

base::Result<HandlerPtr> make_pass_tls_client_cert(const model::PassTlsClientCert& config, HandlerPtr next,
                                                   const MiddlewareContext&) {
  return std::make_shared<PassTlsClientCert>(config, std::move(next));
}

}  // namespace gatehouse::edge
