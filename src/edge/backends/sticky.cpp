#include "edge/backends/sticky.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <openssl/evp.h>

#include "base/text.h"
#include "http/syntax.h"

namespace gatehouse::edge {

namespace {

std::string hex_digest(std::string_view text, const EVP_MD* algorithm, std::size_t digits) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  EVP_Digest(text.data(), text.size(), digest.data(), &size, algorithm, nullptr);
  std::string hex;
  for (unsigned i = 0; i < size && hex.size() < digits; ++i) hex += fmt::format("{:02x}", digest[i]);
  hex.resize(digits);
  return hex;
}

std::string attributes_of(const model::Cookie& cookie) {
  std::string text = "; Path=" + (cookie.path.empty() ? "/" : cookie.path);
  if (!cookie.domain.empty()) text += "; Domain=" + cookie.domain;
  if (cookie.max_age != 0) text += fmt::format("; Max-Age={}", std::max<std::int64_t>(cookie.max_age, 0));
  if (cookie.http_only) text += "; HttpOnly";
  if (cookie.secure) text += "; Secure";
  if (base::iequals(cookie.same_site, "none")) text += "; SameSite=None";
  if (base::iequals(cookie.same_site, "lax")) text += "; SameSite=Lax";
  if (base::iequals(cookie.same_site, "strict")) text += "; SameSite=Strict";
  return text;
}

// The first cookie of that name (RFC 6265 section 4.2.1).
std::optional<std::string_view> find_cookie(const http::Fields& fields, std::string_view name) {
  std::optional<std::string_view> found;
  fields.for_each(http::FieldId::kCookie, [&](std::string_view line) {
    for (auto pair : base::split(line, ';')) {
      pair = http::trim_blanks(pair);
      if (!found && pair.size() > name.size() && pair.starts_with(name) && pair[name.size()] == '=') {
        found = pair.substr(name.size() + 1);
      }
    }
  });
  return found;
}

}  // namespace

Sticky::Sticky(const model::Cookie& cookie, std::string_view service, const std::vector<std::string>& choices)
    : name_(cookie.name.empty() ? "_" + hex_digest("_TRAEFIK_BACKEND_" + std::string(service), EVP_sha1(), 5)
                                : cookie.name),
      attributes_(attributes_of(cookie)),
      plain_(choices) {
  for (const auto& choice : choices) values_.push_back(hex_digest(choice, EVP_sha256(), 16));
}

std::optional<std::size_t> Sticky::chosen(const http::Fields& request) const {
  const auto value = find_cookie(request, name_);
  if (!value) return std::nullopt;
  for (std::size_t i = 0; i < values_.size(); ++i) {
    if (*value == values_[i] || *value == plain_[i]) return i;
  }
  return std::nullopt;
}

void Sticky::remember(std::size_t choice, http::Fields& response) const {
  response.add(http::FieldId::kSetCookie, name_ + "=" + values_[choice] + attributes_);
}

}  // namespace gatehouse::edge
