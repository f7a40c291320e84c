// RetryExpression: buffering.retryExpression, such as "IsNetworkError() && Attempts() <= 2 || ResponseCode() == 503".
// Immutable, safe from several threads. Grammar: Go expressions over IsNetworkError(), Attempts(), ResponseCode() and
// RequestMethod(), as Traefik's (oxy) has them.
#pragma once

#include <functional>
#include <string_view>

#include "base/result.h"

namespace gatehouse::edge {

// What is known after an attempt.
struct Attempt {
  int number = 1;
  int status = 0;
  std::string_view method = {};
};

class RetryExpression {
 public:
  // kInvalid, the operator's, with the place at which it cannot be read.
  static base::Result<RetryExpression> parse(std::string_view text);

  [[nodiscard]] bool holds(const Attempt& attempt) const { return predicate_(attempt); }

  using Predicate = std::function<bool(const Attempt&)>;

 private:
  explicit RetryExpression(Predicate predicate) : predicate_(std::move(predicate)) {}

  Predicate predicate_;
};

}  // namespace gatehouse::edge
