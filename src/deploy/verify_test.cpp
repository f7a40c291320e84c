#include "deploy/verify.h"

#include <gtest/gtest.h>

#include "../../tests/support/stack_folder.h"
#include "async/group.h"
#include "net/listener.h"
#include "tls/tls_fixture.h"

namespace gatehouse::deploy {
namespace {

using async::Deadline;
using async::Loop;
using async::Task;
using namespace std::chrono_literals;

// An edge that answers every request on a port of its own with the next of its replies, the last one again and again.
class Edge {
 public:
  Edge(Loop& loop, std::vector<std::string> replies)
      : replies_(std::move(replies)),
        listener_(loop, *net::open_listener(*net::SocketAddress::from_ip("127.0.0.1", 0), net::SharePort::kNo)),
        group_(loop) {
    group_.spawn(accept_all());
  }

  [[nodiscard]] EdgeView view() const {
    return {{{"websecure", listener_.address(), true, true}}, {scene_.authority.chain.to_pem()}};
  }
  [[nodiscard]] std::size_t asked() const { return asked_; }
  void serve_other_names() {
    scene_.settings.certificates = {scene_.certificate({"other.test"}, tls::KeyType::kEc256)};
  }

 private:
  Task<void> accept_all() {
    for (;;) {
      auto accepted = co_await listener_.accept();
      if (!accepted) co_return;
      group_.spawn(serve(std::move(accepted->socket)));
    }
  }
  Task<void> serve(sys::Fd socket) {
    tls::TlsStream stream(group_.loop(), std::move(socket), scene_.contexts());
    if (!co_await stream.handshake(Deadline::after(10s))) co_return;
    std::array<std::byte, 4096> request;
    if (!co_await stream.read(request, Deadline::after(10s))) co_return;
    const auto index = std::min<std::size_t>(asked_++, replies_.size() - 1);
    (void)co_await stream.write(replies_[index], Deadline::after(10s));
  }

  tls::Scene scene_;
  std::vector<std::string> replies_;
  std::size_t asked_ = 0;
  net::Listener listener_;
  async::Group group_;
};

std::string reply(int status, std::string_view body) {
  return "HTTP/1.1 " + std::to_string(status) +
         " X\r\nConnection: close\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body);
}

class Recorder final : public Report {
 public:
  void show(const ReportLine& line) override {
    if (line.progress == Progress::kDone) done.push_back(line.object + " " + line.text);
  }
  std::vector<std::string> done;
};

struct Verification {
  // Empty when all is well, else the message, without the port, which is another each time.
  std::string run(const EdgeView& edge, std::chrono::milliseconds time = 400ms) {
    const auto stack = open_stack(folder.options());
    EXPECT_TRUE(stack) << stack.error().message;
    const auto result = loop.run(verify(loop, *stack, edge, Deadline::after(time), report));
    if (result) return {};
    auto message = folder.relative(result.error().message);
    const auto port = ":" + std::to_string(edge.entries.front().address.port());
    for (auto at = message.find(port); at != std::string::npos; at = message.find(port)) message.erase(at, port.size());
    return message;
  }

  Loop loop;
  tests::StackFolder folder{
      "services:\n  web:\n    image: web:1\n    labels:\n      - traefik.http.routers.r.rule=Host(`app.test`)\n"};
  Recorder report;
};

TEST(Verify, IsContentWithAnAnswerAndATrustedCertificate) {
  Verification verification;
  const Edge edge(verification.loop, {reply(200, "hello")});
  EXPECT_EQ(verification.run(edge.view()), "");
  ASSERT_EQ(verification.report.done.size(), 1);
  EXPECT_TRUE(verification.report.done[0].ends_with("answers (200)"));
}

TEST(Verify, IsContentWithA404OfTheApplication) {
  Verification verification;
  const Edge edge(verification.loop, {reply(404, "nothing at the root of this API")});
  EXPECT_EQ(verification.run(edge.view()), "");
}

TEST(Verify, WaitsForTheRouteAndForTheServer) {
  Verification verification;
  const Edge edge(verification.loop,
                  {reply(404, "404 page not found\n"), reply(503, "no available server"), reply(200, "hello")});
  EXPECT_EQ(verification.run(edge.view(), 5s), "");
  EXPECT_EQ(edge.asked(), 3);
}

TEST(Verify, SaysThatTheEdgeHasNoRoute) {
  Verification verification;
  const Edge edge(verification.loop, {reply(404, "404 page not found\n")});
  EXPECT_EQ(verification.run(edge.view()),
            "docker-compose.yml:5:9: https://app.test/ does not answer as it should: the edge has no route for it "
            "(404); see the log of \"gatehouse serve\" for router r");
}

TEST(Verify, SaysThatTheApplicationFails) {
  Verification verification;
  const Edge edge(verification.loop, {reply(502, "Bad Gateway")});
  EXPECT_EQ(verification.run(edge.view()),
            "docker-compose.yml:5:9: https://app.test/ does not answer as it should: answers with status 502; see "
            "\"gatehouse logs shop web\"");
}

TEST(Verify, DoesNotTakeACertificateOfAnotherName) {
  Verification verification;
  Edge edge(verification.loop, {reply(200, "hello")});
  edge.serve_other_names();
  const auto message = verification.run(edge.view());
  EXPECT_NE(message.find("certificate"), std::string::npos) << message;
  EXPECT_NE(message.find("see the log of \"gatehouse serve\" for the certificate of this host"), std::string::npos);
}

TEST(Verify, DoesNotTakeAnAuthorityThatNobodyKnows) {
  Verification verification;
  const Edge edge(verification.loop, {reply(200, "hello")});
  auto view = edge.view();
  view.root_cas.clear();
  EXPECT_NE(verification.run(view).find("is not trusted"), std::string::npos);
}

TEST(Verify, SaysThatNothingListens) {
  Verification verification;
  EdgeView view;
  {
    const Edge edge(verification.loop, {""});
    view = edge.view();
  }
  const auto message = verification.run(view);
  EXPECT_NE(message.find("nothing listens there: is \"gatehouse serve\" running?"), std::string::npos) << message;
}

}  // namespace
}  // namespace gatehouse::deploy
