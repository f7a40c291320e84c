// Containers as the engine describes them: in a list, and one in full. Values; what decodes them takes the engine's
// JSON.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "docker/answer_reader.h"

namespace gatehouse::docker {

enum class ContainerState { kCreated, kRunning, kPaused, kRestarting, kRemoving, kExited, kDead };
enum class Health { kNone, kStarting, kHealthy, kUnhealthy };

std::string_view to_string(ContainerState state);  // "created", "running", ...
std::string_view to_string(Health health);         // "none", "starting", "healthy", "unhealthy"

struct AttachedNetwork {
  std::string name;
  std::string network_id;
  std::string ip;    // empty while the container does not run
  std::string ipv6;  // global
  std::vector<std::string> aliases;

  bool operator==(const AttachedNetwork&) const = default;
};

struct ContainerPort {
  std::uint16_t port = 0;       // in the container
  std::string protocol;         // tcp, udp, sctp
  std::string host_ip;          // of a published port; "0.0.0.0" for all
  std::uint16_t host_port = 0;  // 0: exposed, not published

  bool operator==(const ContainerPort&) const = default;
};

struct ContainerSummary {
  std::string id;
  std::string name;   // without the leading slash; of a linked container its own
  std::string image;  // as it was asked for
  std::string image_id;
  std::int64_t created = 0;  // seconds of Unix time
  ContainerState state = ContainerState::kCreated;
  std::string status;             // for people: "Up 2 minutes (healthy)"
  Health health = Health::kNone;  // as far as status says
  std::string network_mode;
  Labels labels;
  std::vector<AttachedNetwork> networks;  // by name
  std::vector<ContainerPort> ports;       // by port; of running containers only
};

struct HealthProbe {
  std::int64_t exit_code = 0;
  std::string output;
};

struct ContainerMount {
  std::string type;    // bind, volume, tmpfs
  std::string name;    // of a volume
  std::string source;  // on the host
  std::string target;
  bool writable = true;
};

struct Container {
  std::string id;
  std::string name;
  std::string image;     // as it was asked for
  std::string image_id;  // sha256:...
  ContainerState state = ContainerState::kCreated;
  Health health = Health::kNone;
  std::vector<HealthProbe> probes;  // the last ones, oldest first
  std::int64_t exit_code = 0;
  bool out_of_memory = false;
  std::string start_error;  // why the engine could not start it
  std::string started_at;   // RFC 3339
  std::int64_t restart_count = 0;
  std::string network_mode;
  Labels labels;
  std::vector<std::string> environment;   // NAME=value; may hold secrets
  std::vector<AttachedNetwork> networks;  // by name
  std::vector<ContainerPort> ports;       // exposed and published, by port
  std::vector<ContainerMount> mounts;
};

base::Result<ContainerSummary> decode_container_summary(format::JsonValue json);
base::Result<Container> decode_container(format::JsonValue json);

}  // namespace gatehouse::docker
