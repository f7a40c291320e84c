#include "format/yaml_write.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "base/text.h"
#include "format/json.h"

namespace gatehouse::format {

namespace {

bool is_plain_number(std::string_view text) {
  const auto is_number_char = [](char c) {
    return base::is_digit(c) || std::string_view("+-._:eExXoObBaAcCdDfF,").contains(c);
  };
  return (base::is_digit(text[0]) || std::string_view("+-.").contains(text[0])) &&
         std::ranges::all_of(text, is_number_char);
}

// The length of a character at the start of text that must not stand in a document as it is, or that a reader may take
// for a line end or a byte order mark (YAML 1.2 section 5.1); 0 for any other.
std::size_t leading_unprintable(std::string_view text) {
  const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u; };
  if (byte(0) < 0x20 || byte(0) == 0x7F) return 1;
  if (byte(0) == 0xC2 && byte(1) >= 0x80 && byte(1) < 0xA0) return 2;
  if (text.starts_with("\xEF\xBB\xBF") || text.starts_with("\xE2\x80\xA8") || text.starts_with("\xE2\x80\xA9"))
    return 3;
  return 0;
}

bool has_unprintable(std::string_view text, std::string_view allowed = {}) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (!allowed.contains(text[i]) && leading_unprintable(text.substr(i)) > 0) return true;
  }
  return false;
}

// "\x1b" and "\u2028".
std::string escape_sequence(std::string_view character) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(character[i]); };
  if (character.size() == 1) return fmt::format("\\x{:02x}", byte(0));
  if (character.size() == 2) return fmt::format("\\x{:02x}", byte(1));
  return fmt::format("\\u{:04x}", (byte(0) & 0x0F) << 12 | (byte(1) & 0x3F) << 6 | (byte(2) & 0x3F));
}

// Whether some reader would take the plain text for something else than this string.
bool needs_quotes(std::string_view text) {
  constexpr std::string_view kFirst = "-?:,[]{}#&*!|>'\"%@` \t=<";
  constexpr std::array<std::string_view, 12> kWords = {"null", "true", "false", "yes", "no",   "on",
                                                       "off",  "y",    "n",     "~",   ".inf", ".nan"};
  if (text.empty() || kFirst.contains(text.front()) || text.back() == ' ' || text.back() == ':') return true;
  if (is_plain_number(text)) return true;
  if (std::ranges::any_of(kWords, [&](auto word) { return base::iequals(word, text); })) return true;
  if (text.contains(": ") || text.contains(" #")) return true;
  return has_unprintable(text);
}

std::string double_quoted(std::string_view text) {
  constexpr std::string_view kNamed = "\"\\\n\t\r";
  constexpr std::string_view kNames = "\"\\ntr";
  std::string result = "\"";
  while (!text.empty()) {
    std::size_t length = 1;
    if (const auto named = kNamed.find(text[0]); named != std::string_view::npos) {
      result.append(1, '\\').append(1, kNames[named]);
    } else if (const auto unprintable = leading_unprintable(text); unprintable > 0) {
      length = unprintable;
      result += escape_sequence(text.substr(0, length));
    } else {
      result += text[0];
    }
    text.remove_prefix(length);
  }
  return result += '"';
}

// A text of several lines that a literal block ("|") gives back exactly.
bool fits_literal_block(std::string_view text) {
  if (!text.contains('\n') || text.starts_with(' ') || text.starts_with('\n') || text.starts_with('\t')) return false;
  if (text.ends_with("\n\n") || text == "\n") return false;
  if (text.contains(" \n")) return false;
  return !has_unprintable(text, "\n\t");
}

class YamlWriter {
 public:
  std::string take() { return std::move(out_); }

  // The value of a key, an item or the document, the text before it written up to the colon or dash.
  void write(const YamlNode& node, int indent, bool in_sequence) {
    if (node.is_mapping() && !node.entries.empty()) {
      write_mapping(node, indent, in_sequence);
    } else if (node.is_sequence() && !node.items.empty()) {
      write_sequence(node, indent);
    } else {
      if (indent > 0) out_ += ' ';
      write_leaf(node, indent);
    }
  }

 private:
  void start_line(int indent) {
    if (!out_.empty() && out_.back() != '\n') out_ += '\n';
    out_.append(static_cast<std::size_t>(indent) * 2, ' ');
  }

  void write_mapping(const YamlNode& node, int indent, bool in_sequence) {
    bool on_dash_line = in_sequence;
    for (const auto& entry : node.entries) {
      if (on_dash_line) {
        out_ += ' ';
      } else {
        start_line(indent);
      }
      on_dash_line = false;
      out_ += needs_quotes(entry.key) ? double_quoted(entry.key) : entry.key;
      out_ += ':';
      write(entry.value, indent + 1, false);
    }
  }

  void write_sequence(const YamlNode& node, int indent) {
    for (const auto& item : node.items) {
      start_line(indent);
      out_ += '-';
      write(item, indent + 1, true);
    }
  }

  void write_leaf(const YamlNode& node, int indent) {
    if (node.is_mapping()) {
      out_ += "{}";
    } else if (node.is_sequence()) {
      out_ += "[]";
    } else if (type_of(node) == YamlType::kNull) {
      out_ += "null";
    } else if (type_of(node) != YamlType::kString) {
      out_ += node.text;
    } else if (indent > 0 && fits_literal_block(node.text)) {
      write_literal_block(node.text, indent);
    } else {
      out_ += needs_quotes(node.text) ? double_quoted(node.text) : node.text;
    }
  }

  void write_literal_block(std::string_view text, int indent) {
    out_ += text.ends_with('\n') ? "|" : "|-";
    if (text.ends_with('\n')) text.remove_suffix(1);
    for (const auto line : base::split(text, '\n')) {
      out_ += '\n';
      if (!line.empty()) out_.append(static_cast<std::size_t>(indent) * 2, ' ').append(line);
    }
  }

  std::string out_;
};

void write_json_scalar(const YamlNode& node, std::string& out) {
  JsonWriter writer;
  switch (type_of(node)) {
    case YamlType::kNull:
      writer.null();
      break;
    case YamlType::kBool:
      writer.boolean(*to_bool(node));
      break;
    case YamlType::kInt:
      writer.integer(*to_int(node));
      break;
    case YamlType::kFloat:
      if (const double number = *to_double(node); std::isfinite(number)) {
        writer.number(number);
      } else {
        writer.string(node.text);
      }
      break;
    default:
      writer.string(node.text);
  }
  out += writer.text();
}

void write_json(const YamlNode& node, std::size_t indent, std::string& out) {
  const auto line = [&](std::size_t blanks) { out.append("\n").append(blanks, ' '); };
  if (node.is_mapping()) {
    out += '{';
    for (const auto& entry : node.entries) {
      if (&entry != &node.entries.front()) out += ',';
      line(indent + 2);
      JsonWriter key;
      out += key.string(entry.key).text();
      out += ": ";
      write_json(entry.value, indent + 2, out);
    }
    if (!node.entries.empty()) line(indent);
    out += '}';
  } else if (node.is_sequence()) {
    out += '[';
    for (const auto& item : node.items) {
      if (&item != &node.items.front()) out += ',';
      line(indent + 2);
      write_json(item, indent + 2, out);
    }
    if (!node.items.empty()) line(indent);
    out += ']';
  } else {
    write_json_scalar(node, out);
  }
}

}  // namespace

std::string to_yaml(const YamlNode& node) {
  YamlWriter writer;
  writer.write(node, 0, false);
  return writer.take() + "\n";
}

std::string to_json(const YamlNode& node) {
  std::string out;
  write_json(node, 0, out);
  return out + "\n";
}

void sort_keys(YamlNode& node) {
  std::ranges::sort(node.entries, {}, &YamlEntry::key);
  for (auto& entry : node.entries) sort_keys(entry.value);
  for (auto& item : node.items) sort_keys(item);
}

}  // namespace gatehouse::format
