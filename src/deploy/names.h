// How the objects of a stack are named and labelled in the engine: as `docker compose` does it, so that its ps, logs,
// exec and down, and docker-compose 1's, work on what we made. Constants and pure functions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace gatehouse::deploy {

namespace label {

inline constexpr std::string_view kProject = "com.docker.compose.project";
inline constexpr std::string_view kService = "com.docker.compose.service";
inline constexpr std::string_view kNumber = "com.docker.compose.container-number";
inline constexpr std::string_view kOneOff = "com.docker.compose.oneoff";
inline constexpr std::string_view kConfigHash = "com.docker.compose.config-hash";
inline constexpr std::string_view kWorkingDir = "com.docker.compose.project.working_dir";
inline constexpr std::string_view kConfigFiles = "com.docker.compose.project.config_files";
inline constexpr std::string_view kVersion = "com.docker.compose.version";
inline constexpr std::string_view kImage = "com.docker.compose.image";
inline constexpr std::string_view kDependsOn = "com.docker.compose.depends_on";
inline constexpr std::string_view kNetwork = "com.docker.compose.network";
inline constexpr std::string_view kVolume = "com.docker.compose.volume";
// Ours: a short hash of each key of the service, so that a plan can say what has changed.
inline constexpr std::string_view kKeyHashes = "io.gatehouse.key-hashes";

}  // namespace label

inline std::string container_name(std::string_view project, std::string_view service, std::int64_t number) {
  return std::string(project) + "-" + std::string(service) + "-" + std::to_string(number);
}

}  // namespace gatehouse::deploy
