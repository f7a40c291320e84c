// The static configuration from where it is written: one file, or else flags, or else TRAEFIK_ variables, never mixed,
// as in Traefik; gatehouse.* may come as flags or variables beside any of them. Pure: app reads the file and passes its
// text. Errors are kInvalid, the operator's fault; the message names the flag, the variable or file:line:column and
// suggests the nearest option, the detail has all mistakes, one a line.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "model/static.h"
#include "model/tree.h"

namespace gatehouse::model {

struct StaticFile {
  std::string path;
  std::string text;  // YAML
};

struct StaticSources {
  std::vector<std::string> arguments;  // behind the verb: --entrypoints.web.address=:80 --api
  Entries environment;
  std::optional<StaticFile> file;
};

struct StaticResult {
  StaticConfig config;                // with the default entry points
  std::vector<std::string> warnings;  // a source that was left out because another one is there
};

// What --configfile or TRAEFIK_CONFIGFILE names; of two flags the last.
std::optional<std::string> config_file_path(const std::vector<std::string>& arguments, const Entries& environment);

base::Result<StaticResult> load_static(const StaticSources& sources);

// The entry points that are there without being asked for: http on :80 when there are none, traefik on :8080 when
// api.insecure, ping or metrics live on it.
void add_default_entry_points(StaticConfig& config);

}  // namespace gatehouse::model
