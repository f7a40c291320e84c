// RequestHead of HTTP/2: makes the head of a request out of its field lines as HPACK decodes them, in the form in which
// HTTP/1.1 gives it: method, target, Host. What RFC 9113 8.2 and 8.3 call malformed is refused, so that nothing can be
// said over HTTP/2 that would mean something else in HTTP/1.1 behind us. Owned by the session; no I/O.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "http/message.h"
#include "http/violation.h"

namespace gatehouse::http::h2 {

// They belong to one connection, and in HTTP/2 there is no place for them (RFC 9113 8.2.2). TE may say "trailers".
inline constexpr FieldIdSet kOfConnections = {FieldId::kConnection, FieldId::kKeepAlive, FieldId::kProxyConnection,
                                              FieldId::kTransferEncoding, FieldId::kUpgrade};

struct Request {
  RequestHead head;           // target is in origin or asterisk form, of CONNECT in authority form
  std::string_view protocol;  // of an extended CONNECT (RFC 8441); empty: none. A view of the head's storage
};

class RequestHeadBuilder {
 public:
  // Counted as RFC 9113 6.5.2 does: 32 bytes for each field besides its text.
  explicit RequestHeadBuilder(std::size_t bytes_max) : bytes_left_(bytes_max) {}

  Parsed<> add(std::string_view name, std::string_view value);
  // After the last line, once.
  Parsed<Request> finish();

 private:
  Parsed<> add_pseudo(std::string_view name, std::string_view value);
  Parsed<> check_target() const;
  [[nodiscard]] Parsed<> settle_host();

  std::size_t bytes_left_;
  Request request_;
  std::string_view scheme_;
  std::string_view authority_;
  std::string_view host_;
  std::string cookie_;
  bool has_authority_ = false;
  bool has_host_ = false;
  bool has_regular_ = false;
};

}  // namespace gatehouse::http::h2
