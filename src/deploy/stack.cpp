#include "deploy/stack.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "model/decode.h"
#include "model/rule.h"
#include "policy/environment.h"
#include "policy/stack_rules.h"

namespace gatehouse::deploy {

using base::ErrorCode;
using base::Fault;
using base::Result;
using compose::Project;
using compose::Service;
using model::Matcher;
using model::MatcherKind;
using model::RuleNode;

namespace {

base::Failure failure(const std::vector<std::string>& errors) {
  base::Error error{ErrorCode::kInvalid, Fault::kOperator, base::Retry::kNo, errors.front(), {}};
  if (errors.size() > 1) error.detail = base::join(errors, "\n");
  return base::fail(std::move(error));
}

void look_at(const RuleNode& node, Route& route) {
  if (node.kind != RuleNode::Kind::kMatcher) {
    for (const auto& child : node.children) look_at(child, route);
    return;
  }
  const Matcher& matcher = node.matcher;
  if (matcher.kind == MatcherKind::kHost) return;
  route.has_path = true;
  const bool is_literal = matcher.kind == MatcherKind::kPath || matcher.kind == MatcherKind::kPathPrefix;
  if (is_literal && !matcher.negated && route.path == "/") route.path = matcher.value;
}

bool is_literal_host(const std::string& host) { return !host.empty() && host.find('*') == std::string::npos; }

Result<Route> read_route(const std::string& name, const model::HttpRouter& router) {
  const auto rule = model::parse_rule(router.rule, model::rule_syntax(router.rule_syntax));
  if (!rule) return base::fail(rule.error().within("the rule of router " + name));
  Route route;
  route.router = name;
  route.rule = router.rule;
  route.entry_points = router.entry_points;
  route.tls = router.tls.has_value();
  route.hosts = model::rule_hosts(*rule);
  std::erase_if(route.hosts, [](const std::string& host) { return !is_literal_host(host); });
  look_at(rule->root, route);
  return route;
}

std::map<std::string, std::string> plain(const compose::LocatedMap& labels) {
  std::map<std::string, std::string> all;
  for (const auto& [name, value] : labels) all.emplace(name, value.text);
  return all;
}

// Where the label stands that an error speaks of; the service, where it names none.
compose::Position position_of(const Service& service, const std::string& message) {
  for (const auto& [name, value] : service.labels) {
    if (message.find(name) != std::string::npos) return value.at;
  }
  return service.position_of("labels");
}

compose::Position position_of_rule(const Service& service, std::string_view router) {
  const auto wanted = base::to_lower("traefik.http.routers." + std::string(router) + ".rule");
  for (const auto& [name, value] : service.labels) {
    if (base::to_lower(name) == wanted) return value.at;
  }
  return service.position_of("labels");
}

void read_labels(const Project& project, const Service& service, Stack& stack, std::vector<std::string>& errors) {
  const auto labels = plain(service.labels);
  const auto complain = [&](compose::Position at, const std::string& text) {
    errors.push_back(fmt::format("{}: service {}: {}", project.locate(at), service.name, text));
  };
  for (const auto& stray : model::stray_labels(labels)) {
    stack.warnings.push_back(
        fmt::format("{}: service {}: {}", project.locate(position_of(service, stray)), service.name, stray));
  }
  const auto config = model::decode_labels(labels);
  const auto container = model::decode_container_labels(labels);
  if (!config) return complain(position_of(service, config.error().message), config.error().message);
  if (!container) return complain(position_of(service, container.error().message), container.error().message);
  if (container->enable == false) return;
  for (const auto& [name, router] : config->http.routers) {
    if (router.rule.empty()) continue;
    auto route = read_route(name, router);
    if (!route) {
      complain(position_of_rule(service, name), route.error().message);
      continue;
    }
    route->service = service.name;
    route->at = position_of_rule(service, name);
    stack.routes.push_back(*std::move(route));
  }
}

void check_external_objects(const Project& project, const Service& service, std::vector<std::string>& errors) {
  const auto check = [&](const auto& mounts, const auto& objects, std::string_view kind) {
    for (const auto& mount : mounts) {
      const auto object = objects.find(mount.source);
      if (object == objects.end()) continue;
      if (object->second.external) {
        errors.push_back(fmt::format("{}: the {} {} is external: those exist in Swarm only; give it by `file:`",
                                     project.locate(mount.at), kind, mount.source));
      } else if (!object->second.file.empty() && !std::filesystem::exists(object->second.file)) {
        errors.push_back(fmt::format("{}: the file of the {} {} does not exist: {}", project.locate(object->second.at),
                                     kind, mount.source, object->second.file.string()));
      }
    }
  };
  check(service.secrets, project.secrets, "secret");
  check(service.configs, project.configs, "config");
}

}  // namespace

bool is_traefik_image(std::string_view image) {
  image = image.substr(0, image.find('@'));
  if (const auto slash = image.rfind('/'); slash != std::string_view::npos) image.remove_prefix(slash + 1);
  return image.substr(0, image.find(':')) == "traefik";
}

Result<std::vector<Route>> routes_of_labels(const std::map<std::string, std::string>& labels) {
  BASE_TRY(const auto config, model::decode_labels(labels));
  BASE_CHECK(model::decode_container_labels(labels));
  std::vector<Route> routes;
  for (const auto& [name, router] : config.http.routers) {
    if (router.rule.empty()) continue;  // the provider's default rule is not known here
    BASE_TRY(auto route, read_route(name, router));
    routes.push_back(std::move(route));
  }
  return routes;
}

Result<Stack> open_stack(const compose::LoadOptions& options) {
  Stack stack;
  stack.directory = options.directory;
  std::vector<std::string> errors;
  BASE_TRY(const auto findings, policy::check_environment(options.directory, options));
  for (const auto& finding : findings) {
    auto& list = finding.severity == policy::Severity::kError ? errors : stack.warnings;
    list.push_back(finding.text);
  }
  if (!errors.empty()) return failure(errors);
  BASE_TRY(stack.project, compose::load(options));
  for (const auto& warning : stack.project.warnings) {
    stack.warnings.push_back(fmt::format("{}: {}", stack.project.locate(warning.at), warning.text));
  }
  for (const auto& finding : policy::check_stack(stack.project)) {
    auto& list = finding.severity == policy::Severity::kError ? errors : stack.warnings;
    list.push_back(finding.text);
  }
  for (const auto& [name, service] : stack.project.services) {
    read_labels(stack.project, service, stack, errors);
    check_external_objects(stack.project, service, errors);
  }
  if (!errors.empty()) return failure(errors);
  return stack;
}

}  // namespace gatehouse::deploy
