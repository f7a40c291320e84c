// Endpoint: where a Docker Engine listens, as DOCKER_HOST and --providers.docker.endpoint name it. A value.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace gatehouse::docker {

struct Endpoint {
  static constexpr std::string_view kDefault = "unix:///var/run/docker.sock";

  std::string unix_path = {};  // empty: host and port count
  std::string host = {};
  std::uint16_t port = 0;

  // "unix:///path", "tcp://host:port", "http://host:port"; empty text: kDefault. kUnsupported for ssh, npipe and https,
  // kInvalid for the rest.
  static base::Result<Endpoint> parse(std::string_view text);
  // DOCKER_HOST, or the default.
  static base::Result<Endpoint> from_environment();

  [[nodiscard]] bool is_unix() const { return !unix_path.empty(); }
  [[nodiscard]] std::string to_string() const;

  bool operator==(const Endpoint&) const = default;
};

}  // namespace gatehouse::docker
