// UTF-8 as Go reads it: the source of a rule must be valid, and a regular expression sees each byte that belongs to no
// valid sequence as U+FFFD. Pure functions.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace gatehouse::model {

// The length of the valid sequence that the text begins with, 0 when there is none (RFC 3629: no overlong forms, no
// surrogates, nothing above U+10FFFF). The text is not empty.
[[nodiscard]] std::size_t utf8_length(std::string_view text);

[[nodiscard]] bool is_utf8(std::string_view text);

// A copy with U+FFFD in the place of each byte that is in no valid sequence.
[[nodiscard]] std::string with_replacement_characters(std::string_view text);

// Appends a code point; false for a surrogate or above U+10FFFF.
[[nodiscard]] bool append_utf8(std::string& text, char32_t code_point);

}  // namespace gatehouse::model
