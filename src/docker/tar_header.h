// A tar archive, header by header: POSIX ustar, with a pax record before it where a name is too long for that. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace gatehouse::docker {

enum class TarType : char { kFile = '0', kLink = '2', kFolder = '5' };

struct TarEntry {
  std::string name;  // relative; of a folder without the last '/'
  TarType type = TarType::kFile;
  std::uint32_t mode = 0644;
  std::uint64_t size = 0;
  std::int64_t uid = 0, gid = 0;
  std::int64_t modified = 0;  // Unix time
  std::string link = {};
};

inline constexpr std::size_t kTarBlockBytes = 512;

// What stands before an entry's content.
std::string tar_header(const TarEntry& entry);
// How many zero bytes follow content of that size.
constexpr std::size_t tar_padding(std::uint64_t size) {
  return static_cast<std::size_t>((kTarBlockBytes - size % kTarBlockBytes) % kTarBlockBytes);
}
// The end of an archive.
inline std::string tar_end() { return std::string(2 * kTarBlockBytes, '\0'); }

}  // namespace gatehouse::docker
