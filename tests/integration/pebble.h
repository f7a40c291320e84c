// Pebble, the ACME server for tests, on ports of its own, with random validation delays and half of all nonces refused;
// beside it its DNS server, for which every name is this machine. Both end with the object. Header-only.
#pragma once

#include <csignal>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>

#include "async/sleep.h"
#include "net/connect.h"
#include "net/listener.h"
#include "sys/process.h"
#include "tls/issue.h"

namespace gatehouse::tests {

// A port that nobody listens on; taken back at once, so somebody may be quicker: a test that loses that race fails.
inline std::uint16_t free_port() {
  const auto socket = net::open_listener(*net::SocketAddress::from_ip("127.0.0.1", 0), net::SharePort::kNo);
  return net::SocketAddress::local_of(socket->get()).port();
}

// And waits until it has ended: what it removes itself must not race with the removal of its folder.
inline void end(sys::Process& process) {
  process.signal(SIGTERM);
  pollfd ended{.fd = process.fd(), .events = POLLIN, .revents = 0};
  ::poll(&ended, 1, 10'000);
  process.reap();
}

class Pebble {
 public:
  struct Options {
    std::string eab_kid = {};
    std::string eab_hmac = {};   // base64url
    std::uint16_t dns_port = 0;  // of another DNS server on this machine
  };

  static bool is_installed() {
    return std::filesystem::exists("/usr/bin/pebble") && std::filesystem::exists("/usr/bin/pebble-challtestsrv");
  }

  Pebble(std::filesystem::path folder, const Options& options)
      : folder_(std::move(folder)),
        authority_(*tls::make_authority("Authority of the test",
                                        {.dns = {"localhost"}, .ip_ranges = {"127.0.0.0/255.0.0.0"}},
                                        tls::valid_for(std::chrono::hours(24)))) {
    const auto leaf = *tls::issue(authority_, {.common_name = "localhost", .names = {"localhost", "127.0.0.1"}},
                                  tls::KeyType::kEc256, tls::valid_for(std::chrono::hours(24)));
    write("cert.pem", leaf.chain.to_pem());
    write("key.pem", leaf.key.to_pem().reveal());
    write("config.json", config(options));
    processes_.push_back(
        start("pebble-challtestsrv", fmt::format("-dns01 127.0.0.1:{} -management 127.0.0.1:{} -defaultIPv4 127.0.0.1 "
                                                 "-defaultIPv6 '' -http01 '' -https01 '' -tlsalpn01 ''",
                                                 dns_port_, dns_management_port_)));
    processes_.push_back(
        start("pebble", fmt::format("-strict -config {}/config.json -dnsserver 127.0.0.1:{}", folder_.string(),
                                    options.dns_port != 0 ? options.dns_port : dns_port_)));
  }
  ~Pebble() {
    for (auto& process : processes_) end(process);
  }
  Pebble(const Pebble&) = delete;
  Pebble& operator=(const Pebble&) = delete;

  // False when they do not come up.
  async::Task<bool> ready(async::Loop& loop) const {
    const auto deadline = async::Deadline::after(std::chrono::seconds(30));
    for (const auto port : {dns_port_, acme_port_}) {
      const auto address = *net::SocketAddress::from_ip("127.0.0.1", port);
      for (;;) {
        const auto connected = co_await net::connect_socket(loop, address, deadline);
        if (connected) break;
        if (std::chrono::steady_clock::now() >= deadline.at) co_return false;
        co_await async::sleep(loop, std::chrono::milliseconds(20));
      }
    }
    co_return true;
  }

  [[nodiscard]] std::string directory_url() const { return fmt::format("https://localhost:{}/dir", acme_port_); }
  // What a client must trust to talk to it.
  [[nodiscard]] std::string root_pem() const { return authority_.chain.to_pem(); }
  // Where it looks for the answers to HTTP-01 challenges.
  [[nodiscard]] std::uint16_t http_port() const { return http_port_; }
  [[nodiscard]] std::uint16_t dns_port() const { return dns_port_; }
  // Where its DNS server is told what to say.
  [[nodiscard]] std::uint16_t dns_management_port() const { return dns_management_port_; }
  // Where it shakes hands for TLS-ALPN-01.
  [[nodiscard]] std::uint16_t tls_port() const { return tls_port_; }
  [[nodiscard]] std::string log() const {
    std::ifstream file(folder_ / "pebble.log");
    return {std::istreambuf_iterator<char>(file), {}};
  }

 private:
  void write(const char* name, const std::string& text) const { std::ofstream(folder_ / name) << text; }

  [[nodiscard]] std::string config(const Options& options) const {
    const auto keys = options.eab_kid.empty() ? "" : fmt::format(R"("{}": "{}")", options.eab_kid, options.eab_hmac);
    return fmt::format(R"({{"pebble": {{"listenAddress": "127.0.0.1:{}", "managementListenAddress": "127.0.0.1:{}",
        "certificate": "{}/cert.pem", "privateKey": "{}/key.pem", "httpPort": {}, "tlsPort": {},
        "externalAccountBindingRequired": {}, "externalAccountMACKeys": {{{}}}}}}})",
                       acme_port_, management_port_, folder_.string(), folder_.string(), http_port_, tls_port_,
                       keys.empty() ? "false" : "true", keys);
  }

  // Ends by itself when the test was killed.
  [[nodiscard]] sys::Process start(const std::string& program, const std::string& arguments) const {
    const sys::Fd shell(::open("/bin/sh", O_PATH | O_CLOEXEC));
    const auto script =
        fmt::format("exec timeout 150 /usr/bin/{} {} >{}/{}.log 2>&1", program, arguments, folder_.string(), program);
    return *sys::Process::spawn({.executable = shell,
                                 .arguments = {"sh", "-c", script},
                                 .environment = {"PATH=/usr/bin:/bin", "PEBBLE_WFE_NONCEREJECT=50",
                                                 "PEBBLE_VA_SLEEPTIME=3", "PEBBLE_ALTERNATE_ROOTS=1"},
                                 .user = std::nullopt});
  }

  std::filesystem::path folder_;
  tls::KeyedCertificate authority_;
  std::uint16_t acme_port_ = free_port();
  std::uint16_t management_port_ = free_port();
  std::uint16_t http_port_ = free_port();
  std::uint16_t tls_port_ = free_port();
  std::uint16_t dns_port_ = free_port();
  std::uint16_t dns_management_port_ = free_port();
  std::vector<sys::Process> processes_;
};

}  // namespace gatehouse::tests
