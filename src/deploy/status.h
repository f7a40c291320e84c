// What runs: the stacks of an engine with their containers, and the edge, for `gatehouse status`. Values.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "async/task.h"
#include "docker/engine.h"
#include "model/adoption.h"

namespace gatehouse::deploy {

struct ContainerStatus {
  std::string service;
  std::string container;
  std::string image;
  docker::ContainerState state = docker::ContainerState::kCreated;
  docker::Health health = docker::Health::kNone;
  std::string status;              // "Up 2 minutes (healthy)"
  std::vector<std::string> ports;  // "127.0.0.1:8080->80/tcp"
  std::vector<std::string> hosts;

  // Runs and is not unhealthy, or has ended with 0.
  [[nodiscard]] bool is_well() const;
};

struct StackStatus {
  std::string name;
  std::string directory;  // of its compose file; empty where nobody has said
  std::vector<ContainerStatus> containers;

  [[nodiscard]] bool is_well() const;
};

struct EdgeStatus {
  std::string project, source, image;  // of the adopted service
  struct Entry {
    std::string name, address;
    bool listens = false;
  };
  std::vector<Entry> entries;
};

struct Status {
  std::vector<EdgeStatus> edges;
  std::vector<StackStatus> stacks;  // by name
};

// Of one stack, or of all with an empty name.
async::Task<base::Result<Status>> read_status(docker::Engine& engine, std::filesystem::path state_dir,
                                              std::string project);

std::string to_json(const Status& status);
// A table of lines for people; columns as wide as they have to be.
std::string to_table(const Status& status);

}  // namespace gatehouse::deploy
