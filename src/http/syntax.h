// The alphabets of RFC 9110 and RFC 3986, as tables and scans that the parsers share. Pure functions, any thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#if defined(__SSE2__)
#include <bit>

#include <emmintrin.h>
#endif

#include "base/text.h"

namespace gatehouse::http {

namespace syntax_detail {

consteval std::array<bool, 256> bytes_of(std::string_view extra) {
  std::array<bool, 256> table{};
  for (int c = 0; c < 128; ++c) table[c] = base::is_alnum(static_cast<char>(c));
  for (const char c : extra) table[static_cast<unsigned char>(c)] = true;
  return table;
}

inline constexpr auto kTokenBytes = bytes_of("!#$%&'*+-.^_`|~");  // RFC 9110 5.6.2
inline constexpr auto kUnreservedBytes = bytes_of("-._~");        // RFC 3986 2.3

}  // namespace syntax_detail

constexpr bool is_token_byte(char c) { return syntax_detail::kTokenBytes[static_cast<unsigned char>(c)]; }
constexpr bool is_unreserved(char c) { return syntax_detail::kUnreservedBytes[static_cast<unsigned char>(c)]; }

constexpr bool is_token(std::string_view text) {
  for (const char c : text) {
    if (!is_token_byte(c)) return false;
  }
  return !text.empty();
}

// A control byte other than HTAB: it has no place in a field value (RFC 9110 5.5), and ends a line or a parse.
constexpr bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte < 0x20 && byte != '\t') || byte == 0x7f;
}

// The first control byte at or after `begin`, or `end`.
inline const char* find_control(const char* begin, const char* end) {
#if defined(__SSE2__)
  const __m128i last_control = _mm_set1_epi8(0x1f);
  const __m128i tab = _mm_set1_epi8('\t');
  const __m128i del = _mm_set1_epi8(0x7f);
  for (; end - begin >= 16; begin += 16) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(begin));
    const __m128i low = _mm_cmpeq_epi8(_mm_min_epu8(bytes, last_control), bytes);
    const __m128i found = _mm_or_si128(_mm_andnot_si128(_mm_cmpeq_epi8(bytes, tab), low), _mm_cmpeq_epi8(bytes, del));
    if (const int mask = _mm_movemask_epi8(found); mask != 0) {
      return begin + std::countr_zero(static_cast<unsigned>(mask));
    }
  }
#endif
  while (begin != end && !is_control(*begin)) ++begin;
  return begin;
}

constexpr bool is_blank(char c) { return c == ' ' || c == '\t'; }

// Without the optional white space (RFC 9110 5.6.3) around it.
constexpr std::string_view trim_blanks(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

// The value of a hexadecimal digit, or -1.
constexpr int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

inline constexpr std::string_view kUpperHexDigits = "0123456789ABCDEF";

// Calls visit(item) for each item of a comma-separated list, trimmed, empty ones left out (RFC 9110 5.6.1). For lists
// of tokens: a comma in a quoted string would separate as well.
template <class Visit>
constexpr void for_each_item(std::string_view list, Visit visit) {
  while (!list.empty()) {
    const auto comma = list.find(',');
    if (const auto item = trim_blanks(list.substr(0, comma)); !item.empty()) visit(item);
    if (comma == std::string_view::npos) return;
    list.remove_prefix(comma + 1);
  }
}

}  // namespace gatehouse::http
