#include "model/rule_matchers.h"

#include <algorithm>
#include <array>
#include <functional>
#include <span>

#include <fmt/format.h>

#include "base/ip_address.h"
#include "base/text.h"
#include "model/rule_regexp.h"
#include "model/rule_template.h"

namespace gatehouse::model {

namespace {

using Arguments = std::span<const RuleToken>;
using Built = RuleResult<RuleNode>;
using Builder = Built (*)(Arguments);

constexpr std::size_t kAnyCount = SIZE_MAX;

struct MatcherSpec {
  std::string_view name;
  std::size_t arguments_min;
  std::size_t arguments_max;
  Builder build;
};

std::unexpected<RuleFault> refuse(const RuleToken& argument, std::string_view expected) {
  return rule_fault(argument.offset, fmt::format("expected {}, not `{}`", expected, argument.text));
}

bool is_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

// Lower case, without the dot of a fully qualified name.
std::string bare_host(std::string_view host) {
  if (host.size() > 1 && host.ends_with('.')) host.remove_suffix(1);
  return base::to_lower(host);
}

RuleResult<void> check_regexp(const RuleToken& argument, std::string_view expression) {
  if (auto compiled = RuleRegexp::compile(expression); !compiled) {
    return rule_fault(argument.offset, compiled.error().message);
  }
  return {};
}

Built regexp_node(MatcherKind kind, std::string name, const RuleToken& argument, std::string expression) {
  if (auto checked = check_regexp(argument, expression); !checked) return std::unexpected(checked.error());
  return matcher_node(kind, std::move(name), std::move(expression));
}

Built host(Arguments arguments) {
  if (!is_ascii(arguments[0].text)) return refuse(arguments[0], "a host in ASCII (punycode: xn--...)");
  return matcher_node(MatcherKind::kHost, {}, bare_host(arguments[0].text));
}

Built host_regexp(Arguments arguments) {
  if (!is_ascii(arguments[0].text)) return refuse(arguments[0], "a regular expression in ASCII");
  return regexp_node(MatcherKind::kHostRegexp, {}, arguments[0], arguments[0].text);
}

template <MatcherKind kKind>
Built path(Arguments arguments) {
  if (!arguments[0].text.starts_with('/')) return refuse(arguments[0], "a path that starts with /");
  return matcher_node(kKind, {}, arguments[0].text);
}

Built path_regexp(Arguments arguments) {
  return regexp_node(MatcherKind::kPathRegexp, {}, arguments[0], arguments[0].text);
}

Built method(Arguments arguments) { return matcher_node(MatcherKind::kMethod, {}, base::to_upper(arguments[0].text)); }

Built header(Arguments arguments) { return matcher_node(MatcherKind::kHeader, arguments[0].text, arguments[1].text); }

Built header_regexp(Arguments arguments) {
  return regexp_node(MatcherKind::kHeaderRegexp, arguments[0].text, arguments[1], arguments[1].text);
}

Built query(Arguments arguments) {
  return matcher_node(MatcherKind::kQuery, arguments[0].text,
                      arguments.size() == 2 ? arguments[1].text : std::string());
}

Built query_regexp(Arguments arguments) {
  if (arguments.size() == 1) return query(arguments);
  return regexp_node(MatcherKind::kQueryRegexp, arguments[0].text, arguments[1], arguments[1].text);
}

Built client_ip(Arguments arguments) {
  if (!base::Cidr::parse(arguments[0].text)) return refuse(arguments[0], "an IP address or a range like 10.0.0.0/8");
  return matcher_node(MatcherKind::kClientIp, {}, arguments[0].text);
}

Built host_sni(Arguments arguments) {
  const auto& name = arguments[0].text;
  const auto in_host = [](char c) { return base::is_alnum(c) || c == '_' || c == '.' || c == '-' || c == ':'; };
  const std::string_view rest = name.starts_with("*.") ? std::string_view(name).substr(2) : name;
  if (name != "*" && (rest.empty() || !std::ranges::all_of(rest, in_host))) {
    return refuse(arguments[0], "a host name in ASCII (punycode: xn--...), *.NAME or *");
  }
  return matcher_node(MatcherKind::kHostSni, {}, bare_host(name));
}

Built host_sni_regexp(Arguments arguments) {
  if (!is_ascii(arguments[0].text)) return refuse(arguments[0], "a regular expression in ASCII");
  return regexp_node(MatcherKind::kHostSniRegexp, {}, arguments[0], arguments[0].text);
}

Built alpn(Arguments arguments) {
  if (arguments[0].text == "acme-tls/1") {
    return refuse(arguments[0], "a protocol other than the one that certificate challenges are answered on");
  }
  return matcher_node(MatcherKind::kAlpn, {}, arguments[0].text);
}

// v2: a list of alternatives, each on its own what the matcher says.
template <Builder kBuild>
Built any_of(Arguments arguments) {
  std::vector<RuleNode> nodes;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    auto node = kBuild(arguments.subspan(i, 1));
    if (!node) return node;
    nodes.push_back(*std::move(node));
  }
  return join_nodes(RuleNode::Kind::kAnyOf, std::move(nodes));
}

// v2: name, value, name, value: all of them.
template <Builder kBuild>
Built all_of_pairs(Arguments arguments) {
  std::vector<RuleNode> nodes;
  if (arguments.size() % 2 != 0) return refuse(arguments.back(), "a value behind each name");
  for (std::size_t i = 0; i < arguments.size(); i += 2) {
    auto node = kBuild(arguments.subspan(i, 2));
    if (!node) return node;
    nodes.push_back(*std::move(node));
  }
  return join_nodes(RuleNode::Kind::kAllOf, std::move(nodes));
}

RuleResult<std::string> translate(const RuleToken& argument, std::string_view text, std::string_view variable) {
  auto expression = template_regexp(text, variable);
  if (!expression) return rule_fault(argument.offset, std::move(expression).error());
  return *std::move(expression);
}

// v2: the whole host, upper or lower case alike.
template <MatcherKind kKind>
Built host_template(Arguments arguments) {
  const auto& argument = arguments[0];
  if (!is_ascii(argument.text)) return refuse(argument, "a host template in ASCII");
  const auto expression = translate(argument, argument.text, kTemplateHostLabel);
  if (!expression) return std::unexpected(expression.error());
  return regexp_node(kKind, {}, argument, fmt::format("(?i)^{}$", *expression));
}

template <MatcherKind kKind>
Built path_template(Arguments arguments) {
  const auto& argument = arguments[0];
  if (!is_template(argument.text)) return path<kKind>(arguments);
  if (!argument.text.starts_with('/')) return refuse(argument, "a path that starts with /");
  const auto expression = translate(argument, argument.text, kTemplatePathSegment);
  if (!expression) return std::unexpected(expression.error());
  return regexp_node(MatcherKind::kPathRegexp, {}, argument,
                     fmt::format("^{}{}", *expression, kKind == MatcherKind::kPath ? "$" : ""));
}

Built query_pair(const RuleToken& argument, std::string_view name, std::string_view value) {
  if (is_template(name)) return refuse(argument, "a template in the value only");
  const auto expression = translate(argument, value.empty() ? "{any}" : value, kTemplateAnything);
  if (!expression) return std::unexpected(expression.error());
  return regexp_node(MatcherKind::kQueryFirstRegexp, std::string(name), argument, fmt::format("^{}$", *expression));
}

// v2: each argument is name=value; a name and a value in two arguments are understood too.
Built query_pairs(Arguments arguments) {
  std::vector<RuleNode> nodes;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string_view text = arguments[i].text;
    const auto equals = text.find('=');
    const bool in_two = equals == std::string_view::npos;
    if (in_two && i + 1 == arguments.size()) return refuse(arguments[i], "name=value");
    auto node = in_two ? query_pair(arguments[i], text, arguments[i + 1].text)
                       : query_pair(arguments[i], text.substr(0, equals), text.substr(equals + 1));
    if (!node) return node;
    nodes.push_back(*std::move(node));
    if (in_two) ++i;
  }
  return join_nodes(RuleNode::Kind::kAllOf, std::move(nodes));
}

constexpr std::array kHttpV3 = {
    MatcherSpec{"Host", 1, 1, host},
    MatcherSpec{"HostRegexp", 1, 1, host_regexp},
    MatcherSpec{"Path", 1, 1, path<MatcherKind::kPath>},
    MatcherSpec{"PathPrefix", 1, 1, path<MatcherKind::kPathPrefix>},
    MatcherSpec{"PathRegexp", 1, 1, path_regexp},
    MatcherSpec{"Method", 1, 1, method},
    MatcherSpec{"Header", 2, 2, header},
    MatcherSpec{"HeaderRegexp", 2, 2, header_regexp},
    MatcherSpec{"Query", 1, 2, query},
    MatcherSpec{"QueryRegexp", 1, 2, query_regexp},
    MatcherSpec{"ClientIP", 1, 1, client_ip},
};

constexpr std::array kHttpV2 = {
    MatcherSpec{"Host", 1, kAnyCount, any_of<host>},
    MatcherSpec{"HostHeader", 1, kAnyCount, any_of<host>},
    MatcherSpec{"HostRegexp", 1, kAnyCount, any_of<host_template<MatcherKind::kHostRegexp>>},
    MatcherSpec{"Path", 1, kAnyCount, any_of<path_template<MatcherKind::kPath>>},
    MatcherSpec{"PathPrefix", 1, kAnyCount, any_of<path_template<MatcherKind::kPathPrefix>>},
    MatcherSpec{"Method", 1, kAnyCount, any_of<method>},
    MatcherSpec{"Headers", 2, kAnyCount, all_of_pairs<header>},
    MatcherSpec{"HeadersRegexp", 2, kAnyCount, all_of_pairs<header_regexp>},
    MatcherSpec{"Query", 1, kAnyCount, query_pairs},
    MatcherSpec{"ClientIP", 1, kAnyCount, any_of<client_ip>},
};

constexpr std::array kTcpV3 = {
    MatcherSpec{"HostSNI", 1, 1, host_sni},
    MatcherSpec{"HostSNIRegexp", 1, 1, host_sni_regexp},
    MatcherSpec{"ClientIP", 1, 1, client_ip},
    MatcherSpec{"ALPN", 1, 1, alpn},
};

constexpr std::array kTcpV2 = {
    MatcherSpec{"HostSNI", 1, kAnyCount, any_of<host_sni>},
    MatcherSpec{"HostSNIRegexp", 1, kAnyCount, any_of<host_template<MatcherKind::kHostSniRegexp>>},
    MatcherSpec{"ClientIP", 1, kAnyCount, any_of<client_ip>},
    MatcherSpec{"ALPN", 1, kAnyCount, any_of<alpn>},
};

std::span<const MatcherSpec> specs_of(RuleProtocol protocol, RuleSyntax syntax) {
  if (protocol == RuleProtocol::kTcp) {
    return syntax == RuleSyntax::kV2 ? std::span<const MatcherSpec>(kTcpV2) : std::span<const MatcherSpec>(kTcpV3);
  }
  return syntax == RuleSyntax::kV2 ? std::span<const MatcherSpec>(kHttpV2) : std::span<const MatcherSpec>(kHttpV3);
}

// As it is written above, all lower, all upper, or only the first letter upper: those four, "hOST" is an error.
bool spells(std::string_view written, std::string_view name) {
  if (!base::iequals(written, name)) return false;
  const std::string lower = base::to_lower(name);
  return written == name || written == lower || written == base::to_upper(name) ||
         (written.front() == name.front() && written.substr(1) == std::string_view(lower).substr(1));
}

const MatcherSpec* find_spec(std::span<const MatcherSpec> specs, std::string_view written) {
  const auto found = std::ranges::find_if(specs, [&](const auto& spec) { return spells(written, spec.name); });
  return found == specs.end() ? nullptr : &*found;
}

std::unexpected<RuleFault> unknown_matcher(const RuleToken& name, RuleProtocol protocol, RuleSyntax syntax) {
  const auto other = syntax == RuleSyntax::kV2 ? RuleSyntax::kV3 : RuleSyntax::kV2;
  if (find_spec(specs_of(protocol, other), name.text)) {
    return rule_fault(name.offset, fmt::format("{} belongs to the {} syntax; set ruleSyntax, or rewrite the rule",
                                               name.text, other == RuleSyntax::kV2 ? "v2" : "v3"));
  }
  std::vector<std::string_view> names;
  for (const auto& spec : specs_of(protocol, syntax)) names.push_back(spec.name);
  const auto near = base::nearest(name.text, names);
  std::string hint = fmt::format("; there are {}", fmt::join(names, ", "));
  if (!near.empty()) hint = fmt::format("; did you mean {}?", near);
  return rule_fault(name.offset, fmt::format("there is no matcher {}{}", name.text, hint));
}

RuleResult<void> check_count(const RuleCall& call, const MatcherSpec& spec) {
  const std::size_t count = call.arguments.size();
  if (count >= spec.arguments_min && count <= spec.arguments_max) return {};
  if (count > spec.arguments_max && spec.arguments_max == 1) {
    return rule_fault(call.arguments[1].offset,
                      fmt::format("{0} takes one argument, not {1}; for alternatives write {0}(`{2}`) || {0}(`{3}`)",
                                  spec.name, count, call.arguments[0].text, call.arguments[1].text));
  }
  std::string wanted = fmt::format("{}", spec.arguments_min);
  if (spec.arguments_max == kAnyCount) wanted += " or more";
  if (spec.arguments_max == spec.arguments_min + 1) wanted += fmt::format(" or {}", spec.arguments_max);
  return rule_fault(call.name.offset,
                    fmt::format("{} takes {} argument{}, not {}", spec.name, wanted, wanted == "1" ? "" : "s", count));
}

}  // namespace

RuleResult<RuleNode> build_matchers(const RuleCall& call, RuleProtocol protocol, RuleSyntax syntax) {
  const auto* spec = find_spec(specs_of(protocol, syntax), call.name.text);
  if (!spec) return unknown_matcher(call.name, protocol, syntax);
  if (auto counted = check_count(call, *spec); !counted) return std::unexpected(counted.error());
  for (const auto& argument : call.arguments) {
    if (argument.text.empty()) return rule_fault(argument.offset, "the argument is empty");
  }
  return spec->build(call.arguments);
}

RuleNode matcher_node(MatcherKind kind, std::string name, std::string value) {
  return RuleNode{RuleNode::Kind::kMatcher, Matcher{kind, false, std::move(name), std::move(value)}, {}};
}

RuleNode join_nodes(RuleNode::Kind kind, std::vector<RuleNode> children) {
  if (children.size() == 1) return std::move(children.front());
  RuleNode joined{kind, {}, {}};
  for (auto& child : children) {
    if (child.kind != kind) {
      joined.children.push_back(std::move(child));
      continue;
    }
    for (auto& grandchild : child.children) joined.children.push_back(std::move(grandchild));
  }
  return joined;
}

}  // namespace gatehouse::model
