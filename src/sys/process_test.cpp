#include "sys/process.h"

#include <string>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <unistd.h>

namespace gatehouse::sys {
namespace {

// Runs a program of the system with its output in a pipe, and returns the output.
std::string output_of(SpawnOptions options) {
  int ends[2];
  EXPECT_EQ(::pipe2(ends, O_CLOEXEC), 0);
  const Fd in(ends[0]);
  Fd out(ends[1]);
  options.standard_output = out.get();
  const auto process = spawn(options);
  EXPECT_TRUE(process) << process.error().message;
  out.close();
  std::string text;
  char buffer[4096];
  for (;;) {
    const auto count = ::read(in.get(), buffer, sizeof buffer);
    if (count <= 0) break;
    text.append(buffer, static_cast<std::size_t>(count));
  }
  pollfd ended{.fd = process->pidfd.get(), .events = POLLIN, .revents = 0};
  EXPECT_EQ(::poll(&ended, 1, 10'000), 1);
  EXPECT_EQ(reap(*process), "exit code 0");
  return text;
}

TEST(Process, PassesArgumentsWithoutAShell) {
  EXPECT_EQ(output_of({.program = "/bin/echo", .arguments = {"$HOME", "a b", ";"}, .descriptors = {}}),
            "$HOME a b ;\n");
}

TEST(Process, InheritsOnlyWhatItIsGiven) {
  const Fd secret(::open("/dev/null", O_RDONLY));  // without FD_CLOEXEC
  const Fd given(::open("/dev/zero", O_RDONLY | O_CLOEXEC));
  const auto listed = output_of({.program = "/usr/bin/find",
                                 .arguments = {"/proc/self/fd", "-lname", "/dev/*", "-printf", "%f %l\n"},
                                 .descriptors = {given.get()}});
  EXPECT_NE(listed.find("3 /dev/zero\n"), std::string::npos) << listed;
  EXPECT_NE(listed.find("0 /dev/null\n"), std::string::npos) << listed;
  EXPECT_EQ(listed.find(std::to_string(secret.get()) + " /dev/null\n"), std::string::npos) << listed;
}

TEST(Process, AProgramThatIsNotThereIsAnError) {
  const auto process = spawn({.program = "/nonexistent/program", .arguments = {}, .descriptors = {}});
  ASSERT_FALSE(process);
  EXPECT_EQ(process.error().code, base::ErrorCode::kNotFound);
}

TEST(Process, BecomesAnotherUserForGood) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can become somebody else";
  const auto nobody = find_user("nobody");
  ASSERT_TRUE(nobody);
  const auto status = output_of({.program = "/bin/grep",
                                 .arguments = {"-E", "^(Uid|Groups|CapEff|NoNewPrivs)", "/proc/self/status"},
                                 .descriptors = {},
                                 .identity = nobody});
  EXPECT_NE(status.find("Uid:\t65534\t65534\t65534\t65534"), std::string::npos) << status;
  EXPECT_NE(status.find("CapEff:\t0000000000000000"), std::string::npos) << status;
  EXPECT_NE(status.find("NoNewPrivs:\t1"), std::string::npos) << status;
}

TEST(User, AnUnknownOneIsNotFound) { EXPECT_FALSE(find_user("no-such-user-here")); }

}  // namespace
}  // namespace gatehouse::sys
