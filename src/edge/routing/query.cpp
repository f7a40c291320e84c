#include "edge/routing/query.h"

#include <cstddef>

namespace gatehouse::edge {

namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// Takes one character off valid text.
char take_decoded(std::string_view& raw) {
  const char c = raw.front();
  if (c == '%') {
    const char decoded = static_cast<char>(hex_digit(raw[1]) * 16 + hex_digit(raw[2]));
    raw.remove_prefix(3);
    return decoded;
  }
  raw.remove_prefix(1);
  return c == '+' ? ' ' : c;
}

}  // namespace

bool QueryText::valid() const {
  for (auto at = raw_.find('%'); at != std::string_view::npos; at = raw_.find('%', at + 3)) {
    if (raw_.size() - at < 3 || hex_digit(raw_[at + 1]) < 0 || hex_digit(raw_[at + 2]) < 0) return false;
  }
  return true;
}

bool QueryText::equals(std::string_view decoded) const {
  auto raw = raw_;
  while (!raw.empty() && !decoded.empty()) {
    if (take_decoded(raw) != decoded.front()) return false;
    decoded.remove_prefix(1);
  }
  return raw.empty() && decoded.empty();
}

std::string_view QueryText::decode(std::string& storage) const {
  if (raw_.find_first_of("%+") == std::string_view::npos) return raw_;
  storage.clear();
  for (auto raw = raw_; !raw.empty();) storage += take_decoded(raw);
  return storage;
}

std::optional<QueryReader::Parameter> QueryReader::next() {
  while (!rest_.empty()) {
    const auto end = rest_.find_first_of("&;");
    const auto pair = rest_.substr(0, end);
    rest_ = end == std::string_view::npos ? std::string_view() : rest_.substr(end + 1);
    if (pair.empty()) continue;
    const auto equals = pair.find('=');
    const QueryText name(pair.substr(0, equals));
    const QueryText value(equals == std::string_view::npos ? std::string_view() : pair.substr(equals + 1));
    if (name.valid() && value.valid()) return Parameter{name, value};
  }
  return std::nullopt;
}

}  // namespace gatehouse::edge
