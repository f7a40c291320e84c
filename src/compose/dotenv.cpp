#include "compose/dotenv.h"

#include <algorithm>
#include <array>
#include <optional>

#include <fmt/format.h>

#include "base/parse_int.h"
#include "base/text.h"

namespace gatehouse::compose {

namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

// Blanks of a line: Go's isSpace without the line end. The last two are U+0085 and U+00A0.
constexpr std::array<std::string_view, 7> kBlanks = {" ", "\t", "\r", "\v", "\f", "\xC2\x85", "\xC2\xA0"};
// What Go's unicode.IsSpace adds to them.
constexpr std::array<std::string_view, 17> kWideBlanks = {
    "\xE1\x9A\x80", "\xE2\x80\x80", "\xE2\x80\x81", "\xE2\x80\x82", "\xE2\x80\x83", "\xE2\x80\x84",
    "\xE2\x80\x85", "\xE2\x80\x86", "\xE2\x80\x87", "\xE2\x80\x88", "\xE2\x80\x89", "\xE2\x80\x8A",
    "\xE2\x80\xA8", "\xE2\x80\xA9", "\xE2\x80\xAF", "\xE2\x81\x9F", "\xE3\x80\x80"};

std::size_t leading_blank(std::string_view text) {
  for (const auto blank : kBlanks) {
    if (text.starts_with(blank)) return blank.size();
  }
  return 0;
}

std::string_view trim_right(std::string_view text) {
  const auto ends_in = [&](std::string_view blank) { return text.ends_with(blank); };
  for (;;) {
    if (text.ends_with('\n')) {
      text.remove_suffix(1);
    } else if (const auto blank = std::ranges::find_if(kBlanks, ends_in); blank != kBlanks.end()) {
      text.remove_suffix(blank->size());
    } else if (std::ranges::any_of(kWideBlanks, ends_in)) {
      text.remove_suffix(3);
    } else {
      return text;
    }
  }
}

// The bytes of the letter or digit that text starts with, 0 for none. Beyond ASCII whatever is no known blank, symbol
// or punctuation counts as one; Go has the tables, and names beyond ASCII are rare.
std::size_t leading_letter(std::string_view text) {
  const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u; };
  if (byte(0) < 0x80) return base::is_alnum(text[0]) ? 1 : 0;
  const std::size_t length = byte(0) >= 0xF0 ? 4 : byte(0) >= 0xE0 ? 3 : 2;
  if (byte(0) < 0xC2 || length > text.size()) return 0;
  if (byte(0) == 0xC2 && byte(1) != 0xAA && byte(1) != 0xB5 && byte(1) != 0xBA) return 0;
  if (byte(0) == 0xE2 && byte(1) < 0xB0) return 0;                                        // U+2000 to U+2BFF
  if (byte(0) == 0xE3 && byte(1) == 0x80 && byte(2) < 0x84) return 0;                     // U+3000 to U+3003
  if (byte(0) == 0xF0 && byte(1) == 0x9F && byte(2) >= 0x80 && byte(2) < 0xAC) return 0;  // U+1F000 to U+1FAFF
  return length;
}

// One escape sequence of a double-quoted value, after its backslash: what it stands for, and the bytes it takes.
struct Escape {
  std::string text;
  std::size_t bytes;
};

std::optional<Escape> parse_escape(std::string_view rest) {
  constexpr std::string_view kLetters = "abfnrtv\\\"";
  constexpr std::string_view kMeanings = "\a\b\f\n\r\t\v\\\"";
  if (rest.empty()) return std::nullopt;
  if (rest[0] == '$') return Escape{"$$", 1};  // for the interpolation that follows
  if (const auto at = kLetters.find(rest[0]); at != std::string_view::npos) {
    return Escape{std::string(1, kMeanings[at]), 1};
  }
  // \0 and three octal digits, a code point up to 255.
  if (rest[0] != '0' || rest.size() < 4 || !std::ranges::all_of(rest.substr(1, 3), base::is_digit)) return std::nullopt;
  const auto code = base::parse_int<unsigned>(rest.substr(1, 3), 8);
  if (!code || *code > 0xFF) return std::nullopt;
  if (*code < 0x80) return Escape{std::string(1, static_cast<char>(*code)), 4};
  return Escape{{static_cast<char>(0xC0 | *code >> 6), static_cast<char>(0x80 | (*code & 0x3F))}, 4};
}

std::string expand_escapes(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    const auto backslash = text.find('\\');
    result += text.substr(0, backslash);
    if (backslash == std::string_view::npos) break;
    text.remove_prefix(backslash + 1);
    if (auto escape = parse_escape(text)) {
      result += escape->text;
      text.remove_prefix(escape->bytes);
    } else {
      result += '\\';
    }
  }
  return result;
}

class DotenvParser {
 public:
  DotenvParser(std::string_view text, std::string_view file, const Lookup& process, const Environment& earlier)
      : rest_(text),
        file_(file),
        process_(process),
        in_files_(lookup_in({&dotenv_.values, &earlier})),
        lookup_([this](std::string_view name) {
          auto value = process_(name);
          return value ? value : in_files_(name);
        }) {}
  DotenvParser(const DotenvParser&) = delete;  // the lookups point into it
  DotenvParser& operator=(const DotenvParser&) = delete;

  base::Result<Dotenv> parse();

 private:
  struct Name {
    std::string_view text;
    std::uint32_t line;
    bool alone;  // nothing follows on its line
  };

  void advance(std::size_t bytes) {
    line_ += static_cast<std::uint32_t>(std::ranges::count(rest_.substr(0, bytes), '\n'));
    rest_.remove_prefix(bytes);
  }
  void skip_blanks() {
    while (const auto bytes = leading_blank(rest_)) advance(bytes);
  }

  [[nodiscard]] base::Failure error(std::uint32_t line, std::string_view what) const {
    return base::fail(base::ErrorCode::kInvalid, base::Fault::kOperator, fmt::format("{}:{}: {}", file_, line, what));
  }

  bool find_statement();
  void skip_export();
  base::Result<Name> parse_name();
  base::Result<std::string> parse_value(const Name& name);
  base::Result<std::string> parse_unquoted(const Name& name);
  base::Result<std::string> parse_quoted(const Name& name, char quote);
  base::Result<std::string> expand(std::string_view text, const Name& name);
  void assign(const Name& name, std::string value);

  std::string_view rest_;
  std::string_view file_;
  const Lookup& process_;
  Dotenv dotenv_;
  Lookup in_files_;
  Lookup lookup_;
  std::uint32_t line_ = 1;
};

base::Result<Dotenv> DotenvParser::parse() {
  if (rest_.starts_with(kByteOrderMark)) rest_.remove_prefix(kByteOrderMark.size());
  while (find_statement()) {
    skip_export();
    BASE_TRY(const auto name, parse_name());
    if (name.alone) {
      if (auto value = process_(name.text)) assign(name, *std::move(value));
      continue;
    }
    BASE_TRY(auto value, parse_value(name));
    assign(name, std::move(value));
  }
  return std::move(dotenv_);
}

// Moves to the next byte that is no blank and in no comment; false at the end.
bool DotenvParser::find_statement() {
  for (;;) {
    skip_blanks();
    if (rest_.empty()) return false;
    if (rest_[0] == '\n') {
      advance(1);
    } else if (rest_[0] == '#') {
      advance(std::min(rest_.find('\n'), rest_.size()));
    } else {
      return true;
    }
  }
}

void DotenvParser::skip_export() {
  constexpr std::string_view kExport = "export";
  if (!rest_.starts_with(kExport) || rest_.size() == kExport.size()) return;
  if (!std::string_view(" \t\r\n\f").contains(rest_[kExport.size()])) return;
  advance(kExport.size());
  skip_blanks();
}

base::Result<DotenvParser::Name> DotenvParser::parse_name() {
  std::size_t end = 0;
  std::size_t letters_end = 0;
  bool blank_inside = false;
  while (end < rest_.size() && rest_[end] != '=' && rest_[end] != ':' && rest_[end] != '\n') {
    if (const auto blank = leading_blank(rest_.substr(end))) {
      end += blank;
      continue;
    }
    const auto letter = std::string_view("_.-[]").contains(rest_[end]) ? 1 : leading_letter(rest_.substr(end));
    if (letter == 0) {
      return error(line_,
                   "a character that a variable's name cannot hold; write NAME=value, "
                   "and quote values that hold line ends");
    }
    blank_inside = blank_inside || letters_end < end;
    end += letter;
    letters_end = end;
  }
  Name name{rest_.substr(0, letters_end), line_, end < rest_.size() && rest_[end] == '\n'};
  if (blank_inside) return error(line_, "a blank inside a variable's name; write NAME=value");
  // compose stores this line under the empty name; nobody can mean that. It may be the rest of a secret: not shown.
  if (end == rest_.size()) {
    return error(line_, "the last line is a name without a value; write NAME=value, or end the line to inherit it");
  }
  advance(end + 1);
  if (!name.alone) skip_blanks();
  return name;
}

base::Result<std::string> DotenvParser::parse_value(const Name& name) {
  if (!rest_.empty() && (rest_[0] == '"' || rest_[0] == '\'')) return parse_quoted(name, rest_[0]);
  return parse_unquoted(name);
}

base::Result<std::string> DotenvParser::parse_unquoted(const Name& name) {
  const auto end = std::min(rest_.find('\n'), rest_.size());
  std::string_view value = rest_.substr(0, end);
  value = trim_right(value.substr(0, value.find(" #")));
  auto expanded = expand(value, name);
  advance(std::min(end + 1, rest_.size()));
  return expanded;
}

base::Result<std::string> DotenvParser::parse_quoted(const Name& name, char quote) {
  std::string value;
  bool escaped = false;
  for (std::size_t i = 1; i < rest_.size(); ++i) {
    const char c = rest_[i];
    if (c == quote && !escaped) {
      auto result = quote == '"' ? expand(expand_escapes(value), name) : base::Result<std::string>(std::move(value));
      advance(i + 1);
      return result;
    }
    if (c == '\\' && !escaped) {
      escaped = true;
      continue;
    }
    // Here only the quote itself can be escaped; every other backslash stays, for expand_escapes().
    if (escaped && c != quote) value += '\\';
    escaped = false;
    value += c;
  }
  return error(name.line, fmt::format("the quote that opens the value of {} is never closed", name.text));
}

base::Result<std::string> DotenvParser::expand(std::string_view text, const Name& name) {
  auto result = interpolate(text, lookup_);
  if (!result) return error(name.line, fmt::format("{}: {}", name.text, result.error().message));
  for (auto& unset : result->unset) dotenv_.unset.push_back({std::move(unset), {}, name.line});
  return std::move(result->text);
}

void DotenvParser::assign(const Name& name, std::string value) {
  dotenv_.values.insert_or_assign(std::string(name.text), value);
  dotenv_.assignments.push_back({std::string(name.text), std::move(value), name.line});
}

}  // namespace

base::Result<Dotenv> parse_dotenv(std::string_view text, std::string_view file, const Lookup& process,
                                  const Environment& earlier) {
  return DotenvParser(text, file, process, earlier).parse();
}

base::Result<Dotenv> parse_raw_env(std::string_view text, std::string_view file, const Lookup& process) {
  Dotenv dotenv;
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  std::uint32_t line_number = 0;
  for (auto line : base::split(text, '\n')) {
    ++line_number;
    if (line.ends_with('\r')) line.remove_suffix(1);
    while (const auto blank = leading_blank(line)) line.remove_prefix(blank);
    if (line.empty() || line[0] == '#') continue;
    const auto separator = line.find('=');
    const std::string name(line.substr(0, separator));
    if (name.empty() || name.find_first_of(" \t") != std::string::npos) {
      return base::fail(base::ErrorCode::kInvalid, base::Fault::kOperator,
                        fmt::format("{}:{}: {}; write NAME=value", file, line_number,
                                    name.empty() ? "no name before the '='" : "a blank inside a variable's name"));
    }
    auto value = separator == std::string_view::npos ? process(name) : std::string(line.substr(separator + 1));
    if (!value) continue;
    dotenv.values.insert_or_assign(name, *value);
    dotenv.assignments.push_back({name, *std::move(value), line_number});
  }
  return dotenv;
}

}  // namespace gatehouse::compose
