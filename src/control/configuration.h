// The static configuration as control runs by it: read from its source, checked, and with what is to be said about it.
// A value; reading it blocks.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "control/adopted.h"
#include "model/static_source.h"

namespace gatehouse::control {

// Where it comes from: kept for reading it again.
struct ConfigurationSources {
  std::vector<std::string> arguments;  // of `gatehouse serve`
  model::Entries environment;
};

struct Configuration {
  model::StaticConfig config;  // with what was adopted
  Adopted adopted;
  std::vector<std::string> notices;  // a sentence each: what was left out, what is not supported yet
};

// The operator's mistakes, all of them in the error's detail.
base::Result<Configuration> load_configuration(const ConfigurationSources& sources);

}  // namespace gatehouse::control
