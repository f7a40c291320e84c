#include "format/yaml_source.h"

#include <algorithm>
#include <array>
#include <utility>

namespace gatehouse::format {

namespace {

// The bytes of the UTF-8 sequence at the start of text, or 0 for none (RFC 3629: no overlong forms, no surrogates).
std::size_t utf8_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const auto continues = [&](std::size_t i) { return i < text.size() && (byte(i) & 0xC0) == 0x80; };
  const unsigned first = byte(0);
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) return continues(1) ? 2 : 0;
  if (first >= 0xE0 && first <= 0xEF) {
    if (!continues(1) || !continues(2)) return 0;
    if (first == 0xE0 && byte(1) < 0xA0) return 0;
    if (first == 0xED && byte(1) > 0x9F) return 0;
    return 3;
  }
  if (first >= 0xF0 && first <= 0xF4) {
    if (!continues(1) || !continues(2) || !continues(3)) return 0;
    if (first == 0xF0 && byte(1) < 0x90) return 0;
    if (first == 0xF4 && byte(1) > 0x8F) return 0;
    return 4;
  }
  return 0;
}

bool is_forbidden_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte < 0x20 && c != '\t' && c != '\n' && c != '\r') || byte == 0x7F;
}

bool has_conflict_marker(std::string_view text) {
  constexpr std::string_view kMarker = "<<<<<<< ";
  return text.starts_with(kMarker) || text.contains("\n<<<<<<< ");
}

}  // namespace

std::optional<YamlFlaw> find_bad_bytes(std::string_view text) {
  YamlPosition at{1, 1, 0};
  for (std::size_t i = 0; i < text.size();) {
    if (is_forbidden_control(text[i])) return YamlFlaw{at, "a control character; remove it"};
    const std::size_t length = utf8_length(text.substr(i));
    if (length == 0) return YamlFlaw{at, "bytes that are no UTF-8; save the file as UTF-8"};
    if (text[i] == '\n') {
      at = {at.line + 1, 1, 0};
    } else {
      ++at.column;
    }
    i += length;
  }
  return std::nullopt;
}

std::string mend_escapes(std::string_view text) {
  std::string mended;
  while (!text.empty()) {
    // The document was checked: a byte that starts no sequence can only come from such an escape.
    const std::size_t length = utf8_length(text);
    if (length == 0) mended += '\xC2';
    const auto character = text.substr(0, std::max<std::size_t>(length, 1));
    mended += character;
    text.remove_prefix(character.size());
  }
  return mended;
}

bool is_quote_left_open(std::string_view text, std::size_t start) {
  constexpr std::string_view kBlanks = " \t\r\n";
  std::size_t i = start;
  while (i < text.size() && (text[i] == '!' || text[i] == '&')) {
    i = text.find_first_of(kBlanks, i);
    i = text.find_first_not_of(kBlanks, i);
  }
  if (i >= text.size() || (text[i] != '"' && text[i] != '\'')) return false;
  const char quote = text[i++];
  while (i < text.size()) {
    const bool is_escape = quote == '"' && text[i] == '\\';
    const bool is_doubled = quote == '\'' && text[i] == quote && i + 1 < text.size() && text[i + 1] == quote;
    if (text[i] == quote && !is_doubled) return false;
    i += is_escape || is_doubled ? 2 : 1;
  }
  return true;
}

std::string explain_syntax_error(std::string_view text, const std::string& message) {
  if (has_conflict_marker(text)) return "a merge conflict that was not resolved (<<<<<<<)";
  using Wording = std::pair<std::string_view, std::string_view>;
  static constexpr std::array<Wording, 10> kWordings = {{
      {"illegal map value", "a ':' where no value can follow; quote the text, or check the indentation"},
      {"illegal block entry", "a '-' where no list can start; check the indentation"},
      {"illegal map key", "a key where none can stand; check the indentation"},
      {"end of map not found", "this line belongs to no mapping; check its indentation and quotes"},
      {"end of sequence not found", "this line belongs to no list; check its indentation"},
      {"end of map flow not found", "a '{' that is not closed"},
      {"end of sequence flow not found", "a '[' that is not closed"},
      {"illegal EOF in scalar", "a quote that is never closed"},
      {"unknown token", "a character that no value starts with (such as @, ` or %); put the value in quotes"},
      {"the referenced anchor is not defined", "an alias (*name) of which no anchor (&name) stands before it"},
  }};
  for (const auto& [theirs, ours] : kWordings) {
    if (message == theirs) return std::string(ours);
  }
  return message;
}

}  // namespace gatehouse::format
