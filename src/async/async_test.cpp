#include <stdexcept>
#include <thread>

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include "async/event.h"
#include "async/group.h"
#include "async/loop.h"
#include "async/offload.h"
#include "async/race.h"
#include "async/sleep.h"
#include "async/task.h"
#include "async/wait_io.h"

namespace gatehouse::async {
namespace {

using namespace std::chrono_literals;

// Says that its scope has ended, however that came about.
class Mark {
 public:
  explicit Mark(bool& gone) : gone_(gone) {}
  ~Mark() { gone_ = true; }
  Mark(const Mark&) = delete;
  Mark& operator=(const Mark&) = delete;

 private:
  bool& gone_;
};

Task<int> give(int value) { co_return value; }
Task<int> add(int a, int b) { co_return co_await give(a) + co_await give(b); }
Task<void> raise_error() {
  throw std::runtime_error("as told");
  co_return;
}
Task<void> sleep_marked(Loop& loop, Duration duration, bool& gone) {
  const Mark mark(gone);
  co_await sleep(loop, duration);
}
Task<int> give_later(Loop& loop, Duration duration, int value) {
  co_await sleep(loop, duration);
  co_return value;
}

TEST(Task, AwaitsAndReturns) {
  Loop loop;
  EXPECT_EQ(loop.run(add(2, 3)), 5);
}

TEST(Task, CarriesAnException) {
  Loop loop;
  EXPECT_THROW(loop.run(raise_error()), std::runtime_error);
}

Task<long> sum_to(int n) {
  long sum = 0;
  for (int i = 1; i <= n; ++i) sum += co_await give(i);
  co_return sum;
}

TEST(Task, AMillionAwaitsDoNotGrowTheStack) {
  Loop loop;
  EXPECT_EQ(loop.run(sum_to(1'000'000)), 500'000'500'000);
}

TEST(Task, DroppingASuspendedTaskRunsItsDestructors) {
  Loop loop;
  bool gone = false;
  {
    Group group(loop);
    group.spawn(sleep_marked(loop, 1h, gone));
    EXPECT_FALSE(gone);
  }
  EXPECT_TRUE(gone);
}

TEST(Loop, PostedFunctionsRunOnItsThread) {
  Loop loop;
  std::thread::id ran_on;
  std::jthread other([&] {
    loop.post([&] {
      ran_on = std::this_thread::get_id();
      loop.stop();
    });
  });
  loop.run();
  EXPECT_EQ(ran_on, std::this_thread::get_id());
}

Task<void> note(Loop& loop, Duration duration, int number, std::vector<int>& order) {
  co_await sleep(loop, duration);
  order.push_back(number);
}

Task<bool> run_in_order(Loop& loop, std::vector<int>& order) {
  Group group(loop);
  group.spawn(note(loop, 30ms, 3, order));
  group.spawn(note(loop, 1ms, 1, order));
  group.spawn(note(loop, 10ms, 2, order));
  co_return co_await group.join(Deadline::after(5s));
}

TEST(Timer, ExpireInOrder) {
  Loop loop;
  std::vector<int> order;
  EXPECT_TRUE(loop.run(run_in_order(loop, order)));
  EXPECT_EQ(order, (std::vector{1, 2, 3}));
}

class Probe final : public Timer {
 public:
  int count = 0;

 private:
  void expired() override { ++count; }
};

TEST(TimerWheel, NeverEarlyAndAcrossManyTurns) {
  const Instant start{};
  TimerWheel wheel(start);
  Probe near;
  Probe far;
  Probe disarmed;
  wheel.arm(near, {start + 5ms});
  wheel.arm(far, {start + 10'000ms});  // more than one turn of the wheel
  wheel.arm(disarmed, {start + 7ms});
  disarmed.disarm();
  wheel.expire(start + 5ms);
  EXPECT_EQ(near.count, 0);
  wheel.expire(start + 6ms);
  EXPECT_EQ(near.count, 1);
  wheel.expire(start + 9'999ms);
  EXPECT_EQ(far.count, 0);
  wheel.expire(start + 10'001ms);
  EXPECT_EQ(far.count, 1);
  EXPECT_EQ(disarmed.count, 0);
  EXPECT_TRUE(wheel.next().is_never());
}

Task<bool> wait_for(Event& event, Deadline deadline) { co_return co_await event.wait(deadline); }
Task<void> set_later(Loop& loop, Event& event) {
  co_await sleep(loop, 5ms);
  event.set();
}
Task<std::pair<bool, bool>> set_and_wait(Loop& loop) {
  Event event(loop);
  Group group(loop);
  const bool timed_out = !co_await wait_for(event, Deadline::after(2ms));
  group.spawn(set_later(loop, event));
  const bool was_set = co_await wait_for(event, Deadline::after(10s));
  co_await group.join(Deadline::after(1s));
  co_return std::pair{timed_out, was_set};
}

TEST(Event, IsSetOrTimesOut) {
  Loop loop;
  const auto [timed_out, was_set] = loop.run(set_and_wait(loop));
  EXPECT_TRUE(timed_out);
  EXPECT_TRUE(was_set);
}

Task<std::pair<std::optional<int>, std::optional<int>>> race(Loop& loop, Duration a, Duration b) {
  co_return co_await first_of(give_later(loop, a, 1), give_later(loop, b, 2));
}

TEST(Race, TheFirstWinsAndTheOtherIsDropped) {
  Loop loop;
  EXPECT_EQ(loop.run(race(loop, 1ms, 1h)).first, 1);
  EXPECT_EQ(loop.run(race(loop, 1h, 1ms)).second, 2);
}

Task<int> both_sum(Loop& loop) {
  const auto [a, b] = co_await both(give_later(loop, 2ms, 1), give(2));
  const auto [c, d] = co_await both(give(3), give(4));
  co_return *a + *b + *c + *d;
}

TEST(Race, BothAwaitsBoth) {
  Loop loop;
  EXPECT_EQ(loop.run(both_sum(loop)), 10);
}

Task<bool> drop_late(Loop& loop, bool& gone) {
  const auto result = co_await with_deadline(loop, sleep_marked(loop, 1h, gone), Deadline::after(2ms));
  co_return result.has_value();
}

TEST(Race, ALateTaskIsDroppedAtItsDeadline) {
  Loop loop;
  bool gone = false;
  EXPECT_FALSE(loop.run(drop_late(loop, gone)));
  EXPECT_TRUE(gone);
}

class ReadByte final : public IoAwaiter<ReadByte> {
 public:
  ReadByte(Watch& watch, Deadline deadline) : IoAwaiter(watch, deadline) {}
  Step attempt() { return ::read(watch().fd(), &byte_, 1) == 1 ? Step::done() : Step::want(Direction::kRead); }
  [[nodiscard]] std::optional<char> await_resume() const { return timed_out() ? std::nullopt : std::optional(byte_); }

 private:
  char byte_ = 0;
};

struct SocketPair {
  SocketPair() {
    int numbers[2];
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, numbers), 0);
    near = sys::Fd(numbers[0]);
    far = sys::Fd(numbers[1]);
  }
  sys::Fd near;
  sys::Fd far;
};

Task<std::optional<char>> read_byte(Watch& watch, Deadline deadline) { co_return co_await ReadByte(watch, deadline); }
Task<void> write_later(Loop& loop, int fd) {
  co_await sleep(loop, 2ms);
  EXPECT_EQ(::write(fd, "x", 1), 1);
}

TEST(IoAwaiter, WaitsForTheDescriptorOrTheDeadline) {
  Loop loop;
  const SocketPair sockets;
  Watch watch(loop, sockets.near.get());
  EXPECT_EQ(loop.run(read_byte(watch, Deadline::after(2ms))), std::nullopt);
  Group group(loop);
  group.spawn(write_later(loop, sockets.far.get()));
  EXPECT_EQ(loop.run(read_byte(watch, Deadline::after(10s))), 'x');
}

// Two watches become readable in one turn; the first one's task destroys the second.
struct Victim {
  Victim(Loop& loop, int fd) : watch(loop, fd), group(loop) {}
  Watch watch;
  Group group;
};
Task<void> read_and_note(Watch& watch, bool& seen) { seen = (co_await ReadByte(watch, Deadline::never())).has_value(); }
Task<void> read_and_destroy(Watch& watch, std::unique_ptr<Victim>& victim) {
  if (co_await ReadByte(watch, Deadline::never())) victim.reset();
}

TEST(Watch, MayBeDestroyedWhileItsEventIsPending) {
  Loop loop;
  const SocketPair one;
  const SocketPair two;
  Watch watch(loop, one.near.get());
  auto victim = std::make_unique<Victim>(loop, two.near.get());
  bool seen = false;
  victim->group.spawn(read_and_note(victim->watch, seen));
  Group group(loop);
  group.spawn(read_and_destroy(watch, victim));
  ASSERT_EQ(::write(one.far.get(), "x", 1), 1);
  ASSERT_EQ(::write(two.far.get(), "x", 1), 1);
  EXPECT_TRUE(loop.run(group.join(Deadline::after(5s))));
  EXPECT_EQ(victim, nullptr);
}

Task<int> offloaded(Loop& loop, Offload& offload) {
  co_return co_await offload.run<int>(loop, [] { return 7; });
}
Task<void> offload_and_wait(Loop& loop, Offload& offload, bool& gone) {
  const Mark mark(gone);
  co_await offload.run<int>(loop, [] {
    std::this_thread::sleep_for(5ms);
    return 7;
  });
}

TEST(Offload, ReturnsToTheLoop) {
  Loop loop;
  Offload offload(1);
  EXPECT_EQ(loop.run(offloaded(loop, offload)), 7);
}

TEST(Offload, AnAbandonedJobResumesNobody) {
  Loop loop;
  Offload offload(1);
  bool gone = false;
  {
    Group group(loop);
    group.spawn(offload_and_wait(loop, offload, gone));
  }
  EXPECT_TRUE(gone);
  EXPECT_EQ(loop.run(offloaded(loop, offload)), 7);  // runs after the abandoned one
}

}  // namespace
}  // namespace gatehouse::async
