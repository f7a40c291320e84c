#include "http/field_id.h"

#include <cstring>

#include "base/text.h"

namespace gatehouse::http {
namespace {

constexpr std::array<std::string_view, kFieldIdCount> kNames = {
    "",
    "Accept",
    "Accept-Encoding",
    "Accept-Language",
    "Accept-Ranges",
    "Access-Control-Allow-Credentials",
    "Access-Control-Allow-Headers",
    "Access-Control-Allow-Methods",
    "Access-Control-Allow-Origin",
    "Access-Control-Expose-Headers",
    "Access-Control-Max-Age",
    "Access-Control-Request-Headers",
    "Access-Control-Request-Method",
    "Age",
    "Allow",
    "Alt-Svc",
    "Authentication-Info",
    "Authorization",
    "Cache-Control",
    "Connection",
    "Content-Disposition",
    "Content-Encoding",
    "Content-Language",
    "Content-Length",
    "Content-Location",
    "Content-Range",
    "Content-Security-Policy",
    "Content-Security-Policy-Report-Only",
    "Content-Type",
    "Cookie",
    "Date",
    "Early-Data",
    "ETag",
    "Expect",
    "Expires",
    "Forwarded",
    "From",
    "Host",
    "HTTP2-Settings",
    "If-Match",
    "If-Modified-Since",
    "If-None-Match",
    "If-Range",
    "If-Unmodified-Since",
    "Keep-Alive",
    "Last-Modified",
    "Link",
    "Location",
    "Max-Forwards",
    "Origin",
    "Permissions-Policy",
    "Pragma",
    "Priority",
    "Proxy",
    "Proxy-Authenticate",
    "Proxy-Authentication-Info",
    "Proxy-Authorization",
    "Proxy-Connection",
    "Range",
    "Referer",
    "Referrer-Policy",
    "Remote-User",
    "Retry-After",
    "Sec-WebSocket-Accept",
    "Sec-WebSocket-Extensions",
    "Sec-WebSocket-Key",
    "Sec-WebSocket-Protocol",
    "Sec-WebSocket-Version",
    "Server",
    "Set-Cookie",
    "Strict-Transport-Security",
    "TE",
    "Trailer",
    "Transfer-Encoding",
    "Upgrade",
    "User-Agent",
    "Vary",
    "Via",
    "WWW-Authenticate",
    "X-Content-Type-Options",
    "X-Forwarded-For",
    "X-Forwarded-Host",
    "X-Forwarded-Method",
    "X-Forwarded-Port",
    "X-Forwarded-Prefix",
    "X-Forwarded-Proto",
    "X-Forwarded-Scheme",
    "X-Forwarded-Server",
    "X-Forwarded-Tls-Client-Cert",
    "X-Forwarded-Tls-Client-Cert-Info",
    "X-Forwarded-Uri",
    "X-Forwarded-User",
    "X-Frame-Options",
    "X-Real-Ip",
    "X-Request-Id",
    "X-Scheme",
    "X-XSS-Protection",
};

// A perfect hash over the length and the first and last four bytes; the multiplier is searched at compile time.
constexpr std::size_t kSlotBits = 11;
constexpr std::size_t kNameBytesMin = 2;
constexpr std::size_t kNameBytesMax = 40;

// Field names are tokens: among token bytes, only letters of either case fold into letters, and only '-' into '-'.
constexpr std::uint32_t kFold = 0x20202020;

constexpr std::uint32_t load(std::string_view text, std::size_t at) {
  if consteval {
    std::uint32_t word = 0;
    for (std::size_t i = 0; i < 4; ++i) {
      const auto byte = std::uint32_t{static_cast<unsigned char>(text[at + i])};
      word |= byte << (std::endian::native == std::endian::little ? 8 * i : 24 - 8 * i);
    }
    return word;
  }
  std::uint32_t word = 0;
  std::memcpy(&word, text.data() + at, 4);
  return word;
}

constexpr std::size_t slot_of(std::string_view name, std::uint32_t multiplier) {
  std::uint32_t first = 0;
  std::uint32_t last = 0;
  if (name.size() >= 4) {
    first = load(name, 0) | kFold;
    last = load(name, name.size() - 4) | kFold;
  } else {
    for (const char c : name) first = first << 8 | static_cast<unsigned char>(c | 0x20);
  }
  const std::uint32_t mixed = (first * 0x9E3779B1u ^ last) + static_cast<std::uint32_t>(name.size()) * 0x85EBCA6Bu;
  return (mixed ^ mixed >> 15) * multiplier >> (32 - kSlotBits);
}

struct Table {
  std::uint32_t multiplier = 0;
  std::array<std::uint8_t, std::size_t{1} << kSlotBits> slots{};
};

consteval bool try_fill(Table& table) {
  table.slots = {};
  for (std::size_t i = 1; i < kFieldIdCount; ++i) {
    auto& slot = table.slots[slot_of(kNames[i], table.multiplier)];
    if (slot != 0) return false;
    slot = static_cast<std::uint8_t>(i);
  }
  return true;
}

consteval Table make_table() {
  Table table;
  for (table.multiplier = 0x2545F491; !try_fill(table); table.multiplier += 0x9E3779B2) {
  }
  return table;
}

constexpr Table kTable = make_table();

bool folds_to(std::string_view name, std::string_view known) {
  if (name.size() != known.size()) return false;
  for (std::size_t i = 0; i < name.size(); ++i) {
    if ((name[i] | 0x20) != (known[i] | 0x20)) return false;
  }
  return true;
}

}  // namespace

FieldId field_id_of(std::string_view name) {
  if (name.size() < kNameBytesMin || name.size() > kNameBytesMax) return FieldId::kOther;
  const auto found = kTable.slots[slot_of(name, kTable.multiplier)];
  return folds_to(name, kNames[found]) ? static_cast<FieldId>(found) : FieldId::kOther;
}

FieldId field_id_of_alias(std::string_view name) {
  if (name.size() > kNameBytesMax) return FieldId::kOther;
  std::array<char, kNameBytesMax> dashed;
  for (std::size_t i = 0; i < name.size(); ++i) dashed[i] = name[i] == '_' ? '-' : name[i];
  return field_id_of({dashed.data(), name.size()});
}

std::string_view canonical_name(FieldId id) { return kNames[static_cast<std::size_t>(id)]; }

}  // namespace gatehouse::http
