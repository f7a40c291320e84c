// A compose project as it is after reading everything: files merged, extends and includes applied, variables replaced,
// defaults filled in, names resolved. Made by load(); read by policy, deploy and whoever prints it. Plain values.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "compose/service.h"
#include "compose/sources.h"

namespace gatehouse::compose {

struct IpamConfig {
  std::string subnet, ip_range, gateway;
  StringMap aux_addresses;
};

struct Network {
  Position at;
  std::string key;   // what services call it
  std::string name;  // what the engine calls it
  bool external = false;
  bool implicit = false;  // the default network, which no file declares
  bool used = false;      // by an active service
  std::string driver;
  StringMap driver_opts;
  bool internal = false;
  bool attachable = false;
  std::optional<bool> enable_ipv4, enable_ipv6;
  std::string ipam_driver;
  std::vector<IpamConfig> ipam;
  StringMap ipam_options;
  LocatedMap labels;
};

struct Volume {
  Position at;
  std::string key, name;
  bool external = false;
  bool used = false;
  std::string driver;
  StringMap driver_opts;
  LocatedMap labels;
};

// A top-level secret or config: exactly one of file, environment and content, unless it is external.
struct FileObject {
  Position at;
  std::string key, name;
  bool external = false;
  bool used = false;
  std::filesystem::path file;  // absolute
  std::string environment;     // the variable's name
  std::string content;         // configs only
  LocatedMap labels;
  std::string driver;
  StringMap driver_opts;
  std::string template_driver;
};

// A variable that a file refers to.
struct VariableUse {
  Reference reference;
  Position at;
  bool set = false;  // it had a value when the files were read, and one that counts for its operator

  // Without a value or default where one is always needed: compose warns, or stops.
  [[nodiscard]] bool is_missing() const {
    return !set && !reference.nested && reference.need != Reference::Need::kDefaulted;
  }
};

struct Project {
  std::string name;
  std::filesystem::path directory;  // absolute
  Sources sources;
  Strings profiles;         // those that were active
  Environment environment;  // what variables saw: the shell's, then .env; may hold secrets

  std::map<std::string, Service, std::less<>> services;           // active ones
  std::map<std::string, Service, std::less<>> disabled_services;  // left out by their profiles
  std::map<std::string, Network, std::less<>> networks;
  std::map<std::string, Volume, std::less<>> volumes;
  std::map<std::string, FileObject, std::less<>> secrets;
  std::map<std::string, FileObject, std::less<>> configs;
  format::YamlNode extensions;  // top-level x-*

  std::vector<VariableUse> variables;
  std::vector<Diagnostic> warnings;
  std::vector<std::filesystem::path> env_files;  // the .env files that were read

  // "docker-compose.yml:12:7".
  [[nodiscard]] std::string locate(Position at) const { return sources.locate(at); }
  // The compose files given or found, first to last; without extended and included ones.
  std::vector<std::filesystem::path> files;
  // What the service's image is called: its own name for it, or <project>-<service> for one that is only built.
  [[nodiscard]] std::string image_of(const Service& service) const;
  // container_name, or <project>-<service>-<number>; numbers start at 1.
  [[nodiscard]] std::string container_name_of(const Service& service, std::int64_t number) const;
  // Services, dependencies before dependents; by name where neither needs the other. Cycles were refused by load().
  [[nodiscard]] std::vector<const Service*> start_order() const;
};

}  // namespace gatehouse::compose
