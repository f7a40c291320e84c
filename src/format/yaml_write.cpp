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

// Whether some reader would take the plain text for something else than this string.
bool needs_quotes(std::string_view text) {
  constexpr std::string_view kFirst = "-?:,[]{}#&*!|>'\"%@` \t=<";
  constexpr std::array<std::string_view, 12> kWords = {"null", "true", "false", "yes", "no",   "on",
                                                       "off",  "y",    "n",     "~",   ".inf", ".nan"};
  if (text.empty() || kFirst.contains(text.front()) || text.back() == ' ' || text.back() == ':') return true;
  if (is_plain_number(text)) return true;
  if (std::ranges::any_of(kWords, [&](auto word) { return base::iequals(word, text); })) return true;
  if (text.contains(": ") || text.contains(" #")) return true;
  return std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
}

std::string double_quoted(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    switch (c) {
      case '"':
        result += "\\\"";
        break;
      case '\\':
        result += "\\\\";
        break;
      case '\n':
        result += "\\n";
        break;
      case '\t':
        result += "\\t";
        break;
      case '\r':
        result += "\\r";
        break;
      default:
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
          result += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
        } else {
          result += c;
        }
    }
  }
  return result += '"';
}

// A text of several lines that a literal block ("|") gives back exactly.
bool fits_literal_block(std::string_view text) {
  if (!text.contains('\n') || text.starts_with(' ') || text.starts_with('\n') || text.starts_with('\t')) return false;
  if (text.ends_with("\n\n") || text == "\n") return false;
  if (text.contains(" \n")) return false;
  return std::ranges::none_of(
      text, [](char c) { return c != '\n' && c != '\t' && (static_cast<unsigned char>(c) < 0x20 || c == 0x7F); });
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
