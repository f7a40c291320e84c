// The ACME client against a real server that makes life hard for it: nonces are refused, validation takes its time.
#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "acme/certificate_keeper.h"
#include "async/race.h"
#include "integration/pebble.h"
#include "net/socket_stream.h"
#include "tls/certificate_chain.h"

namespace gatehouse::acme {
namespace {

using async::Deadline;
using async::Loop;
using async::Task;
using base::Result;
using testing::ElementsAre;
using testing::HasSubstr;
using namespace std::chrono_literals;
using Stage = CertificateState::Stage;
namespace fs = std::filesystem;

// Answers challenges as the edge does.
class Responder final : public ChallengePublisher {
 public:
  Responder(Loop& loop, std::uint16_t port)
      : listener_(loop, *net::open_listener(*net::SocketAddress::from_ip("127.0.0.1", port), net::SharePort::kNo)),
        tasks_(loop) {
    tasks_.spawn(accept_all());
  }

  Task<Result<void>> publish(std::string token, std::string key_authorisation, std::string host) override {
    if (host != "liar.example.com") answers_[token] = std::move(key_authorisation);
    ++published;
    co_return Result<void>();
  }
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

  net::Listener listener_;
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
    responder.emplace(loop, pebble->http_port());
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

std::optional<CertificateState> state_of(const CertificateKeeper& keeper, const std::string& name) {
  for (auto& state : keeper.states()) {
    if (state.names.front() == name) return state;
  }
  return std::nullopt;
}

TEST_F(AcmePebble, ObtainsKeepsAndTakesUpAgain) {
  start();
  {
    const auto keeper = make_keeper();
    keeper->want({{"le", {"a.example.com", "b.example.com"}, "router ab"},
                  {"le", {"liar.example.com"}, "router liar"},
                  {"le", {"*.example.org", "example.org"}, "router wild"}},
                 {});
    ASSERT_TRUE(loop.run(settled(*keeper))) << pebble->log();
    EXPECT_EQ(state_of(*keeper, "a.example.com")->problem, "");
    EXPECT_EQ(state_of(*keeper, "a.example.com")->stage, Stage::kServed);
    EXPECT_EQ(state_of(*keeper, "example.org")->stage, Stage::kServed);
    EXPECT_THAT(state_of(*keeper, "*.example.org")->problem, HasSubstr("a wildcard needs the DNS-01 challenge"));
    const auto liar = *state_of(*keeper, "liar.example.com");
    EXPECT_EQ(liar.stage, Stage::kFailed);
    EXPECT_THAT(liar.problem,
                HasSubstr("proving control over liar.example.com: the certificate authority answers 403"));
    EXPECT_THAT(liar.problem, HasSubstr("next step: something else answers on port 80 under the name"));
    EXPECT_EQ(responder->published, responder->withdrawn);
    EXPECT_EQ(keeper->certificates().size(), 2U);
  }
  const auto storage = Storage::open(folder / "acme.json");
  ASSERT_TRUE(storage) << storage.error().message;
  const auto& stored = storage->resolvers().at("le");
  EXPECT_EQ(stored.account->email, "operator@example.com");
  EXPECT_THAT(stored.account->uri, HasSubstr("/my-account/"));
  ASSERT_EQ(stored.certificates.size(), 2U);

  const auto again = make_keeper();
  const int published = responder->published;
  again->want({{"le", {"b.example.com"}, "router b"}, {"le", {"c.example.com"}, "router c"}}, {});
  EXPECT_EQ(state_of(*again, "b.example.com")->stage, Stage::kServed) << "the certificate of a and b serves";
  ASSERT_TRUE(loop.run(settled(*again))) << pebble->log();
  EXPECT_EQ(state_of(*again, "c.example.com")->problem, "");
  EXPECT_EQ(responder->published, published + 1);
  const auto after = Storage::open(folder / "acme.json");
  EXPECT_EQ(after->resolvers().at("le").account->uri, stored.account->uri) << "the account is the same";
}

TEST_F(AcmePebble, AnAccountThatTheAuthorityHasForgottenIsMadeAgain) {
  start();
  {
    const auto keeper = make_keeper();
    keeper->want({{"le", {"a.example.com"}, "router a"}}, {});
    ASSERT_TRUE(loop.run(settled(*keeper))) << pebble->log();
  }
  auto storage = *Storage::open(folder / "acme.json");
  storage.resolver("le").account->uri += "f00";
  ASSERT_TRUE(storage.save());
  const auto keeper = make_keeper();
  keeper->want({{"le", {"d.example.com"}, "router d"}}, {});
  ASSERT_TRUE(loop.run(settled(*keeper))) << pebble->log();
  EXPECT_EQ(state_of(*keeper, "d.example.com")->problem, "");
}

TEST_F(AcmePebble, AnExternalAccountIsBound) {
  const std::string hmac = "zWNDZM6eQGHWpSRTPal5eIUYFTu7EajVIoguysqZ9wG44nMEtx3MUAsUDkMTQ12W";
  start({.eab_kid = "kid-1", .eab_hmac = hmac});
  {
    const auto keeper = make_keeper();
    keeper->want({{"le", {"a.example.com"}, "router a"}}, {});
    ASSERT_TRUE(loop.run(settled(*keeper))) << pebble->log();
    EXPECT_THAT(state_of(*keeper, "a.example.com")->problem, HasSubstr("set eab.kid and eab.hmacEncoded"));
  }
  config.eab = model::Eab{"kid-1", base::Secret(hmac)};
  config.key_type = "RSA2048";
  const auto keeper = make_keeper();
  keeper->want({{"le", {"a.example.com"}, "router a"}}, {});
  ASSERT_TRUE(loop.run(settled(*keeper))) << pebble->log();
  EXPECT_EQ(state_of(*keeper, "a.example.com")->problem, "");
}

}  // namespace
}  // namespace gatehouse::acme
