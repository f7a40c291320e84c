// When certificates are renewed, and by whom, if the authority has a say in it or cannot be reached.
#include <deque>

#include "integration/acme_fixture.h"

namespace gatehouse::acme {
namespace {

using testing::HasSubstr;

// Pebble with renewal information (RFC 9773), which this version of it does not have: a directory that names Pebble's
// own URLs and one more, and the answers there.
class Oracle {
 public:
  Oracle(Loop& loop, std::string pebble)
      : listener_(loop, *net::open_listener(*net::SocketAddress::from_ip("127.0.0.1", 0), net::SharePort::kNo)),
        pebble_(std::move(pebble)),
        port_(net::SocketAddress::local_of(listener_.fd()).port()),
        tasks_(loop) {
    tasks_.spawn(accept_all());
  }

  [[nodiscard]] std::string directory_url() const { return fmt::format("http://localhost:{}/dir", port_); }

  std::deque<std::string> windows;  // the next to be given; the last one stays
  std::vector<std::string> asked;   // the certificates' names

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
    const auto text = reply_to(request.substr(4, request.find(' ', 4) - 4));
    const auto reply =
        fmt::format("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{}", text.size(), text);
    EXPECT_TRUE(co_await stream.write(reply, Deadline::after(5s)));
  }
  std::string reply_to(const std::string& path) {
    if (path == "/dir") {
      return fmt::format(R"({{"newNonce": "{0}/nonce-plz", "newAccount": "{0}/sign-me-up", "newOrder": "{0}/order-plz",
                             "renewalInfo": "http://localhost:{1}/ari"}})",
                         pebble_, port_);
    }
    asked.push_back(path.substr(path.rfind('/') + 1));
    const auto window = windows.front();
    if (windows.size() > 1) windows.pop_front();
    return window;
  }

  net::Listener listener_;
  std::string pebble_;
  std::uint16_t port_;
  async::Group tasks_;
};

class AcmeRenewal : public AcmePebble {
 protected:
  Task<bool> renewed(const CertificateKeeper& keeper, std::string before) {
    const auto deadline = Deadline::after(30s);
    while (keeper.certificates().size() != 1 || keeper.certificates().front().chain == before) {
      changed.reset();
      if (!co_await changed.wait(deadline)) co_return false;
    }
    co_return true;
  }
};

TEST_F(AcmeRenewal, TheAuthoritySaysWhen) {
  start();
  auto pebble_url = pebble->directory_url();
  Oracle oracle(loop, pebble_url.substr(0, pebble_url.rfind('/')));
  oracle.windows = {R"({"suggestedWindow": {"start": "2020-01-01T00:00:00Z", "end": "2020-01-02T00:00:00Z"}})",
                    R"({"suggestedWindow": {"start": "2098-01-01T00:00:00Z", "end": "2098-01-02T00:00:00Z"}})"};
  config.ca_server = oracle.directory_url();
  const auto keeper = make_keeper();
  keeper->want({{"le", {"a.example.com"}, "router a"}}, {});
  ASSERT_TRUE(loop.run(settled(*keeper))) << pebble->log();
  ASSERT_EQ(state_of(*keeper, "a.example.com")->problem, "");
  const auto first = keeper->certificates().front().chain;
  const auto id = renewal_id(*tls::CertificateChain::from_pem(first));
  ASSERT_TRUE(loop.run(renewed(*keeper, first))) << pebble->log();
  ASSERT_FALSE(oracle.asked.empty());
  EXPECT_EQ(oracle.asked.front(), *id);
  EXPECT_EQ(state_of(*keeper, "a.example.com")->problem, "");
}

TEST_F(AcmeRenewal, AnotherAuthorityStepsIn) {
  start();
  std::map<std::string, model::CertificatesResolver> resolvers;
  resolvers["spare"].acme = config;
  resolvers["le"].acme = config;
  resolvers["le"].acme->ca_server = fmt::format("https://localhost:{}/dir", tests::free_port());
  resolvers["le"].acme->fallback_resolvers = {"spare"};
  resolvers["le"].acme->storage = "le.json";
  ResolverContext context{loop, offload, names, log, *responder, [this] { changed.set(); }};
  CertificateKeeper keeper(resolvers, folder, *local, context);
  const std::vector<WantedCertificate> wanted{{"le", {"a.example.com"}, "router a"}};
  keeper.want(wanted, {});
  EXPECT_EQ(keeper.states().size(), 1U);
  ASSERT_TRUE(loop.run(settled(keeper)));
  EXPECT_THAT(state_of(keeper, "a.example.com")->problem, HasSubstr("refused"));
  keeper.want(wanted, {});  // as control does with every change
  ASSERT_TRUE(loop.run(settled(keeper))) << pebble->log();
  ASSERT_EQ(keeper.states().size(), 2U);
  EXPECT_EQ(keeper.certificates().size(), 1U);
  EXPECT_EQ(keeper.states()[1].source, "spare");
  EXPECT_EQ(keeper.states()[1].stage, Stage::kServed);
  EXPECT_THAT(keeper.states()[1].wanted_by, HasSubstr("since resolver le fails"));
}

}  // namespace
}  // namespace gatehouse::acme
