#include "http/h1/head_writer.h"

#include <algorithm>
#include <charconv>

namespace gatehouse::http::h1 {
namespace {

// Written from the wire's own values, or not at all.
constexpr FieldIdSet kRewritten = {
    FieldId::kConnection,      FieldId::kContentLength, FieldId::kKeepAlive,
    FieldId::kProxyConnection, FieldId::kUpgrade,       FieldId::kTransferEncoding,
};

bool is_written(const Field& field, const Framing& framing) {
  if (field.id == FieldId::kOther) return true;
  // A list of trailers that cannot follow would be a lie.
  if (field.id == FieldId::kTrailer) return framing.kind == BodyKind::kChunked;
  return !kRewritten.contains(field.id);
}

std::size_t size_of(const Fields& fields) {
  constexpr std::size_t kLineExtra = 4;  // ": " and CR LF
  std::size_t bytes = 0;
  for (const auto& field : fields) bytes += field.name.size() + field.value.size() + kLineExtra;
  return bytes;
}

char* put(char* to, std::string_view text) { return to + text.copy(to, text.size()); }

char* put_fields(char* to, const Fields& fields, const Framing& framing) {
  for (const auto& field : fields) {
    if (!is_written(field, framing)) continue;
    to = put(to, field.name);
    to = put(to, ": ");
    to = put(to, field.value);
    to = put(to, "\r\n");
  }
  return to;
}

char* put_framing(char* to, const Framing& framing) {
  if (framing.kind == BodyKind::kChunked) return put(to, "Transfer-Encoding: chunked\r\n");
  if (!framing.has_length) return to;
  constexpr std::size_t kDigitsMax = 20;
  to = put(to, "Content-Length: ");
  to = std::to_chars(to, to + kDigitsMax, framing.length).ptr;
  return put(to, "\r\n");
}

char* put_upgrade(char* to, std::string_view protocol) {
  to = put(to, "Connection: Upgrade\r\nUpgrade: ");
  to = put(to, protocol);
  return put(to, "\r\n");
}

// All that put_framing, put_upgrade but for its protocol, and the fixed parts of a head can need.
constexpr std::size_t kFixedBytesMax = 192;

// Calls write(char*) -> char* with room for `bytes` behind what is there.
template <class Write>
void append(std::string& out, std::size_t bytes, Write write) {
  const std::size_t before = out.size();
  out.resize_and_overwrite(before + bytes, [&](char* data, std::size_t) { return write(data + before) - data; });
}

// RFC 9110 8.6: where the method gives content a meaning, having none is said.
Framing stated(const Framing& framing, MethodId method) {
  const bool expects_content = method == MethodId::kPost || method == MethodId::kPut || method == MethodId::kPatch;
  return framing == Framing::none() && expects_content ? Framing::of_length(0) : framing;
}

}  // namespace

void append_request(std::string& out, const RequestHead& head, const RequestWire& wire) {
  const std::size_t bytes =
      head.method.token.size() + wire.target.size() + size_of(head.fields) + wire.upgrade.size() + kFixedBytesMax;
  append(out, bytes, [&](char* to) {
    to = put(to, head.method.token);
    to = put(to, " ");
    to = put(to, wire.target);
    to = put(to, " HTTP/1.1\r\n");
    if (!head.fields.has(FieldId::kHost)) to = put(to, "Host: \r\n");
    to = put_fields(to, head.fields, wire.framing);
    to = put_framing(to, stated(wire.framing, head.method.id));
    if (!wire.upgrade.empty()) {
      to = put_upgrade(to, wire.upgrade);
    } else if (wire.close) {
      to = put(to, "Connection: close\r\n");
    }
    return put(to, "\r\n");
  });
}

void append_response(std::string& out, const ResponseHead& head, const ResponseWire& wire) {
  const auto reason = head.reason.empty() ? reason_of(head.status) : head.reason;
  const std::size_t bytes = reason.size() + size_of(head.fields) + wire.upgrade.size() + kFixedBytesMax;
  append(out, bytes, [&](char* to) {
    to = put(to, "HTTP/1.1 ");
    to = std::to_chars(to, to + 3, std::clamp(head.status, 100, 999)).ptr;
    to = put(to, " ");
    to = put(to, reason);
    to = put(to, "\r\n");
    to = put_fields(to, head.fields, wire.framing);
    to = put_framing(to, wire.framing);
    if (!wire.upgrade.empty()) {
      to = put_upgrade(to, wire.upgrade);
    } else if (wire.close) {
      to = put(to, "Connection: close\r\n");
    } else if (wire.client == Version::kHttp10 && head.status >= 200) {
      to = put(to, "Connection: keep-alive\r\n");  // it closes otherwise
    }
    return put(to, "\r\n");
  });
}

}  // namespace gatehouse::http::h1
