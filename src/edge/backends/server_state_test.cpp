#include "edge/backends/server_state.h"

#include <gtest/gtest.h>

namespace gatehouse::edge {
namespace {

using namespace std::chrono_literals;

const async::Instant kStart(std::chrono::hours(1));

TEST(ResponseTimes, MeanIsThatOfTheLastHundred) {
  ResponseTimes times;
  EXPECT_EQ(times.mean(), 0);
  times.add(10ms);
  times.add(20ms);
  EXPECT_EQ(times.mean(), 15);
  for (int i = 0; i < 100; ++i) times.add(7ms);
  EXPECT_EQ(times.mean(), 7);
  times.add(900us);  // whole milliseconds
  EXPECT_DOUBLE_EQ(times.mean(), 6.93);
}

TEST(Failures, SoManyWithinTheWindowTakeTheServerOut) {
  Failures failures(3, 10s);
  failures.failed(kStart, false);
  failures.failed(kStart + 1s, false);
  EXPECT_FALSE(failures.taken_out());
  failures.failed(kStart + 9s, false);
  EXPECT_EQ(failures.taken_out(), kStart + 9s);
  // What still fails of before does not prolong it.
  failures.failed(kStart + 10s, true);
  EXPECT_EQ(failures.taken_out(), kStart + 9s);
}

TEST(Failures, SpreadOverMoreThanTheWindowTheyDoNot) {
  Failures failures(3, 10s);
  for (int i = 0; i < 20; ++i) failures.failed(kStart + i * 5s, false);
  EXPECT_FALSE(failures.taken_out());
}

TEST(Failures, SuccessBeginsTheCountAnew) {
  Failures failures(2, 10s);
  for (int i = 0; i < 10; ++i) {
    failures.failed(kStart, false);
    failures.succeeded();
  }
  EXPECT_FALSE(failures.taken_out());
}

TEST(Failures, OneIsEnoughWhereOneIsAllowed) {
  Failures failures(1, 10s);
  failures.failed(kStart, false);
  EXPECT_EQ(failures.taken_out(), kStart);
  EXPECT_EQ(Failures(0, 10s).window(), 10s);
}

TEST(Flight, CountsUntilItGoes) {
  const auto state = std::make_shared<ServerState>(1, 10s);
  {
    Flight first(state);
    const Flight moved(std::move(first));
    const Flight second(state);
    EXPECT_EQ(state->in_flight, 2);
  }
  EXPECT_EQ(state->in_flight, 0);
}

}  // namespace
}  // namespace gatehouse::edge
