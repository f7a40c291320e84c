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
  std::string text;
  if (!cookie.path.empty()) text += "; Path=" + cookie.path;
  // A leading dot means nothing any more (RFC 6265 section 5.2.3).
  const auto domain = std::string_view(cookie.domain).substr(cookie.domain.starts_with('.') ? 1 : 0);
  if (!domain.empty()) text += fmt::format("; Domain={}", domain);
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

// FNV-1, 64 bits, in hexadecimal digits without leading zeros.
std::string fnv_digest(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325U;
  for (const char c : text) hash = (hash * 0x100000001b3U) ^ static_cast<unsigned char>(c);
  return fmt::format("{:x}", hash);
}

}  // namespace

Sticky::Sticky(const model::Cookie& cookie, std::string_view service, const std::vector<std::string>& choices)
    : name_(cookie.name.empty() ? "_" + hex_digest("_TRAEFIK_BACKEND_" + std::string(service), EVP_sha1(), 5)
                                : cookie.name),
      attributes_(attributes_of(cookie)) {
  for (std::uint32_t i = 0; i < choices.size(); ++i) {
    values_.push_back(hex_digest(choices[i], EVP_sha256(), 16));
    known_.insert_or_assign(values_.back(), Held{.choice = i, .outdated = false});
    // What versions 1, 2 and 3.0 wrote: the name itself, its hash, and the hash of that.
    const auto digest = fnv_digest(choices[i]);
    for (const auto& old : {choices[i], digest, fnv_digest(digest)}) {
      known_.try_emplace(old, Held{.choice = i, .outdated = true});
    }
  }
}

std::optional<Sticky::Held> Sticky::chosen(const http::Fields& request) const {
  const auto value = find_cookie(request, name_);
  if (!value) return std::nullopt;
  const auto found = known_.find(*value);
  return found == known_.end() ? std::nullopt : std::optional(found->second);
}

void Sticky::remember(std::size_t choice, http::Fields& response) const {
  response.add(http::FieldId::kSetCookie, name_ + "=" + values_[choice] + attributes_);
}

}  // namespace gatehouse::edge
