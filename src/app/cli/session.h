// What verbs that work on stacks share: the loop, the engine, the state folder, and the process's environment as
// compose sees it. Made by a verb, lives as long as it runs.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "app/cli/arguments.h"
#include "async/loop.h"
#include "async/offload.h"
#include "base/result.h"
#include "compose/load.h"
#include "docker/engine.h"
#include "net/resolver.h"

namespace gatehouse::app {

inline constexpr Option kStateDirOption{"--statedir", {}, true};
inline constexpr Option kJsonOption{"--json", {}, false};

// --statedir, else GATEHOUSE_STATEDIR, else /var/lib/gatehouse; absolute.
std::filesystem::path state_dir_of(const Arguments& arguments);

compose::Environment process_environment();
// The options for the stack in a folder, with what --file, --project-name and --profile say.
compose::LoadOptions load_options(const Arguments& arguments, const std::filesystem::path& directory);

// The project's name: of a folder that exists what its compose files say, else the word itself.
std::string project_name_of(const std::string& word);

class Session {
 public:
  // kInvalid when DOCKER_HOST cannot be read.
  static base::Result<std::unique_ptr<Session>> open();

  [[nodiscard]] async::Loop& loop() { return loop_; }
  [[nodiscard]] docker::Engine& engine() { return engine_; }

  explicit Session(docker::Endpoint endpoint)
      : offload_(1), resolver_(offload_), engine_(loop_, std::move(endpoint), &resolver_) {}

 private:
  async::Loop loop_;
  async::Offload offload_;
  net::Resolver resolver_;
  docker::Engine engine_;
};

}  // namespace gatehouse::app
