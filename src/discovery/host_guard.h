// HostGuard: keeps a stack's routers to its own hosts. A rule that names another stack's host is refused; one that
// takes in more hosts than it names (a wildcard, a regular expression, no host at all) is served for what is nobody
// else's. Made for one building of a snapshot.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "discovery/stack_claims.h"
#include "model/http_router.h"
#include "model/rule.h"
#include "model/static.h"
#include "model/stream.h"

namespace gatehouse::discovery {

// Host("x") names "x", and so does Host("X."). A wildcard covers its names, one label deep.
bool covers_host(std::string_view pattern, std::string_view host);

class HostGuard {
 public:
  using Stacks = std::map<std::string, model::StackOptions>;

  // Moves what the operator says to whom it says.
  HostGuard(StackClaims& claims, const Stacks& stacks);

  // A host that a router of the operator's names: no stack gets it that does not have it already.
  void reserve(const model::HttpRouter& router, model::RuleSyntax syntax);
  void reserve(const model::TcpRouter& router, model::RuleSyntax syntax);

  struct Admitted {
    std::string rule;
    std::string left_out;  // what the rule would have taken, in words for the operator; empty: nothing
  };
  // kConflict names the host and its owner, and how to move it.
  base::Result<Admitted> admit(const model::HttpRouter& router, model::RuleSyntax syntax);

 private:
  [[nodiscard]] const std::string* other_owner(const std::string& stack, const std::string& host) const;
  [[nodiscard]] bool is_assigned(const std::string& stack, const std::string& host) const;
  base::Result<void> take(const std::string& stack, const std::string& host);
  base::Result<void> check_domains(const model::HttpRouter& router) const;
  [[nodiscard]] std::vector<std::pair<std::string, std::string>> hosts_of_others(const std::string& stack) const;

  StackClaims& claims_;
  const Stacks& stacks_;
  std::set<std::string> reserved_;
};

}  // namespace gatehouse::discovery
