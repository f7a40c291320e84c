// RequestState: what a request was when a middleware got it, to ask the next handler again with the same one: those
// behind it may have rewritten it. Lives no longer than the exchange.
#pragma once

#include <vector>

#include "edge/exchange.h"

namespace gatehouse::edge {

class RequestState {
 public:
  explicit RequestState(const Exchange& exchange)
      : method_(exchange.request.method),
        target_(exchange.target),
        fields_(exchange.request.fields.begin(), exchange.request.fields.end()),
        upgrade_(exchange.upgrade),
        client_appended_(exchange.client_appended) {}

  // Also forgets what the last attempt left behind: its error, and an upload that still runs.
  void restore(Exchange& exchange) const;

 private:
  http::Method method_;
  http::Target target_;
  std::vector<http::Field> fields_;  // their bytes stay with the request
  std::string_view upgrade_;
  bool client_appended_;
};

}  // namespace gatehouse::edge
