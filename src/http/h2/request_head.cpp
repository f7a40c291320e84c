#include "http/h2/request_head.h"

#include <algorithm>
#include <utility>

#include "base/text.h"

namespace gatehouse::http::h2 {
namespace {

constexpr std::size_t kFieldBytes = 32;  // RFC 9113 6.5.2

bool has_upper_case(std::string_view name) {
  return std::ranges::any_of(name, [](char c) { return c >= 'A' && c <= 'Z'; });
}

// RFC 9113 8.2.1: no NUL, CR or LF, no blank at either end; and no other control byte but the tab.
bool is_valid_value(std::string_view value) {
  const auto is_blank = [](char c) { return c == ' ' || c == '\t'; };
  if (!value.empty() && (is_blank(value.front()) || is_blank(value.back()))) return false;
  return std::ranges::none_of(value, [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && c != '\t') || byte == 0x7f;
  });
}

bool is_plain_text(std::string_view text) {
  return std::ranges::all_of(text, [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte > 0x20 && byte != 0x7f;
  });
}

}  // namespace

Parsed<> RequestHeadBuilder::add(std::string_view name, std::string_view value) {
  const auto size = name.size() + value.size() + kFieldBytes;
  if (size > bytes_left_) return std::unexpected(Violation::kHeadTooLarge);
  bytes_left_ -= size;
  if (!is_valid_value(value)) return std::unexpected(Violation::kFieldValue);
  if (name.starts_with(':')) return add_pseudo(name, value);
  if (!std::exchange(has_regular_, true) && has_authority_) request_.head.fields.add(FieldId::kHost, authority_);
  if (has_upper_case(name) || !is_token(name)) return std::unexpected(Violation::kFieldName);
  const auto id = field_id_of(name);
  if (kOfConnections.contains(id)) return std::unexpected(Violation::kFieldName);
  if (id == FieldId::kTe && !base::iequals(value, "trailers")) return std::unexpected(Violation::kFieldValue);
  if (id == FieldId::kHost) {
    if (std::exchange(has_host_, true)) return std::unexpected(Violation::kHostRepeated);
    host_ = request_.head.storage().copy(value);
    return {};
  }
  // A cookie may come in crumbs, which HTTP/1.1 wants as one (RFC 9113 8.2.3).
  if (id == FieldId::kCookie) {
    if (!cookie_.empty()) cookie_ += "; ";
    cookie_ += value;
    return {};
  }
  request_.head.fields.add(name, value);
  return {};
}

Parsed<> RequestHeadBuilder::add_pseudo(std::string_view name, std::string_view value) {
  if (has_regular_) return std::unexpected(Violation::kFieldName);  // they come first
  auto& storage = request_.head.storage();
  const auto take = [&](std::string_view& to, Violation violation) -> Parsed<> {
    if (!to.empty() || value.empty() || !is_plain_text(value)) return std::unexpected(violation);
    to = storage.copy(value);
    return {};
  };
  if (name == ":method") {
    if (!request_.head.method.token.empty() || !is_token(value)) return std::unexpected(Violation::kMethod);
    request_.head.method = Method::of(storage.copy(value));
    return {};
  }
  if (name == ":path") return take(request_.head.target, Violation::kTarget);
  if (name == ":scheme") return take(scheme_, Violation::kScheme);
  if (name == ":protocol") return take(request_.protocol, Violation::kTarget);
  if (name != ":authority") return std::unexpected(Violation::kFieldName);
  if (std::exchange(has_authority_, true)) return std::unexpected(Violation::kHostRepeated);
  authority_ = storage.copy(value);
  return {};
}

Parsed<> RequestHeadBuilder::check_target() const {
  const auto& head = request_.head;
  const bool is_connect = head.method.id == MethodId::kConnect;
  if (is_connect && request_.protocol.empty()) {
    // RFC 9113 8.5
    if (!head.target.empty() || !scheme_.empty() || authority_.empty()) return std::unexpected(Violation::kTarget);
    return {};
  }
  if (!is_connect && !request_.protocol.empty()) return std::unexpected(Violation::kTarget);
  if (scheme_ != "http" && scheme_ != "https") return std::unexpected(Violation::kScheme);
  const bool is_asterisk = head.target == "*" && head.method.id == MethodId::kOptions;
  // Nothing but a path: "http://other/" in its place would be read as a host by who writes HTTP/1.1.
  if (!head.target.starts_with('/') && !is_asterisk) return std::unexpected(Violation::kTarget);
  return {};
}

// Two names for one request are two requests for two readers.
Parsed<> RequestHeadBuilder::settle_host() {
  if (has_authority_ && has_host_ && !base::iequals(authority_, host_)) return std::unexpected(Violation::kHost);
  const auto host = has_authority_ ? authority_ : host_;
  if (host.empty()) return std::unexpected(Violation::kHostMissing);
  if (!request_.head.fields.has(FieldId::kHost)) request_.head.fields.add(FieldId::kHost, host);
  return {};
}

Parsed<Request> RequestHeadBuilder::finish() {
  auto& head = request_.head;
  if (head.method.token.empty()) return std::unexpected(Violation::kMethod);
  if (const auto valid = check_target(); !valid) return std::unexpected(valid.error());
  if (const auto valid = settle_host(); !valid) return std::unexpected(valid.error());
  if (head.target.empty()) head.target = authority_;
  if (!cookie_.empty()) head.fields.add(FieldId::kCookie, cookie_);
  head.version = Version::kHttp2;
  return std::move(request_);
}

}  // namespace gatehouse::http::h2
