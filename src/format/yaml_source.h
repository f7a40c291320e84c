// What yaml-cpp does not look at, or says in words that help nobody: the bytes of the document themselves, quotes that
// are never closed, and the likely cause of a syntax error. Used by yaml_parse.cpp alone; pure.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "format/yaml.h"

namespace gatehouse::format {

struct YamlFlaw {
  YamlPosition at;
  std::string_view what;
};

// Bytes that are no UTF-8, and control characters (YAML 1.2 section 5.1; yaml-cpp would end the document at a 0x04).
std::optional<YamlFlaw> find_bad_bytes(std::string_view text);

// Whether the scalar that starts at this byte, after its tag and anchor, is in quotes that the text never closes.
// yaml-cpp takes the end of the file for the closing quote.
bool is_quote_left_open(std::string_view text, std::size_t start);

// A scalar's text with "\N" and "\_" as the characters that they stand for: yaml-cpp gives their Latin-1 bytes.
std::string mend_escapes(std::string_view text);

// yaml-cpp's message in plain words, with the likely cause.
std::string explain_syntax_error(std::string_view text, const std::string& message);

}  // namespace gatehouse::format
