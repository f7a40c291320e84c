#include "http/message.h"

#include <array>

namespace gatehouse::http {
namespace {

constexpr std::array<std::string_view, 10> kMethods = {"",       "GET",     "HEAD",    "POST",  "PUT",
                                                       "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"};

struct Reason {
  int status;
  std::string_view text;
};

// As Go spells them, where that differs from RFC 9110: clients of Traefik see the same.
constexpr Reason kReasons[] = {
    {100, "Continue"},
    {101, "Switching Protocols"},
    {102, "Processing"},
    {103, "Early Hints"},
    {200, "OK"},
    {201, "Created"},
    {202, "Accepted"},
    {203, "Non-Authoritative Information"},
    {204, "No Content"},
    {205, "Reset Content"},
    {206, "Partial Content"},
    {207, "Multi-Status"},
    {208, "Already Reported"},
    {226, "IM Used"},
    {300, "Multiple Choices"},
    {301, "Moved Permanently"},
    {302, "Found"},
    {303, "See Other"},
    {304, "Not Modified"},
    {305, "Use Proxy"},
    {307, "Temporary Redirect"},
    {308, "Permanent Redirect"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {402, "Payment Required"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {406, "Not Acceptable"},
    {407, "Proxy Authentication Required"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {410, "Gone"},
    {411, "Length Required"},
    {412, "Precondition Failed"},
    {413, "Request Entity Too Large"},
    {414, "Request URI Too Long"},
    {415, "Unsupported Media Type"},
    {416, "Requested Range Not Satisfiable"},
    {417, "Expectation Failed"},
    {418, "I'm a teapot"},
    {421, "Misdirected Request"},
    {422, "Unprocessable Entity"},
    {423, "Locked"},
    {424, "Failed Dependency"},
    {425, "Too Early"},
    {426, "Upgrade Required"},
    {428, "Precondition Required"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {451, "Unavailable For Legal Reasons"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {502, "Bad Gateway"},
    {503, "Service Unavailable"},
    {504, "Gateway Timeout"},
    {505, "HTTP Version Not Supported"},
    {506, "Variant Also Negotiates"},
    {507, "Insufficient Storage"},
    {508, "Loop Detected"},
    {510, "Not Extended"},
    {511, "Network Authentication Required"},
};

}  // namespace

Method Method::of(std::string_view token) {
  for (std::size_t i = 1; i < kMethods.size(); ++i) {
    if (kMethods[i] == token) return {static_cast<MethodId>(i), token};
  }
  return {MethodId::kOther, token};
}

Method Method::of(MethodId id) { return {id, kMethods[static_cast<std::size_t>(id)]}; }

bool Method::is_safe() const {
  return id == MethodId::kGet || id == MethodId::kHead || id == MethodId::kOptions || id == MethodId::kTrace;
}

bool Method::is_idempotent() const { return is_safe() || id == MethodId::kPut || id == MethodId::kDelete; }

std::string_view to_string(Version version) {
  switch (version) {
    case Version::kHttp10:
      return "HTTP/1.0";
    case Version::kHttp11:
      return "HTTP/1.1";
    case Version::kHttp2:
      return "HTTP/2.0";
  }
  return "";
}

RequestHead RequestHead::clone() const {
  RequestHead copy{method, {}, version, fields.clone()};
  copy.method = Method::of(copy.storage().copy(method.token));
  copy.target = copy.storage().copy(target);
  return copy;
}

void RequestHead::clear() {
  method = {};
  target = {};
  version = Version::kHttp11;
  fields.clear();
}

ResponseHead ResponseHead::of(int status) {
  ResponseHead head;
  head.status = status;
  head.reason = reason_of(status);
  return head;
}

ResponseHead ResponseHead::clone() const {
  ResponseHead copy{version, status, {}, fields.clone()};
  copy.reason = copy.storage().copy(reason);
  return copy;
}

void ResponseHead::clear() {
  version = Version::kHttp11;
  status = 0;
  reason = {};
  fields.clear();
}

std::string_view reason_of(int status) {
  for (const auto& [known, text] : kReasons) {
    if (known == status) return text;
  }
  return {};
}

}  // namespace gatehouse::http
