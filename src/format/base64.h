// Base64 (RFC 4648): the standard and the URL-safe alphabet. Decoding is strict: no blanks, no foreign characters, the
// padding as the alphabet wants it, and unused bits zero, so that one value has one spelling. Pure, any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace gatehouse::format {

// Section 4, padded with '='.
std::string encode_base64(std::string_view bytes);
std::optional<std::string> decode_base64(std::string_view text);

// Section 5 ("-" and "_"), without padding, as JOSE (RFC 7515) uses it.
std::string encode_base64url(std::string_view bytes);
std::optional<std::string> decode_base64url(std::string_view text);

}  // namespace gatehouse::format
