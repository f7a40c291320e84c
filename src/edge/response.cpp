#include "edge/response.h"

#include <string>

namespace gatehouse::edge {

using base::ErrorCode;
using base::Fault;

namespace {

constexpr int kClientClosedRequest = 499;  // nginx's and Traefik's name for a client that went away

std::string_view text_of(int status) {
  return status == kClientClosedRequest ? "Client Closed Request" : http::reason_of(status);
}

}  // namespace

Response text_response(int status, std::string text, std::string_view content_type) {
  Response response;
  response.head = http::ResponseHead::of(status);
  response.head.fields.set(http::FieldId::kContentType, content_type);
  response.head.fields.set(http::FieldId::kContentLength, std::to_string(text.size()));
  response.body = std::make_unique<http::TextBody>(std::move(text));
  return response;
}

Response status_response(int status) {
  Response response = text_response(status, std::string(text_of(status)));
  if (response.head.reason.empty()) response.head.reason = text_of(status);
  return response;
}

int status_of(const base::Error& error) {
  if (error.fault == Fault::kClient) {
    switch (error.code) {
      case ErrorCode::kLimit:
        return 413;
      case ErrorCode::kTimeout:
        return 408;
      case ErrorCode::kReset:
      case ErrorCode::kClosed:
        return kClientClosedRequest;
      case ErrorCode::kPermission:
        return 403;
      case ErrorCode::kNotFound:
        return 404;
      case ErrorCode::kUnsupported:
        return 501;
      default:
        return 400;
    }
  }
  switch (error.code) {
    case ErrorCode::kTimeout:
      return 504;
    case ErrorCode::kUnavailable:
      return 503;
    case ErrorCode::kLimit:
      return error.fault == Fault::kInternal ? 503 : 502;
    case ErrorCode::kInternal:
      return 500;
    default:
      return error.fault == Fault::kBackend ? 502 : 500;
  }
}

}  // namespace gatehouse::edge
