// The heads of HTTP messages, whatever the version on the wire. All text is a view of the message's own storage
// (fields.storage()) or of static text; a head may be moved, and is reused through clear(). Owned by whoever handles
// the exchange, on the thread of its connection.
#pragma once

#include <cstdint>
#include <string_view>

#include "http/fields.h"

namespace gatehouse::http {

enum class MethodId : std::uint8_t {
  kOther,
  kGet,
  kHead,
  kPost,
  kPut,
  kDelete,
  kConnect,
  kOptions,
  kTrace,
  kPatch,
};

// Compares by the letter: methods are case-sensitive (RFC 9110 9.1), so "get" is an unknown method, not GET.
struct Method {
  MethodId id = MethodId::kOther;
  std::string_view token;

  static Method of(std::string_view token);
  static Method of(MethodId id);

  // Without effects that its sender asked for, resp. may be sent twice (RFC 9110 9.2.1, 9.2.2).
  [[nodiscard]] bool is_safe() const;
  [[nodiscard]] bool is_idempotent() const;

  friend bool operator==(const Method& a, const Method& b) { return a.token == b.token; }
};

enum class Version : std::uint8_t { kHttp10, kHttp11, kHttp2 };

// "HTTP/1.1", "HTTP/2.0".
std::string_view to_string(Version version);

struct RequestHead {
  Method method;
  std::string_view target;  // as it came; http/target.h says what it means
  Version version = Version::kHttp11;
  Fields fields;

  [[nodiscard]] Arena& storage() { return fields.storage(); }
  [[nodiscard]] RequestHead clone() const;
  void clear();
};

struct ResponseHead {
  Version version = Version::kHttp11;
  int status = 0;
  std::string_view reason;  // as it came; may be empty
  Fields fields;

  // A response of ours, with the usual reason.
  static ResponseHead of(int status);

  [[nodiscard]] Arena& storage() { return fields.storage(); }
  [[nodiscard]] ResponseHead clone() const;
  void clear();
};

// "Not Found" for 404; empty for a status without a registered reason.
std::string_view reason_of(int status);

}  // namespace gatehouse::http
