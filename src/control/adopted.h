// Adopted: the Traefik services that this machine's stacks would have started, and in whose place we serve. What each
// was told as its static configuration is ours too, its own labels are routers and middlewares of the provider docker,
// and paths in dynamic configuration are those of its container. A value; reading blocks.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"
#include "discovery/updates.h"
#include "model/adoption.h"
#include "model/dynamic.h"

namespace gatehouse::control {

class Adopted {
 public:
  Adopted() = default;
  explicit Adopted(std::vector<model::Adoption> records) : records_(std::move(records)) {}
  // The records in the state folder, by project; a broken one is an error that names it.
  static base::Result<Adopted> read(const std::filesystem::path& state_dir);

  [[nodiscard]] bool empty() const { return records_.empty(); }

  // Adds what the configuration does not say itself: who starts Gatehouse with options of their own has the last word.
  void extend(model::StaticConfig& config, std::vector<std::string>& notices) const;
  // Routers and middlewares of the services' labels, for the provider docker.
  [[nodiscard]] model::DynamicConfig labels(bool exposed_by_default, std::vector<discovery::Problem>& problems) const;
  // Paths of the containers become those of the host.
  void translate_paths(model::DynamicConfig& config) const;

 private:
  void translate(std::string& path) const;
  void translate(base::Secret& path) const;
  void translate(model::Middleware& middleware) const;
  void translate(model::ServersTransport& transport) const;

  std::vector<model::Adoption> records_;
};

}  // namespace gatehouse::control
