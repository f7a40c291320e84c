// Violation: the rule of HTTP that a peer broke. Parsers return it instead of a base::Error because it costs nothing to
// make; at the edge of the layer it becomes one. One table (violation.cpp) gives each its status and its sentence.
#pragma once

#include <cstdint>
#include <expected>
#include <string_view>

#include "base/result.h"

namespace gatehouse::http {

enum class Violation : std::uint8_t {
  // start line
  kEmptyLines,
  kRequestLine,
  kMethod,
  kVersion,
  kVersionUnsupported,
  kStatusLine,
  // fields
  kLineEnd,
  kFieldName,
  kFieldValue,
  kObsoleteFold,
  kHeadTooLarge,
  kLineTooLong,
  kTooManyFields,
  // target and host
  kTarget,
  kTargetTooLong,
  kFragment,
  kUserInfo,
  kPercentEncoding,
  kAmbiguousPath,
  kHostMissing,
  kHostRepeated,
  kHost,
  kScheme,
  // framing
  kContentLength,
  kContentLengthConflict,
  kContentLengthTooLarge,
  kTransferEncoding,
  kTransferEncodingUnsupported,
  kTransferEncodingVersion,
  kLengthAndChunked,
  kConnectContent,
  kChunkSize,
  kChunkTooLarge,
  kChunkExtension,
  kChunkExtensionTooLong,
  kChunkEnd,
  // semantics
  kExpectation,
  kUnexpectedUpgrade,
};
inline constexpr std::size_t kViolationCount = static_cast<std::size_t>(Violation::kUnexpectedUpgrade) + 1;

template <class T = void>
using Parsed = std::expected<T, Violation>;

// With which status a request that breaks the rule is answered; the connection is then closed, but after 421. A
// response that breaks one is always answered with 502 in its place.
int status_of(Violation violation);

// One sentence, without bytes of the message.
std::string_view to_string(Violation violation);

// kLimit for a limit, kUnsupported for 501 and 505, kInvalid for the rest.
base::Error to_error(Violation violation, base::Fault fault);

}  // namespace gatehouse::http
