#include "acme/renewal_info.h"

#include <algorithm>
#include <ctime>

#include "base/parse_int.h"
#include "base/text.h"
#include "format/base64.h"
#include "format/json.h"

namespace gatehouse::acme {

using base::ErrorCode;
using base::Fault;
using base::Result;

namespace {

std::optional<std::string> bytes_of(std::string_view hexadecimal) {
  std::string bytes;
  if (hexadecimal.size() % 2 != 0) return std::nullopt;
  for (std::size_t i = 0; i < hexadecimal.size(); i += 2) {
    const auto byte = base::parse_int<std::uint8_t>(hexadecimal.substr(i, 2), 16);
    if (!byte) return std::nullopt;
    bytes += static_cast<char>(*byte);
  }
  return bytes;
}

// "Z", "+01:00", "-05:30": to be taken off.
std::optional<std::chrono::minutes> offset_of(std::string_view text) {
  if (text == "Z" || text == "z") return std::chrono::minutes(0);
  if (text.size() != 6 || text[3] != ':' || (text[0] != '+' && text[0] != '-')) return std::nullopt;
  const auto hours = base::parse_int<std::uint8_t>(text.substr(1, 2));
  const auto minutes = base::parse_int<std::uint8_t>(text.substr(4, 2));
  if (!hours || !minutes || *hours > 23 || *minutes > 59) return std::nullopt;
  const auto offset = std::chrono::hours(*hours) + std::chrono::minutes(*minutes);
  return text[0] == '-' ? -offset : offset;
}

}  // namespace

std::optional<std::string> renewal_id(std::string_view authority_key, std::string_view serial) {
  auto number = bytes_of(serial);
  if (authority_key.empty() || !number || number->empty()) return std::nullopt;
  // As DER has it: a first bit that is set would make it negative.
  if ((static_cast<unsigned char>(number->front()) & 0x80) != 0) number->insert(0, 1, '\0');
  return format::encode_base64url(authority_key) + "." + format::encode_base64url(*number);
}

std::optional<std::string> renewal_id(const tls::CertificateChain& chain) {
  return renewal_id(chain.authority_key(), chain.serial());
}

std::optional<WallTime> parse_time(std::string_view text) {
  std::tm date{};
  const std::string copy(text);
  const char* end = ::strptime(copy.c_str(), "%Y-%m-%dT%H:%M:%S", &date);
  if (end == nullptr) return std::nullopt;
  auto rest = std::string_view(copy).substr(static_cast<std::size_t>(end - copy.c_str()));
  if (rest.starts_with('.')) {
    const auto digits = rest.substr(1).find_first_not_of("0123456789");
    if (digits == 0 || digits == std::string_view::npos) return std::nullopt;
    rest.remove_prefix(digits + 1);
  }
  const auto offset = offset_of(rest);
  if (!offset) return std::nullopt;
  return std::chrono::system_clock::from_time_t(::timegm(&date)) - *offset;
}

Result<RenewalWindow> parse_renewal_info(std::string_view text) {
  BASE_TRY(const auto document, format::JsonDocument::parse(text));
  const auto window = document.root().find("suggestedWindow");
  const auto start = parse_time(window.find("start").string().value_or(""));
  const auto end = parse_time(window.find("end").string().value_or(""));
  if (!start || !end || *end < *start) {
    return base::fail(ErrorCode::kInvalid, Fault::kBackend, "the authority's renewal information has no window");
  }
  return RenewalWindow{*start, *end, std::string(document.root().find("explanationURL").string().value_or(""))};
}

WallTime pick(const RenewalWindow& window, double share) {
  const auto length = std::chrono::duration<double>(window.end - window.start) * std::clamp(share, 0.0, 1.0);
  return window.start + std::chrono::duration_cast<std::chrono::seconds>(length);
}

}  // namespace gatehouse::acme
