#include "sys/process.h"

#include <array>
#include <csignal>
#include <filesystem>
#include <set>

#include <fcntl.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <poll.h>
#include <unistd.h>

#include "sys/executable.h"

namespace gatehouse::sys {
namespace {

using testing::HasSubstr;

Fd open_program(const char* path) { return Fd(::open(path, O_PATH | O_CLOEXEC)); }

void await_end(const Process& process) {
  pollfd poll{.fd = process.fd(), .events = POLLIN, .revents = 0};
  constexpr int kTimeMaxMs = 20'000;
  ASSERT_EQ(::poll(&poll, 1, kTimeMaxMs), 1);
}

// What a shell command writes to its descriptor 3.
std::string run_shell(const std::string& script, std::optional<User> user = std::nullopt) {
  const auto shell = open_program("/bin/sh");
  int ends[2];
  EXPECT_EQ(::pipe2(ends, O_CLOEXEC), 0);
  const Fd in(ends[0]);
  Fd out(ends[1]);
  auto process = Process::spawn({.executable = shell,
                                 .arguments = {"sh", "-c", script},
                                 .environment = {"GREETING=hello"},
                                 .descriptors = {out.get()},
                                 .user = std::move(user)});
  EXPECT_TRUE(process) << process.error().message;
  out.close();
  std::string text;
  std::array<char, 4096> buffer{};
  for (ssize_t count = 0; (count = ::read(in.get(), buffer.data(), buffer.size())) > 0;) {
    text.append(buffer.data(), static_cast<std::size_t>(count));
  }
  await_end(*process);
  process->reap();
  return text;
}

TEST(Process, GivesTheChildItsEnvironmentAndDescriptors) {
  EXPECT_EQ(run_shell("echo $GREETING $HOME >&3"), "hello\n");
}

TEST(Process, StandardErrorMayBeAnother) {
  const auto shell = open_program("/bin/sh");
  int ends[2];
  ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
  const Fd in(ends[0]);
  Fd out(ends[1]);
  auto process = Process::spawn({.executable = shell,
                                 .arguments = {"sh", "-c", "echo said >&2"},
                                 .environment = {},
                                 .descriptors = {},
                                 .standard_error = out.get(),
                                 .user = {}});
  ASSERT_TRUE(process);
  std::array<char, 16> text{};
  EXPECT_EQ(::read(in.get(), text.data(), text.size()), 5);
  EXPECT_STREQ(text.data(), "said\n");
  await_end(*process);
  process->reap();
}

TEST(Process, ClosesEverythingElse) {
  const Fd inherited(::open("/dev/null", O_RDONLY));  // without O_CLOEXEC, as a library might
  ASSERT_GE(inherited.get(), 3);
  const auto sleeper = open_program("/bin/sleep");
  auto process = Process::spawn({sleeper, {"sleep", "60"}, {}, {inherited.get()}, 2, {}});
  ASSERT_TRUE(process);
  std::set<std::string> open;
  for (const auto& entry : std::filesystem::directory_iterator(fmt::format("/proc/{}/fd", process->pid()))) {
    open.insert(entry.path().filename());
  }
  process->signal(SIGKILL);
  await_end(*process);
  process->reap();
  EXPECT_THAT(open, testing::ElementsAre("0", "1", "2", "3"));
}

TEST(Process, StartsTheChildWithoutBlockedSignals) {
  sigset_t blocked;
  sigset_t before;
  ::sigemptyset(&blocked);
  ::sigaddset(&blocked, SIGTERM);
  ::pthread_sigmask(SIG_BLOCK, &blocked, &before);
  const auto status = run_shell("grep SigBlk /proc/self/status >&3");
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  EXPECT_EQ(status, "SigBlk:\t0000000000000000\n");
}

TEST(Process, TellsHowItEnded) {
  const auto shell = open_program("/bin/sh");
  auto failing = Process::spawn({shell, {"sh", "-c", "exit 3"}, {}, {}, 2, {}});
  ASSERT_TRUE(failing);
  await_end(*failing);
  EXPECT_TRUE(failing->has_ended());
  EXPECT_EQ(failing->reap(), "exit code 3");

  auto killed = Process::spawn({shell, {"sh", "-c", "kill -KILL $$"}, {}, {}, 2, {}});
  ASSERT_TRUE(killed);
  await_end(*killed);
  EXPECT_EQ(killed->reap(), "signal 9 (Killed)");
}

TEST(Process, SignalsReachIt) {
  const auto sleeper = open_program("/bin/sleep");
  auto process = Process::spawn({sleeper, {"sleep", "60"}, {}, {}, 2, {}});
  ASSERT_TRUE(process);
  EXPECT_FALSE(process->has_ended());
  EXPECT_EQ(process->reap(), "");
  EXPECT_EQ(process->user(), ::geteuid());
  process->signal(SIGTERM);
  await_end(*process);
  EXPECT_FALSE(process->user());
  EXPECT_EQ(process->reap(), "signal 15 (Terminated)");
}

TEST(Process, SaysWhyAProgramCannotStart) {
  const auto none = open_program("/etc/passwd");
  const auto process = Process::spawn({none, {"the program"}, {}, {}, 2, {}});
  ASSERT_FALSE(process);
  EXPECT_EQ(process.error().message, "cannot start the program: Permission denied");
}

TEST(Process, HoldsOneThatIsNotOurChild) {
  const auto parent = Process::open(::getppid());
  ASSERT_TRUE(parent);
  EXPECT_FALSE(parent->has_ended());
  EXPECT_EQ(Process::open(0x3ffffff).error().code, base::ErrorCode::kNotFound);
}

TEST(User, BecomingAnotherGivesUpEveryPrivilege) {
  if (!is_root()) GTEST_SKIP() << "only root can become somebody else";
  const auto nobody = find_user("nobody");
  ASSERT_TRUE(nobody);
  const auto status = run_shell("id -u >&3; id -G >&3; grep -E 'Cap|NoNewPrivs' /proc/self/status >&3", *nobody);
  EXPECT_THAT(status, testing::StartsWith(std::to_string(nobody->uid) + "\n" + std::to_string(nobody->gid) + "\n"));
  for (const auto* set : {"CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"}) {
    EXPECT_THAT(status, HasSubstr(std::string(set) + ":\t0000000000000000\n"));
  }
  EXPECT_THAT(status, HasSubstr("NoNewPrivs:\t1\n"));
}

TEST(User, UnknownNamesAreToldOf) {
  const auto user = find_user("gatehouse-no-such-user");
  ASSERT_FALSE(user);
  EXPECT_EQ(user.error().code, base::ErrorCode::kNotFound);
}

TEST(Executable, CanBeStartedAgain) {
  const auto self = open_executable();
  ASSERT_TRUE(self);
  auto process = Process::spawn({*self, {"sys_test", "--gtest_list_tests", "--gtest_filter=none"}, {}, {}, 2, {}});
  ASSERT_TRUE(process) << process.error().message;
  await_end(*process);
  EXPECT_EQ(process->reap(), "exit code 0");
}

TEST(Executable, BuildIdIsHexOrAbsent) {
  const auto id = build_id();
  EXPECT_EQ(id.find_first_not_of("0123456789abcdef"), std::string::npos);
  EXPECT_EQ(id, build_id());
}

}  // namespace
}  // namespace gatehouse::sys
