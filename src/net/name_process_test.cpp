#include "net/name_process.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <unistd.h>

#include "sys/call_filter.h"
#include "sys/privileges.h"

namespace gatehouse::net {
namespace {

void unconfined() {}

// As the edge's does, but for Landlock's folders.
void confined() {
  if (!sys::give_up_capabilities() || !sys::filter_calls(sys::Calls::kLookingUpNames)) ::_exit(1);
}

std::vector<pid_t> children_of(pid_t process) {
  std::ifstream list("/proc/" + std::to_string(process) + "/task/" + std::to_string(process) + "/children");
  return {std::istream_iterator<pid_t>(list), {}};
}

class NameProcessTest : public testing::TestWithParam<void (*)()> {
 protected:
  NameProcess process_ = *NameProcess::start(GetParam());
};
INSTANTIATE_TEST_SUITE_P(Confined, NameProcessTest, testing::Values(unconfined, confined));

TEST_P(NameProcessTest, AnswersWithTheAddressesOfAName) {
  const auto found = process_.ask("localhost", 8080);
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_THAT(*found, testing::Contains(testing::Property(&SocketAddress::to_string,
                                                          testing::AnyOf("127.0.0.1:8080", "[::1]:8080"))));
}

TEST_P(NameProcessTest, SaysThatThereIsNone) {
  for (const auto& name :
       {std::string("no space in names"), std::string(), std::string(256, 'a'), std::string("a\n1.2.3.4")}) {
    const auto found = process_.ask(name, 80);
    ASSERT_FALSE(found) << name;
  }
}

TEST_P(NameProcessTest, AnswersSeveralAtOnce) {
  std::atomic<int> found = 0;
  {
    std::vector<std::jthread> askers;
    for (int i = 0; i < 8; ++i) {
      askers.emplace_back([&] {
        for (int k = 0; k < 20; ++k) found += process_.ask("localhost", 80) ? 1 : 0;
      });
    }
  }
  EXPECT_EQ(found, 160);
}

TEST(NameProcess, ReplacesWhoDies) {
  const auto before = children_of(::getpid());
  const auto process = *NameProcess::start(unconfined);
  ASSERT_TRUE(process.ask("localhost", 80));
  auto keeper = children_of(::getpid());
  std::erase_if(keeper, [&](pid_t pid) { return std::ranges::count(before, pid) != 0; });
  ASSERT_EQ(keeper.size(), 1);
  const auto killed = children_of(keeper.front());
  for (const pid_t child : killed) ::kill(child, SIGKILL);
  const auto is_killed = [&](pid_t pid) { return std::ranges::count(killed, pid) != 0; };
  const auto patience = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (std::ranges::any_of(children_of(keeper.front()), is_killed)) {
    ASSERT_LT(std::chrono::steady_clock::now(), patience);
    std::this_thread::yield();
  }
  EXPECT_TRUE(process.ask("localhost", 80));
}

}  // namespace
}  // namespace gatehouse::net
