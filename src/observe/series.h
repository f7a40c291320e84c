// What requests are counted by. A subject is an entry point, a router or a service; a series of it is one combination
// of status, method and protocol. All of these are small numbers by the time a request is counted: no text is compared
// or kept in its path, and no client can make up new ones. Values, any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "http/message.h"

namespace gatehouse::observe {

using SubjectId = std::uint32_t;
inline constexpr SubjectId kNoSubject = UINT32_MAX;

// As Traefik tells them apart, by the request alone.
enum class Protocol : std::uint8_t { kHttp, kWebsocket, kSse, kGrpc, kGrpcWeb };

std::string_view to_string(Protocol protocol);
// Methods of clients' own make are one: EXTENSION_METHOD.
std::string_view label_of(http::MethodId method);

// A status, a method and a protocol in one number.
class SeriesKey {
 public:
  static constexpr unsigned kCodeMax = 999;

  SeriesKey() = default;
  SeriesKey(unsigned code, http::MethodId method, Protocol protocol)
      : bits_((code > kCodeMax ? kCodeMax : code) << kCodeShift | static_cast<unsigned>(method) << kMethodShift |
              static_cast<unsigned>(protocol)) {}

  // For a subject that has too many: the status says no more than its class, 4xx.
  [[nodiscard]] SeriesKey coarse() const;

  [[nodiscard]] std::string code_text() const;
  // 2 for 204 and 2xx.
  [[nodiscard]] unsigned code_class() const;
  [[nodiscard]] http::MethodId method() const { return static_cast<http::MethodId>(bits_ >> kMethodShift & 0xF); }
  [[nodiscard]] Protocol protocol() const { return static_cast<Protocol>(bits_ & 0x7); }

  auto operator<=>(const SeriesKey&) const = default;

 private:
  static constexpr unsigned kMethodShift = 3;
  static constexpr unsigned kCodeShift = 7;
  static constexpr unsigned kCoarse = 1U << 31;

  [[nodiscard]] unsigned code() const { return (bits_ & ~kCoarse) >> kCodeShift; }

  std::uint32_t bits_ = 0;
};

}  // namespace gatehouse::observe
