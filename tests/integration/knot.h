// Knot, a DNS server for tests on a port of its own: it holds the zones example.com and example.org, and lets whoever
// has its key change them. Ends with the object. Header-only.
#pragma once

#include <csignal>
#include <filesystem>
#include <fstream>
#include <string>

#include <fcntl.h>
#include <fmt/format.h>

#include "integration/pebble.h"

namespace gatehouse::tests {

class Knot {
 public:
  static constexpr std::string_view kKeyName = "acme-key.";
  static constexpr std::string_view kSecret = "bm90IHNvIG11Y2ggb2YgYSBzZWNyZXQsIGJ1dCBsb25n";

  static bool is_installed() { return std::filesystem::exists("/usr/sbin/knotd"); }

  explicit Knot(const std::filesystem::path& folder) : folder_(folder / "knot") {
    std::filesystem::create_directories(folder_ / "db");
    // The proof for alias.example.com stands elsewhere.
    write_zone("example.com", "_acme-challenge.alias CNAME alias.challenges.example.com.\n");
    write_zone("example.org", "");
    std::ofstream(folder_ / "knot.conf") << fmt::format(
        "server:\n  rundir: {0}\n  listen: 127.0.0.1@{1}\n"
        "log:\n  - target: {0}/knot.log\n    any: debug\n"
        "database:\n  storage: {0}/db\n"
        "key:\n  - id: {2}\n    algorithm: hmac-sha256\n    secret: {3}\n"
        "acl:\n  - id: update\n    key: {2}\n    action: update\n"
        "template:\n  - id: default\n    storage: {0}\n    file: \"%s.zone\"\n    acl: update\n    zonefile-sync: -1\n"
        "zone:\n  - domain: example.com\n  - domain: example.org\n",
        folder_.string(), port_, kKeyName, kSecret);
    const sys::Fd shell(::open("/bin/sh", O_PATH | O_CLOEXEC));
    process_.emplace(*sys::Process::spawn(
        {.executable = shell,
         .arguments = {"sh", "-c",
                       fmt::format("exec timeout 150 /usr/sbin/knotd -c {0}/knot.conf >{0}/out 2>&1",
                                   folder_.string())},
         .environment = {"PATH=/usr/bin:/bin"},
         .user = std::nullopt}));
  }
  ~Knot() { end(*process_); }
  Knot(const Knot&) = delete;
  Knot& operator=(const Knot&) = delete;

  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] std::string address() const { return fmt::format("127.0.0.1:{}", port_); }
  [[nodiscard]] std::string log() const {
    std::string text;
    for (const auto* name : {"out", "knot.log"}) {
      std::ifstream file(folder_ / name);
      text.append(std::istreambuf_iterator<char>(file), {});
    }
    return text;
  }

 private:
  void write_zone(const std::string& name, std::string_view records) const {
    std::ofstream(folder_ / (name + ".zone"))
        << fmt::format("$ORIGIN {}.\n$TTL 1\n@ SOA ns admin 1 60 60 60 1\n@ NS ns\nns A 127.0.0.1\n{}", name, records);
  }

  std::filesystem::path folder_;
  std::uint16_t port_ = free_port();
  std::optional<sys::Process> process_;
};

}  // namespace gatehouse::tests
