#include "docker/endpoint.h"

#include <cstdlib>

#include "http/client_url.h"

namespace gatehouse::docker {

using base::ErrorCode;
using base::fail;
using base::Fault;
using base::Result;

Result<Endpoint> Endpoint::parse(std::string_view text) {
  constexpr std::string_view kUnix = "unix://";
  constexpr std::string_view kTcp = "tcp://";
  if (text.empty()) text = kDefault;
  const std::string quoted = "the Docker endpoint " + std::string(text);
  if (text.starts_with(kUnix)) {
    if (text.substr(kUnix.size()).starts_with('/'))
      return Endpoint{.unix_path = std::string(text.substr(kUnix.size()))};
    return fail(ErrorCode::kInvalid, Fault::kOperator,
                quoted + " names no absolute path: write unix:///var/run/docker.sock");
  }
  if (text.starts_with("ssh://") || text.starts_with("https://") || text.starts_with("npipe://")) {
    return fail(ErrorCode::kUnsupported, Fault::kOperator,
                quoted + " is of a kind that is not supported: use unix:///path or tcp://host:port");
  }
  const auto url =
      http::Url::parse(text.starts_with(kTcp) ? "http://" + std::string(text.substr(kTcp.size())) : std::string(text));
  if (!url || url->target != "/") {
    return fail(ErrorCode::kInvalid, Fault::kOperator,
                quoted + " cannot be read: write unix:///path or tcp://host:port");
  }
  constexpr std::uint16_t kPlainPort = 2375;  // what Docker's own clients take
  const bool has_port = text.ends_with(":80") || text.ends_with(":80/") || url->origin.port != 80;
  return Endpoint{.host = url->origin.host, .port = has_port ? url->origin.port : kPlainPort};
}

Result<Endpoint> Endpoint::from_environment() {
  const char* const host = std::getenv("DOCKER_HOST");
  return parse(host == nullptr ? "" : host);
}

std::string Endpoint::to_string() const {
  if (is_unix()) return "unix://" + unix_path;
  return "tcp://" + (host.contains(':') ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

}  // namespace gatehouse::docker
