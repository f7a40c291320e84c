// Stack: a folder with a compose project, read and checked as far as that goes without an engine: variables, compose
// files, labels, rules. Made by open_stack() at the start of a deploy, a plan, a validation. A value.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "compose/load.h"
#include "model/dynamic.h"

namespace gatehouse::deploy {

// A router of the stack's labels that names hosts.
struct Route {
  std::string service;
  std::string router;
  compose::Position at;  // of its rule
  std::string rule;
  std::vector<std::string> hosts;         // literal ones
  std::vector<std::string> entry_points;  // empty: every default one
  bool tls = false;                       // asked for by the router itself
  bool has_path = false;                  // the rule looks at more than the host
  std::string path = "/";                 // one that the rule takes
};

struct Stack {
  std::filesystem::path directory;  // as the operator wrote it
  compose::Project project;
  std::vector<Route> routes;
  std::vector<std::string> warnings;

  [[nodiscard]] const std::string& name() const { return project.name; }
};

// kInvalid or kNotFound, the operator's fault: the first thing that is wrong is the message, all of them are the
// detail, a line each.
base::Result<Stack> open_stack(const compose::LoadOptions& options);

// The image is Traefik's, whatever its tag and registry: such a service is adopted, not started.
bool is_traefik_image(std::string_view image);

// The routers of HTTP that labels make, for whoever compares them; errors name the router.
base::Result<std::vector<Route>> routes_of_labels(const std::map<std::string, std::string>& labels);

}  // namespace gatehouse::deploy
