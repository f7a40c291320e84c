#include "deploy/registry_auth.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "format/base64.h"
#include "format/json.h"
#include "sys/file.h"

namespace gatehouse::deploy {

namespace {

constexpr std::string_view kHubHost = "docker.io";
constexpr std::string_view kHubKey = "https://index.docker.io/v1/";  // what `docker login` calls it

std::filesystem::path config_file() {
  if (const char* folder = std::getenv("DOCKER_CONFIG")) return std::filesystem::path(folder) / "config.json";
  const char* const home = std::getenv("HOME");
  return std::filesystem::path(home == nullptr ? "/root" : home) / ".docker" / "config.json";
}

}  // namespace

std::string_view registry_of(std::string_view image) {
  const auto slash = image.find('/');
  if (slash == std::string_view::npos) return kHubHost;
  const auto host = image.substr(0, slash);
  // What has neither a dot nor a port is a user of the hub (distribution/reference).
  const bool is_host = host.find_first_of(".:") != std::string_view::npos || host == "localhost";
  return is_host ? host : kHubHost;
}

base::Secret registry_auth(std::string_view image) {
  const auto text = sys::read_file(config_file());
  if (!text) return {};
  const auto document = format::JsonDocument::parse(*text);
  if (!document) return {};
  const auto registry = registry_of(image);
  const auto key = registry == kHubHost ? kHubKey : registry;
  const auto encoded = document->root().find("auths").find(key).find("auth").string();
  const auto decoded = format::decode_base64(encoded.value_or(""));
  const auto colon = decoded ? decoded->find(':') : std::string::npos;
  if (!decoded || colon == std::string::npos) return {};
  format::JsonWriter writer;
  writer.begin_object().key("username").string(std::string_view(*decoded).substr(0, colon));
  writer.key("password").string(std::string_view(*decoded).substr(colon + 1));
  writer.key("serveraddress").string(key).end_object();
  // The URL's alphabet, with padding: what the engine's decoder insists on.
  auto field = format::encode_base64(writer.take());
  std::ranges::replace(field, '+', '-');
  std::ranges::replace(field, '/', '_');
  return base::Secret(std::move(field));
}

}  // namespace gatehouse::deploy
