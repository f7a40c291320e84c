// Framing: where the content of an HTTP/1.1 message ends (RFC 9112 6). Decided once from the head that came; what is
// written to the other side is framed by this value and never by the fields, so that two sides cannot disagree. Pure
// functions, any thread.
#pragma once

#include <cstdint>

#include "http/message.h"
#include "http/violation.h"

namespace gatehouse::http::h1 {

enum class BodyKind : std::uint8_t {
  kNone,
  kLength,
  kChunked,
  kUntilClose,  // responses only
  kTunnel,      // no more HTTP behind the head
};

struct Framing {
  BodyKind kind = BodyKind::kNone;
  // Of kLength: the bytes that follow. Of kNone, where has_length: what a response to HEAD or a 304 declares.
  std::uint64_t length = 0;
  bool has_length = false;

  static constexpr Framing none() { return {}; }
  static constexpr Framing of_length(std::uint64_t bytes) { return {BodyKind::kLength, bytes, true}; }
  static constexpr Framing declaring(std::uint64_t bytes) { return {BodyKind::kNone, bytes, true}; }
  static constexpr Framing of_kind(BodyKind kind) { return {kind, 0, false}; }

  // Do no bytes follow the head?
  [[nodiscard]] constexpr bool is_empty() const {
    return kind == BodyKind::kNone || (kind == BodyKind::kLength && length == 0);
  }
  friend constexpr bool operator==(const Framing&, const Framing&) = default;
};

// Refuses, where RFC 9112 6.3 leaves a choice: Content-Length beside Transfer-Encoding, a coding other than exactly
// chunked, Transfer-Encoding in HTTP/1.0, any Content-Length but one plain number (which may be repeated), content of
// CONNECT. A message whose framing is refused must not be followed by another on its connection.
Parsed<Framing> request_framing(const RequestHead& head);

// The same for a response to a request of that method. kUntilClose and kTunnel end the connection's use for HTTP; for
// kTunnel the caller checks that the switch was asked for.
Parsed<Framing> response_framing(const ResponseHead& head, MethodId request_method);

// How content of that framing is sent to a peer of that version, which may not know chunks.
Framing framing_for(const Framing& framing, Version peer);

}  // namespace gatehouse::http::h1
