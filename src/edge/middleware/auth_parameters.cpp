#include "edge/middleware/auth_parameters.h"

#include <algorithm>

#include "base/text.h"
#include "http/syntax.h"

namespace gatehouse::edge {

namespace {

// Reads from the front of a text, and takes away what it read.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  [[nodiscard]] bool at_end() const { return text_.empty(); }
  void skip_blanks() {
    while (!text_.empty() && http::is_blank(text_.front())) text_.remove_prefix(1);
  }
  bool take(char c) {
    if (!text_.starts_with(c)) return false;
    text_.remove_prefix(1);
    return true;
  }
  std::string_view take_token() {
    const auto end = std::ranges::find_if_not(text_, http::is_token_byte);
    const auto token = text_.substr(0, static_cast<std::size_t>(end - text_.begin()));
    text_.remove_prefix(token.size());
    return token;
  }
  // After the opening quotation mark; nullopt when there is no closing one.
  std::optional<std::string> take_quoted() {
    std::string value;
    while (!text_.empty()) {
      const char c = text_.front();
      text_.remove_prefix(1);
      if (c == '"') return value;
      if (c == '\\' && text_.empty()) return std::nullopt;
      if (c != '\\') {
        value += c;
        continue;
      }
      value += text_.front();
      text_.remove_prefix(1);
    }
    return std::nullopt;
  }

 private:
  std::string_view text_;
};

}  // namespace

std::optional<AuthParameters> AuthParameters::parse(std::string_view text) {
  AuthParameters parameters;
  Reader reader(text);
  for (reader.skip_blanks(); !reader.at_end(); reader.skip_blanks()) {
    if (reader.take(',')) continue;
    const auto name = reader.take_token();
    reader.skip_blanks();
    if (name.empty() || !reader.take('=')) return std::nullopt;
    reader.skip_blanks();
    auto value = reader.take('"') ? reader.take_quoted() : std::optional(std::string(reader.take_token()));
    const bool repeated =
        std::ranges::any_of(parameters.pairs_, [name](const auto& pair) { return base::iequals(pair.first, name); });
    if (!value || repeated) return std::nullopt;
    parameters.pairs_.emplace_back(name, *std::move(value));
    reader.skip_blanks();
    if (!reader.at_end() && !reader.take(',')) return std::nullopt;
  }
  return parameters;
}

std::string_view AuthParameters::get(std::string_view name) const {
  for (const auto& [known, value] : pairs_) {
    if (base::iequals(known, name)) return value;
  }
  return {};
}

}  // namespace gatehouse::edge
