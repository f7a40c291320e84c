#include "edge/tunnel.h"

#include <gtest/gtest.h>

#include "async/group.h"
#include "async/loop.h"
#include "async/sleep.h"
#include "net/socket_stream.h"

namespace gatehouse::edge {

namespace {

using async::Deadline;
using async::Task;

constexpr std::chrono::milliseconds kShort{5};
constexpr std::chrono::seconds kSoon{10};

Task<std::string> read_some(net::Stream& stream) {
  std::array<std::byte, 64> piece;
  const auto count = co_await stream.read(piece, Deadline::after(kSoon));
  co_return count ? std::string(reinterpret_cast<const char*>(piece.data()), *count) : count.error().message;
}

Task<void> write_all(net::Stream& stream, std::string text) {
  EXPECT_TRUE((co_await stream.write(text, Deadline::after(kSoon))).has_value());
}

// A relay between the far ends of two pairs; the test holds the near ones.
struct Relayed {
  Relayed() {
    std::tie(client, edge_client) = net::stream_pair(loop);
    std::tie(edge_backend, backend) = net::stream_pair(loop);
  }

  void open(TunnelLimits limits) { group.spawn(run(limits)); }
  Task<void> run(TunnelLimits limits) {
    counts = co_await relay(*edge_client, *edge_backend, buffers, limits);
    edge_client.reset();
    edge_backend.reset();
    ended = true;
  }
  Task<bool> has_ended() { co_return co_await group.join(Deadline::after(kSoon)); }

  async::Loop loop;
  std::unique_ptr<net::Stream> client;
  std::unique_ptr<net::Stream> backend;
  TunnelCounts counts;
  bool ended = false;
  BufferPool buffers;
  std::unique_ptr<net::Stream> edge_client;
  std::unique_ptr<net::Stream> edge_backend;
  async::Group group{loop};
};

}  // namespace

TEST(Tunnel, CountsWhatGoesEitherWay) {
  Relayed relayed;
  relayed.open({});
  const auto talk = [](Relayed& t) -> Task<void> {
    co_await write_all(*t.client, "question");
    EXPECT_EQ(co_await read_some(*t.backend), "question");
    co_await write_all(*t.backend, "yes");
    EXPECT_EQ(co_await read_some(*t.client), "yes");
    t.client.reset();
    EXPECT_EQ(co_await read_some(*t.backend), "");
    t.backend.reset();
    EXPECT_TRUE(co_await t.has_ended());
  };
  relayed.loop.run(talk(relayed));
  EXPECT_EQ(relayed.counts.from_client, 8U);
  EXPECT_EQ(relayed.counts.from_backend, 3U);
}

TEST(Tunnel, EndsWhenNothingMoves) {
  Relayed relayed;
  relayed.open({.idle_max = kShort, .half_closed_idle_max = kSoon});
  EXPECT_TRUE(relayed.loop.run(relayed.has_ended()));
}

TEST(Tunnel, OneDirectionThatMovesKeepsTheOtherAlive) {
  static constexpr std::chrono::milliseconds kIdle{500};
  Relayed relayed;
  relayed.open({.idle_max = kIdle, .half_closed_idle_max = kSoon});
  const auto talk = [](Relayed& t) -> Task<void> {
    const auto begin = t.loop.now();
    while (t.loop.now() < begin + 2 * kIdle) {
      co_await write_all(*t.backend, "tick");
      EXPECT_EQ(co_await read_some(*t.client), "tick");
      co_await async::sleep(t.loop, kIdle / 10);
    }
    EXPECT_FALSE(t.ended);
    co_await write_all(*t.client, "still here");
    EXPECT_EQ(co_await read_some(*t.backend), "still here");
  };
  relayed.loop.run(talk(relayed));
}

TEST(Tunnel, AHalfThatIsLeftMayStandStillForAShortTimeOnly) {
  Relayed relayed;
  relayed.open({.idle_max = kSoon, .half_closed_idle_max = kShort});
  const auto talk = [](Relayed& t) -> Task<void> {
    EXPECT_TRUE((co_await t.client->shutdown_write(Deadline::after(kSoon))).has_value());
    EXPECT_EQ(co_await read_some(*t.backend), "");
    EXPECT_TRUE(co_await t.has_ended());
    EXPECT_EQ(co_await read_some(*t.client), "");
  };
  relayed.loop.run(talk(relayed));
}

}  // namespace gatehouse::edge
