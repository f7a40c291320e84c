// Engine: a client of one Docker Engine. The version of its API is agreed on with the first call: Debian 12's 20.10
// (API 1.41) and the newest, which ask for 1.44 at least, both work. Made by whoever needs it, on its loop's thread;
// outlives the streams that it gave. A call may be dropped at any time.
//
// Errors name the object and what the engine said: kNotFound, kConflict (in use, name taken), kInvalid (refused as
// wrong), kRefused and kPermission when no engine can be asked, with the next step.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "async/loop.h"
#include "async/task.h"
#include "base/result.h"
#include "base/secret.h"
#include "docker/container.h"
#include "docker/container_spec.h"
#include "docker/endpoint.h"
#include "docker/event.h"
#include "docker/json_lines.h"
#include "docker/log_reader.h"
#include "docker/resources.h"

namespace gatehouse::net {
class Resolver;
}

namespace gatehouse::docker {

struct EngineVersion {
  std::string engine = {};  // "20.10.24"
  int api_minor = 0;        // what the engine offers at most, of API 1
};

struct ContainerQuery {
  bool all = true;                       // not only running ones
  std::vector<std::string> labels = {};  // "key" or "key=value"; all must match
};

struct LogOptions {
  bool follow = false;
  bool timestamps = false;
  std::string tail = "all";  // or a number of lines
  std::string since = {};    // Unix time, may have a fraction; empty: all
};

struct RemoveOptions {
  bool force = false;
  bool volumes = false;  // anonymous ones
};

struct EventQuery {
  std::vector<std::string> types = {};  // container, network, ...; empty: all
  std::int64_t since_ns = 0;            // 0: from now on
};

// What a pull or build says while it goes on.
struct Progress {
  std::string id = {};      // of a layer; empty: of the whole
  std::string status = {};  // "Downloading"; of a build its output
  std::int64_t current = 0, total = 0;
};

class ProgressReader {
 public:
  explicit ProgressReader(JsonLines lines, std::string what) : lines_(std::move(lines)), what_(std::move(what)) {}

  // Nothing at the end of a success; the engine's complaint is an error.
  async::Task<base::Result<std::optional<Progress>>> next();
  // The id of the built image, once it was told.
  [[nodiscard]] const std::string& image_id() const { return image_id_; }

 private:
  JsonLines lines_;
  std::string what_;
  std::string image_id_;
};

class EventReader {
 public:
  explicit EventReader(JsonLines lines) : lines_(std::move(lines)) {}
  // Waits as long as it takes. kClosed when the engine has ended the stream.
  async::Task<base::Result<Event>> next();

 private:
  JsonLines lines_;
};

struct BuildOptions {
  std::vector<std::string> tags = {};
  std::string dockerfile = "Dockerfile";  // in the context
  std::string target = {}, network_mode = {}, platform = {};
  Labels build_args = {}, labels = {};
  Texts cache_from = {}, extra_hosts = {};
  std::optional<std::int64_t> shm_size = {};
  bool no_cache = false, pull = false;
};

struct ExecResult {
  std::int64_t exit_code = 0;
  std::string output = {}, errors = {};
};

class Engine {
 public:
  static constexpr int kApiMinorMin = 40;
  static constexpr int kApiMinorMax = 45;
  static constexpr std::chrono::seconds kCallTimeout{60};
  static constexpr std::size_t kAnswerBytesMax = std::size_t{64} << 20;

  // The resolver is needed for endpoints that are named and not numbered.
  Engine(async::Loop& loop, Endpoint endpoint, net::Resolver* resolver = nullptr);
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  [[nodiscard]] const Endpoint& endpoint() const { return endpoint_; }
  [[nodiscard]] async::Loop& loop() const { return loop_; }

  // Does an engine answer, and which?
  async::Task<base::Result<EngineVersion>> version();

  async::Task<base::Result<std::vector<ContainerSummary>>> list_containers(ContainerQuery query);
  async::Task<base::Result<Container>> inspect_container(std::string id);
  // Its id.
  async::Task<base::Result<std::string>> create_container(std::string name, ContainerSpec spec);
  async::Task<base::Result<void>> start_container(std::string id);
  // Asks it to end, and kills it after the grace: nothing means the container's own. What does not run is stopped
  // already.
  async::Task<base::Result<void>> stop_container(std::string id, std::optional<std::chrono::seconds> grace);
  async::Task<base::Result<void>> kill_container(std::string id, std::string signal);
  async::Task<base::Result<void>> rename_container(std::string id, std::string name);
  async::Task<base::Result<void>> remove_container(std::string id, RemoveOptions options);
  // Its exit code, once it does not run.
  async::Task<base::Result<std::int64_t>> wait_container(std::string id, async::Deadline deadline);
  async::Task<base::Result<LogReader>> container_logs(std::string id, LogOptions options);
  // Puts a tar archive's files into a container, running or not.
  async::Task<base::Result<void>> put_archive(std::string id, std::string folder, std::string tar);
  async::Task<base::Result<ExecResult>> exec(std::string id, Texts command, async::Deadline deadline);

  async::Task<base::Result<EventReader>> events(EventQuery query);

  async::Task<base::Result<Image>> inspect_image(std::string reference);
  // Does its registry have it, and may we pull it? `auth`: the X-Registry-Auth field, or empty.
  async::Task<base::Result<void>> find_in_registry(std::string reference, base::Secret auth);
  async::Task<base::Result<ProgressReader>> pull_image(std::string reference, std::string platform, base::Secret auth);
  async::Task<base::Result<void>> tag_image(std::string reference, std::string new_reference);
  async::Task<base::Result<void>> remove_image(std::string reference);
  async::Task<base::Result<ProgressReader>> build_image(BuildOptions options, std::unique_ptr<http::Body> context);

  async::Task<base::Result<std::vector<Network>>> list_networks(std::vector<std::string> labels);
  async::Task<base::Result<Network>> inspect_network(std::string name);
  async::Task<base::Result<std::string>> create_network(NetworkSpec spec);
  async::Task<base::Result<void>> remove_network(std::string name);
  async::Task<base::Result<void>> connect_network(std::string container, NetworkEndpointSpec endpoint);
  async::Task<base::Result<void>> disconnect_network(std::string network, std::string container);

  async::Task<base::Result<std::vector<Volume>>> list_volumes(std::vector<std::string> labels);
  async::Task<base::Result<Volume>> inspect_volume(std::string name);
  async::Task<base::Result<Volume>> create_volume(VolumeSpec spec);
  async::Task<base::Result<void>> remove_volume(std::string name);

 private:
  struct Call;

  async::Task<base::Result<void>> negotiate();
  async::Task<base::Result<http::ClientResponse>> send(Call call);
  async::Task<base::Result<format::JsonDocument>> ask(Call call);
  async::Task<base::Result<void>> tell(Call call);
  [[nodiscard]] http::Origin origin() const;
  [[nodiscard]] base::Error explain(base::Error error) const;

  async::Loop& loop_;
  Endpoint endpoint_;
  std::unique_ptr<http::Dialer> dialer_;
  http::Client client_;
  int api_minor_ = 0;  // 0: not agreed yet
};

}  // namespace gatehouse::docker
