#include "http/target.h"

#include <algorithm>

#include "base/text.h"
#include "http/host.h"
#include "http/syntax.h"

namespace gatehouse::http {
namespace {

std::string_view lower_case(std::string_view text, Arena& arena) {
  const auto is_upper = [](char c) { return c >= 'A' && c <= 'Z'; };
  if (std::ranges::none_of(text, is_upper)) return text;
  char* const room = arena.allocate(text.size());
  std::ranges::transform(text, room, [](char c) { return base::to_lower(c); });
  return {room, text.size()};
}

std::string_view canonical_query(std::string_view query, QuerySemicolons semicolons, Arena& arena) {
  const auto number = std::ranges::count(query, ';');
  if (number == 0) return query;
  const std::string_view substitute = semicolons == QuerySemicolons::kSeparate ? "&" : "%3B";
  const std::size_t size = query.size() + number * (substitute.size() - 1);
  char* const begin = arena.allocate(size);
  char* to = begin;
  for (const char c : query) to = c == ';' ? std::ranges::copy(substitute, to).out : (*to = c, to + 1);
  return {begin, size};
}

Parsed<> set_authority(Target& target, std::string_view authority, Arena& arena) {
  const auto host = Host::parse(authority);
  if (!host) return std::unexpected(host.error());
  target.authority = authority;
  target.host = lower_case(host->name, arena);
  target.is_ipv6 = host->is_ipv6;
  target.port = host->port;
  return {};
}

Parsed<> set_path_and_query(Target& target, std::string_view text, const TargetRules& rules, Arena& arena) {
  const auto question_mark = text.find('?');
  if (question_mark != std::string_view::npos) {
    target.has_query = true;
    target.query = canonical_query(text.substr(question_mark + 1), rules.semicolons, arena);
  }
  return target.set_path(text.substr(0, question_mark), rules.cleaning, arena);
}

// "http://host/path", after the scheme has been looked at.
Parsed<> read_absolute(Target& target, RequestHead& head, const TargetRules& rules) {
  const auto colon = head.target.find("://");
  if (colon == std::string_view::npos) return std::unexpected(Violation::kTarget);
  const auto scheme = head.target.substr(0, colon);
  const bool is_https = base::iequals(scheme, "https");
  if (!is_https && !base::iequals(scheme, "http")) return std::unexpected(Violation::kTarget);
  if (is_https != (target.scheme == Scheme::kHttps)) return std::unexpected(Violation::kScheme);

  const auto rest = head.target.substr(colon + 3);
  const auto authority_end = std::min(rest.find_first_of("/?"), rest.size());
  const auto authority = rest.substr(0, authority_end);
  if (authority.find('@') != std::string_view::npos) return std::unexpected(Violation::kUserInfo);
  const auto host_field = target.host;
  if (const auto valid = set_authority(target, authority, head.storage()); !valid) return valid;
  if (host_field != target.host) target.ignored_host = host_field;
  head.fields.set(FieldId::kHost, authority);
  target.form = TargetForm::kAbsolute;
  return set_path_and_query(target, rest.substr(authority_end), rules, head.storage());
}

Parsed<> read_authority(Target& target, const RequestHead& head, Arena& arena) {
  target.form = TargetForm::kAuthority;
  const auto host = Host::parse(head.target);
  if (!host || !host->port) return std::unexpected(Violation::kTarget);
  return set_authority(target, head.target, arena);
}

Parsed<> read_form(Target& target, RequestHead& head, const TargetRules& rules) {
  if (head.method.id == MethodId::kConnect) return read_authority(target, head, head.storage());
  if (head.target.starts_with('/')) return set_path_and_query(target, head.target, rules, head.storage());
  if (head.target != "*") return read_absolute(target, head, rules);
  if (head.method.id != MethodId::kOptions) return std::unexpected(Violation::kTarget);
  target.form = TargetForm::kAsterisk;
  target.path = target.routing_path = "*";
  return {};
}

}  // namespace

std::string_view to_string(Scheme scheme) { return scheme == Scheme::kHttps ? "https" : "http"; }

Parsed<> Target::set_path(std::string_view escaped_path, PathCleaning cleaning, Arena& arena) {
  const auto canonical = canonical_path(escaped_path.empty() ? "/" : escaped_path, cleaning, arena);
  if (!canonical) return std::unexpected(canonical.error());
  path = *canonical;
  routing_path = http::routing_path(path, arena);
  return {};
}

std::string_view Target::path_and_query(Arena& arena) const { return has_query ? arena.join(path, "?", query) : path; }

Parsed<Target> parse_target(RequestHead& head, Scheme scheme, const TargetRules& rules) {
  // A fragment never travels; a reader that keeps it and one that cuts it off see two paths.
  if (head.target.find('#') != std::string_view::npos) return std::unexpected(Violation::kFragment);
  Target target;
  target.scheme = scheme;
  // The Host field must be well-formed even where the target names the host. An empty one says that there is no host to
  // name (RFC 9110 7.2).
  if (const auto host = head.fields.get(FieldId::kHost); !host.empty()) {
    if (const auto valid = set_authority(target, host, head.storage()); !valid) {
      return std::unexpected(valid.error());
    }
  }
  if (const auto valid = read_form(target, head, rules); !valid) return std::unexpected(valid.error());
  return target;
}

}  // namespace gatehouse::http
