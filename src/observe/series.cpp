#include "observe/series.h"

#include <fmt/format.h>

namespace gatehouse::observe {

std::string_view to_string(Protocol protocol) {
  switch (protocol) {
    case Protocol::kHttp:
      return "http";
    case Protocol::kWebsocket:
      return "websocket";
    case Protocol::kSse:
      return "sse";
    case Protocol::kGrpc:
      return "grpc";
    case Protocol::kGrpcWeb:
      return "grpc-web";
  }
  return "http";
}

std::string_view label_of(http::MethodId method) {
  return method == http::MethodId::kOther ? "EXTENSION_METHOD" : http::Method::of(method).token;
}

SeriesKey SeriesKey::coarse() const {
  if ((bits_ & kCoarse) != 0) return *this;
  constexpr unsigned kStatusesOfAClass = 100;
  SeriesKey key(code() / kStatusesOfAClass, method(), protocol());
  key.bits_ |= kCoarse;
  return key;
}

std::string SeriesKey::code_text() const {
  return (bits_ & kCoarse) != 0 ? fmt::format("{}xx", code()) : fmt::format("{}", code());
}

unsigned SeriesKey::code_class() const {
  constexpr unsigned kStatusesOfAClass = 100;
  return (bits_ & kCoarse) != 0 ? code() : code() / kStatusesOfAClass;
}

}  // namespace gatehouse::observe
