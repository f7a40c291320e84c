// SideRequest: lets a middleware ask for something else in the course of a request, an error page or a permission.
// While it lives, the exchange holds a copy of the client's request without its content; then the client's own is back,
// so that the response is written by what that one was. Content that is still on its way to a backend lives on
// meanwhile.
#pragma once

#include <memory>
#include <string_view>

#include "edge/exchange.h"

namespace gatehouse::edge {

class SideRequest {
 public:
  // With the method GET and the client's fields, but for those about its content.
  explicit SideRequest(Exchange& exchange);
  ~SideRequest();
  SideRequest(const SideRequest&) = delete;
  SideRequest& operator=(const SideRequest&) = delete;

  // Path and query. A path that is none becomes "/".
  void set_target(std::string_view path_and_query);

  // What the client asked for.
  [[nodiscard]] http::RequestHead& client_request() { return request_; }
  [[nodiscard]] const http::Target& client_target() const { return target_; }

 private:
  Exchange& exchange_;
  http::RequestHead request_;
  http::Target target_;
  std::unique_ptr<http::Body> body_;
  std::string_view upgrade_;
};

}  // namespace gatehouse::edge
