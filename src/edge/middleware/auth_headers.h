// AuthHeaders: what forwardAuth takes over from the answer of the server of permissions: into the request for the
// backend, and of its cookies into the response for the client. What a client sends under these names is a lie, in any
// spelling that a backend could take for them. Immutable, shared by the workers.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "http/fields.h"
#include "model/middleware_guard.h"
#include "model/rule_regexp.h"

namespace gatehouse::edge {

class AuthHeaders {
 public:
  static base::Result<AuthHeaders> make(const model::ForwardAuth& config);

  void copy_to_request(const http::Fields& answer, http::Fields& request) const;

  // The Set-Cookie lines of the answer that the client shall get.
  [[nodiscard]] std::vector<std::string> cookies_of(const http::Fields& answer) const;
  // Puts them into a response, in place of what the backend sets under their names.
  void set_cookies(const std::vector<std::string>& cookies, http::Fields& response) const;

 private:
  AuthHeaders() = default;
  [[nodiscard]] bool matches(std::string_view name) const;
  [[nodiscard]] bool lists_cookie(std::string_view set_cookie) const;

  std::vector<std::string> names_;
  std::optional<model::RuleRegexp> pattern_;
  std::vector<std::string> cookies_;
};

}  // namespace gatehouse::edge
