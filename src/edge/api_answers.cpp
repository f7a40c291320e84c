#include "edge/api_answers.h"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "base/parse_int.h"
#include "base/text.h"
#include "edge/certificate_list.h"
#include "edge/inventory.h"
#include "edge/routing/query.h"
#include "format/json.h"

namespace gatehouse::edge {

using Section = Inventory::Section;

namespace {

constexpr std::size_t kPerPageMax = 100'000;

Inventory::Filter filter_of(std::string_view query) {
  Inventory::Filter filter;
  QueryReader reader(query);
  while (const auto parameter = reader.next()) {
    std::string storage;
    const auto value = parameter->value.decode(storage);
    const auto is = [&](std::string_view name) { return parameter->name.equals(name); };
    if (is("search")) filter.search = value;
    if (is("status")) filter.status = value;
    if (is("serviceName")) filter.service = value;
    if (is("middlewareName")) filter.middleware = value;
    if (is("sortBy")) filter.sort_by = value;
    if (is("direction")) filter.descending = value == "desc";
    if (is("page")) filter.page = base::parse_int<std::size_t>(value).value_or(0);
    if (is("per_page")) filter.per_page = std::min(base::parse_int<std::size_t>(value).value_or(0), kPerPageMax);
  }
  return filter;
}

// A name in a path; the path has been made canonical, so each % is followed by two digits.
std::string decoded(std::string_view text) {
  std::string name;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      name += text[i];
      continue;
    }
    std::uint8_t byte = 0;
    std::from_chars(text.data() + i + 1, text.data() + std::min(i + 3, text.size()), byte, 16);
    name += static_cast<char>(byte);
    i += 2;
  }
  return name;
}

ApiAnswer no_such_page(const Inventory::Filter& filter) {
  return ApiAnswer::failure(400, fmt::format("invalid request: page: {}, per_page: {}", filter.page, filter.per_page));
}

// "routers" and "/name", of "/http/routers/name" behind the protocol.
ApiAnswer answer_section(const Inventory& inventory, Section section, std::string_view kind, std::string_view rest,
                         const Inventory::Filter& filter) {
  if (rest.empty()) {
    auto page = inventory.list(section, filter);
    if (!page) return no_such_page(filter);
    auto answer = ApiAnswer::of(std::move(page->json));
    answer.next_page = page->next;
    return answer;
  }
  const auto name = decoded(rest.substr(1));
  auto found = inventory.find(section, name);
  if (!found) return ApiAnswer::failure(404, std::string(kind) + " not found: " + name);
  return ApiAnswer::of(*std::move(found));
}

std::optional<ApiAnswer> answer_section_of(const Inventory& inventory, std::string_view path,
                                           const Inventory::Filter& filter) {
  struct Named {
    std::string_view path;
    std::string_view kind;
    Section section;
  };
  constexpr std::array<Named, 3> kSections = {Named{"/http/routers", "router", Section::kRouters},
                                              Named{"/http/services", "service", Section::kServices},
                                              Named{"/http/middlewares", "middleware", Section::kMiddlewares}};
  for (const auto& named : kSections) {
    if (!path.starts_with(named.path)) continue;
    const auto rest = path.substr(named.path.size());
    if (rest.empty() || rest.front() == '/') return answer_section(inventory, named.section, named.kind, rest, filter);
  }
  // There is nothing of these yet, but who asks for a list wants one.
  constexpr std::array<std::string_view, 5> kEmpty = {"/tcp/routers", "/tcp/services", "/tcp/middlewares",
                                                      "/udp/routers", "/udp/services"};
  if (std::ranges::find(kEmpty, path) == kEmpty.end()) return std::nullopt;
  auto answer = ApiAnswer::of("[]\n");
  answer.next_page = 1;
  return answer;
}

// The rule of three: ended, ending within 30 days, good.
std::string_view status_of(const CertificateFacts& certificate) {
  constexpr std::chrono::days kSoon{30};
  const auto left = certificate.not_after - std::chrono::system_clock::now();
  if (left < std::chrono::seconds::zero()) return "disabled";
  return left < kSoon ? "warning" : "enabled";
}

void write_certificate(format::JsonWriter& writer, const CertificateFacts& certificate) {
  const auto text = [&writer](std::string_view key, std::string_view value, bool always = true) {
    if (always || !value.empty()) writer.key(key).string(value);
  };
  const auto time = [](tls::WallTime at) {
    return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::chrono::floor<std::chrono::seconds>(at)));
  };
  writer.begin_object();
  text("name", certificate.fingerprint);
  writer.key("sans").begin_array();
  for (const auto& name : certificate.names) writer.string(name);
  writer.end_array();
  text("notAfter", time(certificate.not_after));
  text("notBefore", time(certificate.not_before));
  text("serialNumber", certificate.serial);
  text("commonName", certificate.common_name);
  text("issuerOrg", certificate.issuer_organisation, false);
  text("issuerCN", certificate.issuer_common_name, false);
  text("issuerCountry", certificate.issuer_country, false);
  text("organization", certificate.organisation, false);
  text("country", certificate.country, false);
  text("version", certificate.version);
  text("keyType", certificate.key_type);
  writer.key("keySize").integer(certificate.key_bits);
  text("signatureAlgorithm", certificate.signature_algorithm);
  text("certFingerprint", certificate.fingerprint);
  text("publicKeyFingerprint", certificate.public_key_fingerprint);
  text("status", status_of(certificate));
  writer.end_object();
}

bool keeps(const CertificateFacts& certificate, const Inventory::Filter& filter) {
  if (!filter.status.empty() && !base::iequals(filter.status, status_of(certificate))) return false;
  const auto searched = base::to_lower(filter.search);
  const auto has = [&](std::string_view text) { return base::to_lower(text).find(searched) != std::string::npos; };
  return has(certificate.common_name) || has(certificate.issuer_organisation) || has(certificate.issuer_common_name) ||
         std::ranges::any_of(certificate.names, has);
}

std::string sort_key(const CertificateFacts& certificate, std::string_view by) {
  if (by == "status") return std::string(status_of(certificate));
  if (by == "issuer") {
    const auto& organisation = certificate.issuer_organisation;
    return organisation.empty() ? certificate.issuer_common_name : organisation;
  }
  if (by != "validUntil") return {};
  return fmt::format("{:020}", std::chrono::system_clock::to_time_t(certificate.not_after));
}

ApiAnswer answer_certificates(const CertificateList& certificates, const Inventory::Filter& filter) {
  std::vector<std::pair<std::string, const CertificateFacts*>> kept;
  for (const auto& certificate : certificates.all()) {
    if (keeps(certificate, filter)) kept.emplace_back(sort_key(certificate, filter.sort_by), &certificate);
  }
  std::ranges::sort(kept, {}, [](const auto& entry) {
    return std::tie(entry.first, entry.second->common_name, entry.second->fingerprint);
  });
  if (filter.descending) std::ranges::reverse(kept);
  const auto page = Inventory::page_of(kept.size(), filter);
  if (!page) return no_such_page(filter);
  format::JsonWriter writer;
  writer.begin_array();
  for (auto i = page->begin; i < page->end; ++i) write_certificate(writer, *kept[i].second);
  writer.end_array();
  auto answer = ApiAnswer::of(writer.take() + "\n");
  answer.next_page = page->next;
  return answer;
}

ApiAnswer answer_certificate(const CertificateList& certificates, const std::string& fingerprint) {
  const auto found = std::ranges::find(certificates.all(), fingerprint, &CertificateFacts::fingerprint);
  if (found == certificates.all().end()) return ApiAnswer::failure(404, "certificate not found: " + fingerprint);
  format::JsonWriter writer;
  write_certificate(writer, *found);
  return ApiAnswer::of(writer.take() + "\n");
}

}  // namespace

ApiAnswer ApiAnswer::of(std::string text) { return {.json = std::make_shared<const std::string>(std::move(text))}; }

ApiAnswer ApiAnswer::failure(int status, std::string_view message) {
  format::JsonWriter writer;
  writer.begin_object().key("message").string(message).end_object();
  auto answer = of(writer.take() + "\n");
  answer.status = status;
  return answer;
}

std::optional<ApiAnswer> answer_api(const Runtime& runtime, std::string_view path, std::string_view query) {
  constexpr std::string_view kEntryPoint = "/entrypoints/";
  constexpr std::string_view kCertificate = "/certificates/";
  const auto& inventory = *runtime.inventory();
  if (path == "/rawdata") return ApiAnswer{.json = inventory.raw_data()};
  if (path == "/overview") return ApiAnswer::of(inventory.overview());
  if (path == "/version") return ApiAnswer::of(inventory.version());
  if (path == "/gatehouse/issues") return ApiAnswer::of(inventory.issues());
  if (path == "/entrypoints") return ApiAnswer::of(inventory.entry_points());
  if (path.starts_with(kEntryPoint)) {
    const auto name = decoded(path.substr(kEntryPoint.size()));
    auto found = inventory.entry_point(name);
    return found ? ApiAnswer::of(*std::move(found)) : ApiAnswer::failure(404, "entry point not found: " + name);
  }
  if (path == "/certificates") return answer_certificates(*runtime.certificates(), filter_of(query));
  if (path.starts_with(kCertificate)) {
    return answer_certificate(*runtime.certificates(), std::string(path.substr(kCertificate.size())));
  }
  return answer_section_of(inventory, path, filter_of(query));
}

}  // namespace gatehouse::edge
