#include "control/port_owner.h"

#include <filesystem>
#include <set>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "base/parse_int.h"
#include "base/text.h"
#include "sys/file.h"

namespace gatehouse::control {

namespace {

constexpr std::string_view kListening = "0A";  // TCP_LISTEN, as /proc/net/tcp writes it

std::vector<std::string_view> words(std::string_view line) {
  std::vector<std::string_view> result;
  for (const auto word : base::split(line, ' ')) {
    if (!word.empty()) result.push_back(word);
  }
  return result;
}

// "sl local_address rem_address st tx:rx tr:tm retrnsmt uid timeout inode ...", addresses in hex.
void collect_inodes(const std::string& table, std::uint16_t port, std::set<std::string>& links) {
  constexpr std::size_t kLocal = 1;
  constexpr std::size_t kState = 3;
  constexpr std::size_t kInode = 9;
  for (const auto line : base::split(table, '\n')) {
    const auto fields = words(line);
    if (fields.size() <= kInode || fields[kState] != kListening) continue;
    const auto local = fields[kLocal];
    if (base::parse_int<std::uint16_t>(local.substr(local.rfind(':') + 1), 16) == port) {
      links.insert(fmt::format("socket:[{}]", fields[kInode]));
    }
  }
}

bool holds_one(const std::filesystem::path& process, const std::set<std::string>& links) {
  std::error_code error;
  for (const auto& descriptor : std::filesystem::directory_iterator(process / "fd", error)) {
    std::error_code gone;
    if (links.contains(std::filesystem::read_symlink(descriptor.path(), gone).string())) return true;
  }
  return false;
}

}  // namespace

std::string port_owner(std::uint16_t port) {
  std::set<std::string> links;
  for (const auto* table : {"/proc/net/tcp", "/proc/net/tcp6"}) {
    collect_inodes(sys::read_file(table).value_or(""), port, links);
  }
  if (links.empty()) return {};
  std::error_code error;
  for (const auto& process : std::filesystem::directory_iterator("/proc", error)) {
    const auto number = process.path().filename().string();
    if (!base::is_digit(number.front()) || !holds_one(process.path(), links)) continue;
    const auto name = sys::read_file(process.path() / "comm").value_or("");
    return fmt::format("{} (process {})", base::trim(name), number);
  }
  return {};
}

}  // namespace gatehouse::control
