#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "compose/normalise.h"

namespace gatehouse::compose {

namespace {

constexpr std::string_view kServicePrefix = "service:";

class ProjectCheck {
 public:
  ProjectCheck(Project& project, Problems& problems) : project_(project), problems_(problems) {}

  void run() {
    for (auto& [name, service] : project_.services) check_service(service);
    check_cycles();
  }

 private:
  void error(const Service& service, Position at, std::string_view what) {
    problems_.error(at.line == 0 ? service.at : at, fmt::format("services.{}: {}", service.name, what));
  }

  // A name for a message, unless a variable stands in its line: then it may be a secret.
  [[nodiscard]] std::string named(std::string_view name, Position at) const {
    const auto is_near = [&](const VariableUse& use) { return use.at.source == at.source && use.at.line == at.line; };
    if (std::ranges::any_of(project_.variables, is_near)) return "that its variable names";
    return fmt::format("'{}'", name);
  }

  void check_service(Service& service) {
    const bool is_provided = service.others.find("provider") != nullptr;
    if (service.image.empty() && !service.build && !is_provided) {
      error(service, service.at, "has neither an image nor a build; give it one of them");
    }
    if (service.build && !service.build->dockerfile.empty() && !service.build->dockerfile_inline.empty()) {
      error(service, service.build->at, "has a dockerfile and a dockerfile_inline; keep one of them");
    }
    check_networks(service);
    check_dependencies(service);
    check_mounts(service);
    check_files(service);
    check_resources(service);
  }

  void check_networks(Service& service) {
    if (!service.network_mode.empty() && !service.networks.empty()) {
      error(service, service.position_of("network_mode"),
            "has network_mode and networks, which exclude each other; keep one of them");
    }
    for (const auto& [key, attachment] : service.networks) {
      const auto network = project_.networks.find(key);
      if (network == project_.networks.end()) {
        error(service, attachment.at,
              fmt::format("joins the network {}, which the file does not declare; add it under 'networks:'",
                          named(key, attachment.at)));
      } else {
        network->second.used = true;
      }
    }
    if (!service.network_mode.starts_with(kServicePrefix)) return;
    const auto other = service.network_mode.substr(kServicePrefix.size());
    if (!project_.services.contains(other)) {
      const auto at = service.position_of("network_mode");
      error(service, at, fmt::format("uses the network of the service {}, which there is not", named(other, at)));
    }
  }

  void check_dependencies(Service& service) {
    for (auto it = service.depends_on.begin(); it != service.depends_on.end();) {
      const auto here = it++;
      const auto& [name, dependency] = *here;
      if (project_.services.contains(name)) continue;
      const bool disabled = project_.disabled_services.contains(name);
      if (disabled && !dependency.required) {
        service.depends_on.erase(here);
      } else if (disabled) {
        error(service, dependency.at,
              fmt::format("depends on {}, which its profiles leave out; activate one of them, or say required: false",
                          named(name, dependency.at)));
      } else if (dependency.required || !disabled) {
        error(service, dependency.at,
              fmt::format("depends on the service {}, which there is not", named(name, dependency.at)));
      }
    }
  }

  void check_mounts(Service& service) {
    std::map<std::string, Position> targets;
    const auto claim = [&](const std::string& target, Position at) {
      const auto [place, added] = targets.try_emplace(target, at);
      if (!added) {
        error(service, at,
              fmt::format("mounts something at {} twice; the other stands in line {}", named(target, at),
                          place->second.line));
      }
    };
    for (const auto& tmpfs : service.tmpfs) claim(tmpfs.text.substr(0, tmpfs.text.find(':')), tmpfs.at);
    for (const auto& mount : service.volumes) {
      claim(mount.target, mount.at);
      if (mount.type != "volume" || mount.source.empty()) continue;
      const auto volume = project_.volumes.find(mount.source);
      if (volume == project_.volumes.end()) {
        error(
            service, mount.at,
            fmt::format("mounts the volume {}, which the file does not declare; add it under 'volumes:', or start the "
                        "path of a folder with ./",
                        named(mount.source, mount.at)));
      } else {
        volume->second.used = true;
      }
    }
  }

  void check_files(Service& service) {
    check_file_mounts(service, service.secrets, project_.secrets, "secret");
    check_file_mounts(service, service.configs, project_.configs, "config");
    if (service.build) check_file_mounts(service, service.build->secrets, project_.secrets, "secret");
    for (const auto& mount : service.secrets) {
      const auto secret = project_.secrets.find(mount.source);
      if (service.read_only && secret != project_.secrets.end() && !secret->second.environment.empty()) {
        error(service, mount.at,
              fmt::format("is read_only, and the secret '{}' is copied into it from a variable, which needs a writable "
                          "file system; keep the secret in a file",
                          mount.source));
      }
    }
  }

  void check_file_mounts(const Service& service, const std::vector<FileMount>& mounts,
                         std::map<std::string, FileObject, std::less<>>& objects, std::string_view kind) {
    for (const auto& mount : mounts) {
      const auto object = objects.find(mount.source);
      if (object == objects.end()) {
        error(service, mount.at,
              fmt::format("uses the {} {}, which the file does not declare; add it under '{}s:'", kind,
                          named(mount.source, mount.at), kind));
      } else {
        object->second.used = true;
      }
    }
  }

  template <class Value>
  void check_same(const Service& service, const std::optional<Value>& value, const std::optional<Value>& deployed,
                  std::string_view key, std::string_view deploy_key) {
    if (!value || !deployed || *value == *deployed) return;
    error(service, service.position_of(key),
          fmt::format("sets {} and deploy.{} to different values; keep one of them", key, deploy_key));
  }

  void check_resources(const Service& service) {
    if (service.deploy) {
      const auto& deploy = *service.deploy;
      check_same(service, service.scale, deploy.replicas, "scale", "replicas");
      check_same(service, service.cpus, deploy.limits.cpus, "cpus", "resources.limits.cpus");
      check_same(service, service.mem_limit, deploy.limits.memory_bytes, "mem_limit", "resources.limits.memory");
      check_same(service, service.mem_reservation, deploy.reservations.memory_bytes, "mem_reservation",
                 "resources.reservations.memory");
      check_same(service, service.pids_limit, deploy.limits.pids, "pids_limit", "resources.limits.pids");
    }
    if (!service.container_name.empty() && service.replicas() > 1) {
      error(service, service.position_of("container_name"),
            "has a container_name and several replicas, which cannot share it; remove container_name");
    }
  }

  // Depth first; `path` holds the services on the way down.
  void check_cycles() {
    std::set<std::string, std::less<>> done;
    Strings path;
    for (const auto& [name, service] : project_.services) visit(service, path, done);
  }

  void visit(const Service& service, Strings& path, std::set<std::string, std::less<>>& done) {
    if (done.contains(service.name)) return;
    if (const auto start = std::ranges::find(path, service.name); start != path.end()) {
      error(service, service.position_of("depends_on"),
            fmt::format("depends on itself: {} -> {}", fmt::join(start, path.end(), " -> "), service.name));
      done.insert(service.name);
      return;
    }
    path.push_back(service.name);
    for (const auto& [name, dependency] : service.depends_on) {
      if (const auto other = project_.services.find(name); other != project_.services.end()) {
        visit(other->second, path, done);
      }
    }
    path.pop_back();
    done.insert(service.name);
  }

  Project& project_;
  Problems& problems_;
};

}  // namespace

void check_project(Project& project, Problems& problems) { ProjectCheck(project, problems).run(); }

}  // namespace gatehouse::compose
