// UDP routers: sessions, their end, servers in turns.
#include <atomic>
#include <stdexcept>

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>

#include "net/datagram.h"
#include "wire/conversation.h"

namespace gatehouse::tests {

namespace {

// One end of datagrams in the hands of a test.
class UdpPeer {
 public:
  UdpPeer() : socket_(*net::open_datagram_listener(address(0), net::SharePort::kNo)) {
    const timeval patience{.tv_sec = kPatience.count(), .tv_usec = 0};
    ::setsockopt(socket_.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    ::fcntl(socket_.get(), F_SETFL, 0);
  }

  void send(std::string_view content, std::uint16_t port) { send(content, address(port)); }
  void answer(std::string_view content) { send(content, last_); }
  std::string take() {
    std::string content(net::kDatagramBytesMax, '\0');
    sockaddr_storage from{};
    socklen_t size = sizeof from;
    const auto count =
        ::recvfrom(socket_.get(), content.data(), content.size(), 0, reinterpret_cast<sockaddr*>(&from), &size);
    if (count < 0) throw std::runtime_error("waited in vain for a datagram");
    last_ = net::SocketAddress::from_native(reinterpret_cast<sockaddr*>(&from), size);
    content.resize(static_cast<std::size_t>(count));
    return content;
  }
  [[nodiscard]] bool is_quiet(std::chrono::milliseconds time = std::chrono::milliseconds(50)) const {
    pollfd entry{.fd = socket_.get(), .events = POLLIN, .revents = 0};
    return ::poll(&entry, 1, static_cast<int>(time.count())) == 0;
  }
  // Who sent the last one.
  [[nodiscard]] std::uint16_t last_port() const { return last_.port(); }
  [[nodiscard]] std::uint16_t port() const { return net::SocketAddress::local_of(socket_.get()).port(); }
  void close() { socket_ = sys::Fd(); }

 private:
  static net::SocketAddress address(std::uint16_t port) { return *net::SocketAddress::from_ip("127.0.0.1", port); }
  void send(std::string_view content, const net::SocketAddress& to) {
    ::sendto(socket_.get(), content.data(), content.size(), 0, to.native(), to.size());
  }

  sys::Fd socket_;
  net::SocketAddress last_;
};

class Udp : public testing::Test {
 protected:
  Udp() {
    auto& entry_point = snapshot_.entry_points["dns"];
    entry_point.address = "127.0.0.1:0/udp";
    entry_point.udp.timeout = std::chrono::seconds(20);
    add_server("udp@test", server_);
    auto& router = snapshot_.udp.routers.emplace_back();
    router.name = "udp@test";
    router.entry_points = {"dns"};
    router.service = "udp@test";
  }
  void add_server(const std::string& service, const UdpPeer& server) {
    auto& balancer = snapshot_.udp.services[service].load_balancer;
    if (!balancer) balancer.emplace();
    balancer->servers.emplace_back().address = "127.0.0.1:" + std::to_string(server.port());
  }

  Server http_;
  UdpPeer server_;
  UdpPeer client_;
  model::Snapshot snapshot_ = snapshot_of(http_);
};

}  // namespace

TEST_F(Udp, DatagramsGoBothWays) {
  Bed bed(snapshot_);
  const auto port = bed.port("dns");
  client_.send("question", port);
  EXPECT_EQ(server_.take(), "question");
  server_.answer("answer");
  EXPECT_EQ(client_.take(), "answer");
  EXPECT_EQ(client_.last_port(), port);
  server_.answer("and more");
  EXPECT_EQ(client_.take(), "and more");
  client_.send("", port);
  EXPECT_EQ(server_.take(), "");
  const std::string longest(65'507, 'x');
  client_.send(longest, port);
  EXPECT_EQ(server_.take(), longest);
  server_.answer(longest);
  EXPECT_EQ(client_.take(), longest);
}

TEST_F(Udp, ClientsHaveSessionsOfTheirOwn) {
  Bed bed(snapshot_);
  UdpPeer other;
  client_.send("one", bed.port("dns"));
  EXPECT_EQ(server_.take(), "one");
  const auto first = server_.last_port();
  other.send("two", bed.port("dns"));
  EXPECT_EQ(server_.take(), "two");
  EXPECT_NE(server_.last_port(), first);
  server_.answer("for the other");
  EXPECT_EQ(other.take(), "for the other");
  EXPECT_TRUE(client_.is_quiet());
  client_.send("three", bed.port("dns"));
  EXPECT_EQ(server_.take(), "three");
  EXPECT_EQ(server_.last_port(), first);
}

TEST_F(Udp, SilenceEndsASession) {
  snapshot_.entry_points["dns"].udp.timeout = std::chrono::milliseconds(20);
  Bed bed(snapshot_);
  client_.send("one", bed.port("dns"));
  EXPECT_EQ(server_.take(), "one");
  const auto first = server_.last_port();
  EXPECT_TRUE(eventually([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(30));
    client_.send("again", bed.port("dns"));
    return server_.take() == "again" && server_.last_port() != first;
  }));
}

TEST_F(Udp, SessionsTakeTurnsByWeight) {
  UdpPeer heavy;
  add_server("light@test", server_);
  add_server("heavy@test", heavy);
  auto& weighted = snapshot_.udp.services["both@test"].weighted.emplace();
  weighted.services = {{.name = "light@test", .weight = 1}, {.name = "heavy@test", .weight = 3}};
  snapshot_.udp.routers[0].service = "both@test";
  Bed bed(snapshot_);
  int count = 0;
  for (int i = 0; i < 8; ++i) {
    UdpPeer client;
    client.send("x", bed.port("dns"));
    EXPECT_TRUE(eventually([&] {
      const auto now = std::chrono::milliseconds(0);
      if (!heavy.is_quiet(now)) {
        heavy.take();
        ++count;
        return true;
      }
      return !server_.is_quiet(now) && !server_.take().empty();
    }));
  }
  EXPECT_EQ(count, 6);
}

TEST_F(Udp, DeadServerEndsItsSession) {
  UdpPeer other;
  add_server("udp@test", other);
  const auto port_of_dead = server_.port();
  server_.close();
  Bed bed(snapshot_);
  EXPECT_NE(port_of_dead, other.port());
  EXPECT_TRUE(eventually([&] {
    client_.send("anybody?", bed.port("dns"));
    return !other.is_quiet(std::chrono::milliseconds(5));
  }));
}

TEST_F(Udp, WithoutARouterDatagramsAreDropped) {
  snapshot_.udp.routers.clear();
  Bed bed(snapshot_);
  client_.send("question", bed.port("dns"));
  EXPECT_TRUE(client_.is_quiet());
  EXPECT_TRUE(server_.is_quiet(std::chrono::milliseconds(0)));
}

TEST_F(Udp, SessionsEndBeforeADrainDoes) {
  snapshot_.entry_points["dns"].udp.timeout = std::chrono::milliseconds(200);
  Bed bed(snapshot_);
  client_.send("question", bed.port("dns"));
  EXPECT_EQ(server_.take(), "question");
  std::atomic<bool> drained = false;
  bed.worker().drain(std::chrono::seconds(10), [&] { drained = true; });
  server_.answer("answer");
  EXPECT_EQ(client_.take(), "answer");
  EXPECT_TRUE(eventually([&] { return drained.load(); }));
}

}  // namespace gatehouse::tests
