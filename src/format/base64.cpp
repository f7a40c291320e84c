#include "format/base64.h"

#include <array>
#include <cstdint>

namespace gatehouse::format {

namespace {

constexpr std::string_view kStandard = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view kUrlSafe = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::uint8_t kForeign = 0xFF;

constexpr std::array<std::uint8_t, 256> make_values(std::string_view alphabet) {
  std::array<std::uint8_t, 256> values{};
  values.fill(kForeign);
  for (std::size_t i = 0; i < alphabet.size(); ++i) {
    values[static_cast<unsigned char>(alphabet[i])] = static_cast<std::uint8_t>(i);
  }
  return values;
}

constexpr auto kStandardValues = make_values(kStandard);
constexpr auto kUrlSafeValues = make_values(kUrlSafe);

std::string encode(std::string_view bytes, std::string_view alphabet) {
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  std::uint32_t bits = 0;
  int bits_count = 0;
  for (const char c : bytes) {
    bits = (bits << 8 | static_cast<unsigned char>(c)) & 0xFFFFFF;
    for (bits_count += 8; bits_count >= 6; bits_count -= 6) text += alphabet[bits >> (bits_count - 6) & 0x3F];
  }
  if (bits_count > 0) text += alphabet[bits << (6 - bits_count) & 0x3F];
  return text;
}

// Of text without padding.
std::optional<std::string> decode(std::string_view text, const std::array<std::uint8_t, 256>& values) {
  if (text.size() % 4 == 1) return std::nullopt;
  std::string bytes;
  bytes.reserve(text.size() / 4 * 3 + 2);
  std::uint32_t bits = 0;
  int bits_count = 0;
  for (const char c : text) {
    const auto value = values[static_cast<unsigned char>(c)];
    if (value == kForeign) return std::nullopt;
    bits = (bits << 6 | value) & 0xFFFF;
    bits_count += 6;
    if (bits_count < 8) continue;
    bits_count -= 8;
    bytes += static_cast<char>(bits >> bits_count & 0xFF);
  }
  if ((bits & ((1u << bits_count) - 1)) != 0) return std::nullopt;
  return bytes;
}

}  // namespace

std::string encode_base64(std::string_view bytes) {
  std::string text = encode(bytes, kStandard);
  text.append((4 - text.size() % 4) % 4, '=');
  return text;
}

std::optional<std::string> decode_base64(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  if (text.ends_with("==")) {
    text.remove_suffix(2);
  } else if (text.ends_with('=')) {
    text.remove_suffix(1);
  }
  return decode(text, kStandardValues);
}

std::string encode_base64url(std::string_view bytes) { return encode(bytes, kUrlSafe); }

std::optional<std::string> decode_base64url(std::string_view text) { return decode(text, kUrlSafeValues); }

}  // namespace gatehouse::format
