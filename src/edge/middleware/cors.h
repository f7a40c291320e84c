// The part of the headers middleware that lets pages of other origins read our responses: it answers preflights itself
// and marks the other responses. Immutable, shared by the workers. Behaviour: Traefik v3; the Fetch standard, which
// gives "*" no meaning where credentials are allowed.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "edge/response.h"
#include "http/message.h"
#include "model/middleware_headers.h"
#include "model/rule_regexp.h"

namespace gatehouse::edge {

class Cors {
 public:
  static base::Result<Cors> make(const model::Headers& config);

  // True when none of its options is set.
  [[nodiscard]] bool is_empty() const { return !enabled_; }
  [[nodiscard]] bool is_preflight(const http::RequestHead& request) const;
  [[nodiscard]] Response answer_preflight(const http::RequestHead& request) const;
  // `origin` is that of the request; empty: it has none.
  void apply(http::Fields& response, std::string_view origin) const;

 private:
  Cors() = default;
  [[nodiscard]] std::string_view allowed_origin(std::string_view origin) const;

  bool enabled_ = false;
  bool credentials_ = false;
  bool add_vary_ = false;
  bool any_origin_ = false;
  std::vector<std::string> origins_;
  std::vector<model::RuleRegexp> origin_patterns_;
  std::string allow_headers_;
  std::string allow_methods_;
  std::string expose_headers_;
  std::string max_age_;  // empty: not told
};

}  // namespace gatehouse::edge
