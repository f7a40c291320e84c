// Memory that does not grow: with the size of messages, with slow peers, with idle connections.
#include <atomic>
#include <fstream>
#include <thread>

#include <unistd.h>

#include "wire/conversation.h"

namespace gatehouse::tests {

namespace {

constexpr std::size_t kContentBytes = 100u << 20;
constexpr std::size_t kGrowthBytesMax = 16u << 20;

std::size_t resident_bytes() {
  std::ifstream file("/proc/self/statm");
  std::size_t total = 0;
  std::size_t resident = 0;
  file >> total >> resident;
  return resident * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

// Sends as much content as there is; the other end takes it when it likes.
class Flood {
 public:
  explicit Flood(Peer& peer) : thread_([this, &peer](const std::stop_token& stop) { run(peer, stop); }) {}

  // Until nothing more goes through: every buffer on the way is full.
  bool stands_still() {
    return eventually([this, last = std::size_t{0}]() mutable {
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
      return std::exchange(last, sent_.load()) == sent_.load() && sent_ > 0;
    });
  }
  [[nodiscard]] std::size_t sent() const { return sent_; }

 private:
  void run(Peer& peer, const std::stop_token& stop) {
    const std::string block(16 * 1024, 'x');
    while (sent_ < kContentBytes && !stop.stop_requested()) {
      const auto count = peer.send_some(std::string_view(block).substr(0, kContentBytes - sent_));
      sent_ += count;
      if (count == 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  }

  std::atomic<std::size_t> sent_ = 0;
  std::jthread thread_;
};

void take_all(Peer& peer) {
  for (std::size_t taken = 0; taken < kContentBytes;) {
    const auto piece = peer.take(std::min<std::size_t>(64 * 1024, kContentBytes - taken));
    ASSERT_FALSE(piece.empty());
    taken += piece.size();
  }
}

}  // namespace

TEST(Flow, SlowClientHoldsTheBackendBack) {
  Server server;
  Bed bed(snapshot_of(server));
  auto client = bed.connect();
  client.send(kGet);
  auto backend = server.accept();
  take_request(backend);
  const auto head = "HTTP/1.1 200 OK\r\nDate: now\r\nContent-Length: " + std::to_string(kContentBytes) + "\r\n\r\n";
  backend.send(head);
  const auto before = resident_bytes();
  Flood flood(backend);
  EXPECT_TRUE(flood.stands_still());
  EXPECT_LT(flood.sent(), kContentBytes);
  EXPECT_LT(resident_bytes(), before + kGrowthBytesMax);
  EXPECT_BYTES(client, head);
  take_all(client);
  EXPECT_LT(resident_bytes(), before + kGrowthBytesMax);
  converse(client, backend);
}

TEST(Flow, SlowBackendHoldsTheClientBack) {
  Server server;
  Bed bed(snapshot_of(server));
  auto client = bed.connect();
  client.send("POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: " + std::to_string(kContentBytes) + "\r\n\r\n");
  auto backend = server.accept();
  const auto before = resident_bytes();
  Flood flood(client);
  EXPECT_TRUE(flood.stands_still());
  EXPECT_LT(flood.sent(), kContentBytes);
  EXPECT_LT(resident_bytes(), before + kGrowthBytesMax);
  backend.take_through("\r\n\r\n");
  take_all(backend);
  EXPECT_LT(resident_bytes(), before + kGrowthBytesMax);
  backend.send(kOk);
  EXPECT_BYTES(client, kOk);
  converse(client, backend);
}

TEST(Flow, IdleConnectionsHoldNoBuffers) {
  constexpr std::size_t kConnections = 400;
  Server server;
  Bed bed(snapshot_of(server));
  std::vector<Peer> clients;
  clients.reserve(kConnections);
  clients.push_back(bed.connect());
  auto backend = converse(clients.back(), server);
  const auto before = resident_bytes();
  while (clients.size() < kConnections) {
    clients.push_back(bed.connect());
    converse(clients.back(), backend);
  }
  EXPECT_EQ(bed.worker().open_connections(), kConnections);
  EXPECT_LT(resident_bytes(), before + kConnections * 12 * 1024);  // a read buffer alone would take more
  for (auto& client : clients) converse(client, backend);
  EXPECT_TRUE(server.is_quiet(std::chrono::milliseconds(0)));
}

}  // namespace gatehouse::tests
