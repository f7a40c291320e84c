#include "edge/routing/condition.h"

#include <algorithm>

#include "edge/routing/query.h"

namespace gatehouse::edge {

namespace {

using model::MatcherKind;

HeaderName header_name(const std::string& text) { return {http::field_id_of(text), text}; }

}  // namespace

bool HeaderIs::holds(const RequestView& request) const {
  return std::ranges::any_of(request.fields,
                             [this](const auto& field) { return name.names(field) && field.value == value; });
}

bool HeaderMatches::holds(const RequestView& request) const {
  return std::ranges::any_of(request.fields,
                             [this](const auto& field) { return name.names(field) && regexp.matches(field.value); });
}

bool QueryIs::holds(const RequestView& request) const {
  QueryReader reader(request.query);
  while (const auto parameter = reader.next()) {
    if (parameter->name.equals(name) && parameter->value.equals(value)) return true;
  }
  return false;
}

bool QueryMatches::holds(const RequestView& request) const {
  QueryReader reader(request.query);
  std::string storage;
  while (const auto parameter = reader.next()) {
    if (!parameter->name.equals(name)) continue;
    if (regexp.matches(parameter->value.decode(storage))) return true;
    if (first_only) return false;
  }
  return false;
}

base::Result<Condition> Condition::compile(const model::Matcher& matcher) {
  const auto regexp = [&matcher] { return model::RuleRegexp::compile(matcher.value); };
  switch (matcher.kind) {
    case MatcherKind::kHost:
      if (matcher.value == "*") return Condition(AnyHost{});
      if (matcher.value.starts_with("*.")) return Condition(HostIsBelow{matcher.value.substr(2)});
      return Condition(HostIs{matcher.value});
    case MatcherKind::kHostRegexp: {
      BASE_TRY(auto compiled, regexp());
      return Condition(HostMatches{std::move(compiled)});
    }
    case MatcherKind::kPath:
      return Condition(PathIs{matcher.value});
    case MatcherKind::kPathPrefix:
      return Condition(PathBegins{matcher.value});
    case MatcherKind::kPathRegexp: {
      BASE_TRY(auto compiled, regexp());
      return Condition(PathMatches{std::move(compiled)});
    }
    case MatcherKind::kMethod:
      return Condition(MethodIs{matcher.value});
    case MatcherKind::kHeader:
      return Condition(HeaderIs{header_name(matcher.name), matcher.value});
    case MatcherKind::kHeaderRegexp: {
      BASE_TRY(auto compiled, regexp());
      return Condition(HeaderMatches{header_name(matcher.name), std::move(compiled)});
    }
    case MatcherKind::kQuery:
      return Condition(QueryIs{matcher.name, matcher.value});
    case MatcherKind::kQueryRegexp:
    case MatcherKind::kQueryFirstRegexp: {
      BASE_TRY(auto compiled, regexp());
      return Condition(QueryMatches{matcher.name, std::move(compiled), matcher.kind == MatcherKind::kQueryFirstRegexp});
    }
    case MatcherKind::kClientIp:
      if (const auto range = base::Cidr::parse(matcher.value)) return Condition(ClientIsIn{*range});
      break;
    case MatcherKind::kHostSni:
    case MatcherKind::kHostSniRegexp:
    case MatcherKind::kAlpn:
      break;
  }
  return base::fail(base::ErrorCode::kInvalid, base::Fault::kInternal, "a matcher that is no checked HTTP matcher");
}

}  // namespace gatehouse::edge
