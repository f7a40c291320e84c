#include "discovery/host_guard.h"

#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"

namespace gatehouse::discovery {

using base::ErrorCode;
using base::fail;
using base::Fault;
using base::Result;

namespace {

constexpr std::string_view kHost = "host ";
constexpr std::string_view kWildcard = "*.";
constexpr std::string_view kAny = "*";
constexpr std::size_t kNamedMax = 3;  // of the hosts that a message lists
const std::string kOperator;

// What a rule names, and whether it can match other hosts too.
struct Reach {
  std::vector<std::string> named;
  bool is_open = false;
};

Reach reach_of(const model::RuleNode& node);

// Every part has to match, so one part that names hosts is enough to bound them all. Each of the named ones is checked
// all the same: nobody writes a foreign host for a good reason.
Reach reach_of_all(const std::vector<model::RuleNode>& parts) {
  Reach all{.named = {}, .is_open = true};
  for (const auto& part : parts) {
    auto reach = reach_of(part);
    all.is_open = all.is_open && reach.is_open;
    std::ranges::move(reach.named, std::back_inserter(all.named));
  }
  return all;
}

Reach reach_of_any(const std::vector<model::RuleNode>& parts) {
  Reach any;
  for (const auto& part : parts) {
    auto reach = reach_of(part);
    any.is_open = any.is_open || reach.is_open;
    std::ranges::move(reach.named, std::back_inserter(any.named));
  }
  return any;
}

Reach reach_of(const model::RuleNode& node) {
  switch (node.kind) {
    case model::RuleNode::Kind::kAllOf:
      return reach_of_all(node.children);
    case model::RuleNode::Kind::kAnyOf:
      return reach_of_any(node.children);
    case model::RuleNode::Kind::kMatcher:
      break;
  }
  const auto& matcher = node.matcher;
  if (matcher.kind != model::MatcherKind::kHost || matcher.negated || matcher.value == kAny) {
    return {.named = {}, .is_open = true};
  }
  return {.named = {matcher.value}, .is_open = false};
}

std::string canonical(std::string_view host) {
  if (host.ends_with('.')) host.remove_suffix(1);
  return base::to_lower(host);
}

std::string owner_in_words(const std::string& stack) {
  return stack.empty() ? "the operator's own configuration" : fmt::format("the stack \"{}\"", stack);
}

base::Failure belongs(const std::string& host, const std::string& owner, const std::string& stack) {
  return fail(ErrorCode::kConflict, Fault::kOperator,
              fmt::format("the host \"{0}\" belongs to {1}; to move it: --gatehouse.stacks.{2}.hosts={0}", host,
                          owner_in_words(owner), stack));
}

std::string left_out_in_words(const std::vector<std::pair<std::string, std::string>>& hosts) {
  std::vector<std::string> words;
  for (const auto& [host, owner] : hosts) {
    if (words.size() == kNamedMax) {
      words.push_back(fmt::format("{} more", hosts.size() - kNamedMax));
      break;
    }
    words.push_back(fmt::format("{} of {}", host, owner_in_words(owner)));
  }
  return fmt::format("its rule takes in hosts that are not its stack's: it is not asked for {}",
                     base::join(words, ", "));
}

}  // namespace

bool covers_host(std::string_view pattern, std::string_view host) {
  if (pattern == host) return true;
  if (!pattern.starts_with(kWildcard)) return false;
  const auto dot = host.find('.');
  return dot != std::string_view::npos && dot > 0 && host.substr(dot + 1) == pattern.substr(kWildcard.size());
}

HostGuard::HostGuard(StackClaims& claims, const Stacks& stacks) : claims_(claims), stacks_(stacks) {
  for (const auto& [stack, options] : stacks_) {
    for (const auto& given : options.hosts) {
      const auto host = canonical(given);
      const auto* owner = claims_.owner(std::string(kHost) + host);
      // Two stacks may be given one host: it stays with whom it is.
      if (host != kAny && (owner == nullptr || !is_assigned(*owner, host))) {
        claims_.move(std::string(kHost) + host, stack);
      }
    }
  }
}

void HostGuard::reserve(const model::HttpRouter& router, model::RuleSyntax syntax) {
  const auto rule = model::parse_rule(router.rule, syntax);
  if (!rule) return;
  for (auto& host : reach_of(rule->root).named) {
    if (claims_.owner(std::string(kHost) + host) == nullptr) reserved_.insert(std::move(host));
  }
}

// HTTP routers that name a host go before TCP: a stack could take it by naming it.
void HostGuard::reserve(const model::TcpRouter& router, model::RuleSyntax syntax) {
  const auto rule = model::parse_tcp_rule(router.rule, syntax);
  if (!rule || !router.tls) return;
  for (auto& host : model::rule_hosts(*rule)) {
    if (host != kAny && claims_.owner(std::string(kHost) + host) == nullptr) reserved_.insert(std::move(host));
  }
}

bool HostGuard::is_assigned(const std::string& stack, const std::string& host) const {
  const auto found = stacks_.find(stack);
  return found != stacks_.end() && std::ranges::any_of(found->second.hosts, [&](const std::string& given) {
           return given == kAny || covers_host(canonical(given), host);
         });
}

// Who has it, or a pattern that covers it, when that is not this stack.
const std::string* HostGuard::other_owner(const std::string& stack, const std::string& host) const {
  if (is_assigned(stack, host)) return nullptr;
  std::vector<std::string> patterns{host};
  if (const auto dot = host.find('.'); dot != std::string::npos && !host.starts_with(kWildcard)) {
    patterns.push_back("*" + host.substr(dot));
  }
  for (const auto& pattern : patterns) {
    const auto* owner = claims_.owner(std::string(kHost) + pattern);
    if (owner != nullptr && *owner == stack) return nullptr;  // the more exact claim counts
    if (owner != nullptr) return owner;
    if (reserved_.contains(pattern)) return &kOperator;
  }
  return nullptr;
}

Result<void> HostGuard::take(const std::string& stack, const std::string& host) {
  if (const auto* owner = other_owner(stack, host)) return belongs(host, *owner, stack);
  if (is_assigned(stack, host) || claims_.claim(std::string(kHost) + host, stack)) return {};
  return fail(
      ErrorCode::kLimit, Fault::kOperator,
      fmt::format("the stack \"{}\" claims more than {} hosts and names", stack, StackClaims::kClaimsPerStackMax));
}

// A certificate for another's host is nobody's business but its owner's.
Result<void> HostGuard::check_domains(const model::HttpRouter& router) const {
  if (!router.tls) return {};
  for (const auto& domain : router.tls->domains) {
    auto names = domain.sans;
    names.push_back(domain.main);
    for (const auto& name : names) {
      const auto host = canonical(name);
      if (const auto* owner = other_owner(router.stack, host)) return belongs(host, *owner, router.stack);
    }
  }
  return {};
}

std::vector<std::pair<std::string, std::string>> HostGuard::hosts_of_others(const std::string& stack) const {
  std::vector<std::pair<std::string, std::string>> hosts;
  for (auto claim = claims_.owners().lower_bound(kHost);
       claim != claims_.owners().end() && claim->first.starts_with(kHost); ++claim) {
    auto host = claim->first.substr(kHost.size());
    if (claim->second != stack && !is_assigned(stack, host)) hosts.emplace_back(std::move(host), claim->second);
  }
  for (const auto& host : reserved_) {
    if (!is_assigned(stack, host)) hosts.emplace_back(host, kOperator);
  }
  return hosts;
}

Result<HostGuard::Admitted> HostGuard::admit(const model::HttpRouter& router, model::RuleSyntax syntax) {
  if (router.stack.empty()) return Admitted{.rule = router.rule, .left_out = {}};
  BASE_TRY(const auto rule, model::parse_rule(router.rule, syntax));
  BASE_CHECK(check_domains(router));
  const auto reach = reach_of(rule.root);
  for (const auto& host : reach.named) {
    if (const auto* owner = other_owner(router.stack, host)) return belongs(host, *owner, router.stack);
  }
  for (const auto& host : reach.named) BASE_CHECK(take(router.stack, host));
  auto others = hosts_of_others(router.stack);
  if (!reach.is_open) {
    std::erase_if(others, [&](const auto& other) {
      return std::ranges::none_of(reach.named, [&](const auto& host) { return covers_host(host, other.first); });
    });
  }
  if (others.empty()) return Admitted{.rule = router.rule, .left_out = {}};
  std::string narrowed = "(" + router.rule + ")";
  for (const auto& [host, owner] : others) {
    if (syntax == model::RuleSyntax::kV2 && host.starts_with(kWildcard)) {
      return fail(ErrorCode::kConflict, Fault::kOperator,
                  left_out_in_words(others) + ", which the rule syntax v2 cannot say: write it in v3");
    }
    narrowed += fmt::format(" && !Host(`{}`)", host);
  }
  if (narrowed.size() > model::kRuleBytesMax) {
    return fail(ErrorCode::kLimit, Fault::kOperator,
                left_out_in_words(others) + ", which are too many: name its hosts");
  }
  return Admitted{.rule = std::move(narrowed), .left_out = left_out_in_words(others)};
}

}  // namespace gatehouse::discovery
