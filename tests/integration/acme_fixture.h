// What the ACME client is tested with: a Pebble that the test starts itself, which makes life hard for it (nonces are
// refused, validation takes its time), and whoever answers its challenges. Header-only.
#pragma once

#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "acme/certificate_keeper.h"
#include "async/race.h"
#include "integration/pebble.h"
#include "net/socket_stream.h"
#include "tls/certificate_chain.h"
#include "tls/server_contexts.h"
#include "tls/tls_stream.h"

namespace gatehouse::acme {

using async::Deadline;
using async::Loop;
using async::Task;
using base::Result;
using namespace std::chrono_literals;
using Stage = CertificateState::Stage;
namespace fs = std::filesystem;

// Answers challenges as the edge does: over HTTP, and in handshakes.
class Responder final : public ChallengePublisher {
 public:
  Responder(Loop& loop, std::uint16_t port, std::uint16_t tls_port)
      : listener_(listen(loop, port)), tls_listener_(listen(loop, tls_port)), tasks_(loop) {
    tasks_.spawn(accept_all());
    tasks_.spawn(accept_all_handshakes());
  }

  Task<Result<void>> publish(Challenge challenge, Deadline) override {
    if (challenge.type == ChallengeType::kTlsAlpn01) settings_.challenges[challenge.name] = challenge.key_authorisation;
    if (challenge.name != "liar.example.com") answers_[challenge.token] = std::move(challenge.key_authorisation);
    ++published;
    co_return Result<void>();
  }
  Task<Result<void>> await_visible(Deadline) override { co_return Result<void>(); }
  void withdraw(const std::string& token) override {
    answers_.erase(token);
    ++withdrawn;
  }

  int published = 0;
  int withdrawn = 0;

 private:
  Task<void> accept_all() {
    for (;;) {
      auto accepted = co_await listener_.accept();
      if (accepted) tasks_.spawn(answer(std::move(accepted->socket)));
    }
  }
  Task<void> answer(sys::Fd socket) {
    net::SocketStream stream(tasks_.loop(), std::move(socket), base::Fault::kClient);
    std::string request;
    std::array<std::byte, 2048> buffer;
    while (request.find("\r\n\r\n") == std::string::npos) {
      const auto count = co_await stream.read(buffer, Deadline::after(5s));
      if (!count || *count == 0) co_return;
      request.append(reinterpret_cast<const char*>(buffer.data()), *count);
    }
    constexpr std::string_view kStart = "GET /.well-known/acme-challenge/";
    const auto token = request.substr(kStart.size(), request.find(' ', kStart.size()) - kStart.size());
    const auto found = answers_.find(token);
    const auto text = found == answers_.end() ? "no such token" : found->second;
    const auto reply = fmt::format("HTTP/1.1 {} X\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{}",
                                   found == answers_.end() ? 404 : 200, text.size(), text);
    EXPECT_TRUE(co_await stream.write(reply, Deadline::after(5s)));
  }

  static net::Listener listen(Loop& loop, std::uint16_t port) {
    return {loop, *net::open_listener(*net::SocketAddress::from_ip("127.0.0.1", port), net::SharePort::kNo)};
  }
  Task<void> accept_all_handshakes() {
    for (;;) {
      auto accepted = co_await tls_listener_.accept();
      if (accepted) tasks_.spawn(shake(std::move(accepted->socket)));
    }
  }
  Task<void> shake(sys::Fd socket) {
    auto contexts = tls::ServerContexts::compile(settings_, nullptr, [](const auto&, const auto&) {});
    tls::TlsStream stream(tasks_.loop(), std::move(socket), std::move(contexts));
    static_cast<void>(co_await stream.handshake(Deadline::after(5s)));
  }

  net::Listener listener_;
  net::Listener tls_listener_;
  tls::ServerSettings settings_;
  std::map<std::string, std::string> answers_;
  async::Group tasks_;
};

class AcmePebble : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(tests::Pebble::is_installed()) << "install Pebble: scripts/install-dependencies test";
    fs::create_directories(folder);
  }
  void TearDown() override { fs::remove_all(folder); }

  void start(const tests::Pebble::Options& options = {}) {
    pebble.emplace(folder, options);
    ASSERT_TRUE(loop.run(pebble->ready(loop))) << pebble->log();
    responder.emplace(loop, pebble->http_port(), pebble->tls_port());
    config.ca_server = pebble->directory_url();
    config.ca_certificates = {pebble->root_pem()};
    config.email = "operator@example.com";
    config.key_type = "EC256";
    config.http_challenge.emplace();
  }
  std::unique_ptr<CertificateKeeper> make_keeper() {
    std::map<std::string, model::CertificatesResolver> resolvers;
    resolvers["le"].acme = config;
    ResolverContext context{loop, offload, names, log, *responder, [this] { changed.set(); }};
    return std::make_unique<CertificateKeeper>(resolvers, folder, *local, std::move(context));
  }

  static bool is_settled(const CertificateKeeper& keeper) {
    const auto states = keeper.states();
    return std::ranges::none_of(states, [](const auto& state) { return state.stage == Stage::kPending; });
  }
  Task<bool> settled(const CertificateKeeper& keeper) {
    const auto deadline = Deadline::after(90s);
    while (!is_settled(keeper)) {
      if (!co_await changed.wait(deadline)) co_return false;
      changed.reset();
    }
    co_return true;
  }

  fs::path folder = fs::temp_directory_path() / fmt::format("gatehouse-pebble-{}", ::getpid());
  Loop loop;
  async::Offload offload{1};
  net::Resolver names{offload};
  base::Log log = base::Log::none();
  async::Event changed{loop};
  Result<tls::LocalAuthority> local = tls::LocalAuthority::open(folder / "ca");
  std::optional<tests::Pebble> pebble;
  std::optional<Responder> responder;
  model::AcmeResolver config;
};

inline std::optional<CertificateState> state_of(const CertificateKeeper& keeper, const std::string& name) {
  for (auto& state : keeper.states()) {
    if (state.names.front() == name) return state;
  }
  return std::nullopt;
}

}  // namespace gatehouse::acme
