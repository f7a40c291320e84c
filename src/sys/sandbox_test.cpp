// What a process that has given everything up still can and cannot do: each probe runs in a child of its own, as an
// intruder would in the edge. A child that is killed for trying has been denied, too.
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <string_view>

#include <arpa/inet.h>
#include <fcntl.h>
#include <gmock/gmock.h>
#include <linux/capability.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sys/call_filter.h"
#include "sys/fd.h"
#include "sys/landlock.h"
#include "sys/privileges.h"

namespace gatehouse::sys {
namespace {

constexpr std::uint64_t kPlenty = std::uint64_t{1} << 50;  // a sanitizer's shadow is memory, too
constexpr int kDenied = 0;
constexpr int kAllowed = 1;
constexpr int kNotConfined = 2;

bool has_landlock() {
  return ::syscall(SYS_landlock_create_ruleset, nullptr, 0, 1U /* LANDLOCK_CREATE_RULESET_VERSION */) > 0;
}

// The exit code of a child that runs this, or the number of the signal that killed it, negated.
int in_child(const std::function<int()>& run) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(run());
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

bool confine(Calls calls) {
  return give_up_capabilities() && forbid_inspection() && limit_resources(kPlenty) &&
         (restrict_files({}) || !has_landlock()) && filter_calls(calls);
}

// Denied, whether with an error or with death?
bool is_denied(Calls calls, bool (*succeeds)()) {
  const int outcome = in_child([&] {
    if (!confine(calls)) return kNotConfined;
    return succeeds() ? kAllowed : kDenied;
  });
  return outcome == kDenied || outcome == -SIGSYS;
}

bool opens(const char* path, int flags) { return ::open(path, flags, 0600) >= 0; }

bool connects_to_unix(std::string_view path) {
  const int socket = ::socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  return socket >= 0 && ::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
}

bool binds(int kind, std::uint16_t port) {
  const int socket = ::socket(AF_INET, kind, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  return socket >= 0 && ::bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
}

bool executes(const char* program) {
  std::array<char*, 2> arguments{const_cast<char*>(program), nullptr};
  ::execv(program, arguments.data());
  return false;  // and if it could, its exit code would be another one
}

struct Probe {
  std::string_view name;
  bool (*succeeds)();
};

// What no process of ours that is confined may do, whichever it is.
constexpr Probe kProbes[] = {
    {"write a file", [] { return opens("/tmp/gatehouse-probe", O_WRONLY | O_CREAT); }},
    {"append to a file", [] { return opens("/etc/hosts", O_WRONLY | O_APPEND); }},
    {"write the memory of itself", [] { return opens("/proc/self/mem", O_RDWR); }},
    {"write to the kernel's settings", [] { return opens("/proc/sys/kernel/core_pattern", O_WRONLY); }},
    {"open a raw disk", [] { return opens("/dev/mem", O_RDONLY) || opens("/dev/sda", O_RDONLY); }},
    {"make a folder", [] { return ::mkdir("/tmp/gatehouse-probe-folder", 0700) == 0; }},
    {"remove a file", [] { return ::unlink("/tmp/gatehouse-probe-victim") == 0; }},
    {"rename a file", [] { return ::rename("/tmp/gatehouse-probe-victim", "/tmp/gatehouse-probe-2") == 0; }},
    {"make a link", [] { return ::symlink("/etc/passwd", "/tmp/gatehouse-probe-link") == 0; }},
    {"change a mode", [] { return ::chmod("/tmp/gatehouse-probe-victim", 0777) == 0; }},
    {"change an owner", [] { return ::chown("/tmp/gatehouse-probe-victim", 0, 0) == 0; }},
    {"execute a shell", [] { return executes("/bin/sh"); }},
    {"execute from memory", [] { return ::syscall(SYS_memfd_create, "code", 0) >= 0; }},
    {"trace its parent", [] { return ::ptrace(PTRACE_ATTACH, ::getppid(), nullptr, nullptr) == 0; }},
    {"read its parent's memory",
     [] {
       char byte = 0;
       iovec here{&byte, 1};
       iovec there{&byte, 1};
       return ::syscall(SYS_process_vm_readv, ::getppid(), &here, 1, &there, 1, 0) == 1;
     }},
    {"become root", [] { return ::setresuid(0, 0, 0) == 0; }},
    {"become another user", [] { return ::setuid(12345) == 0; }},
    {"change its groups", [] { return ::setgid(0) == 0; }},
    {"take capabilities",
     [] {
       __user_cap_header_struct header{.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
       std::array<__user_cap_data_struct, 2> all{{{~0U, ~0U, ~0U}, {~0U, ~0U, ~0U}}};
       return ::syscall(SYS_capset, &header, all.data()) == 0;
     }},
    {"enter a user namespace", [] { return ::unshare(CLONE_NEWUSER) == 0; }},
    {"enter a mount namespace", [] { return ::unshare(CLONE_NEWNS) == 0; }},
    {"mount", [] { return ::mount("none", "/mnt", "tmpfs", 0, nullptr) == 0; }},
    {"change the root", [] { return ::chroot("/tmp") == 0; }},
    {"load a module", [] { return ::syscall(SYS_finit_module, 0, "", 0) == 0; }},
    {"load a program into the kernel", [] { return ::syscall(SYS_bpf, 0, nullptr, 0) >= 0 || errno == EFAULT; }},
    {"use io_uring", [] { return ::syscall(SYS_io_uring_setup, 1, nullptr) >= 0 || errno == EFAULT; }},
    {"watch the machine", [] { return ::syscall(SYS_perf_event_open, nullptr, 0, -1, -1, 0) >= 0 || errno == EFAULT; }},
    {"open a raw socket", [] { return ::socket(AF_INET, SOCK_RAW, IPPROTO_ICMP) >= 0; }},
    {"open a packet socket", [] { return ::socket(AF_PACKET, SOCK_RAW, 0) >= 0; }},
    {"connect to Docker's socket", [] { return connects_to_unix("/var/run/docker.sock"); }},
    {"connect to the journal's socket", [] { return connects_to_unix("/run/systemd/journal/stdout"); }},
    {"kill its parent", [] { return ::kill(::getppid(), 0) == 0; }},
    {"kill init", [] { return ::kill(1, 0) == 0; }},
    {"raise its limits",
     [] {
       const rlimit more{.rlim_cur = 1 << 20, .rlim_max = 1 << 20};
       return ::setrlimit(RLIMIT_NOFILE, &more) == 0;
     }},
    {"dump its memory", [] { return ::prctl(PR_SET_DUMPABLE, 1, 0, 0, 0) == 0; }},
    {"set the clock",
     [] {
       const timespec now{.tv_sec = 1, .tv_nsec = 0};
       return ::clock_settime(CLOCK_REALTIME, &now) == 0;
     }},
    {"rename the machine", [] { return ::sethostname("gone", 4) == 0; }},
};

// What a serving process may not do besides.
constexpr Probe kServingProbes[] = {
    {"read a file", [] { return opens("/etc/hosts", O_RDONLY); }},
    {"read the users", [] { return opens("/etc/shadow", O_RDONLY) || opens("/etc/passwd", O_RDONLY); }},
    {"list a folder", [] { return opens("/", O_RDONLY | O_DIRECTORY); }},
    {"look at a file by name", [] { return ::access("/etc/hosts", F_OK) == 0; }},
    {"fork", [] { return ::fork() >= 0; }},
    {"open a Unix socket", [] { return ::socket(AF_UNIX, SOCK_STREAM, 0) >= 0; }},
    {"open a netlink socket", [] { return ::socket(AF_NETLINK, SOCK_RAW, 0) >= 0; }},
    {"bind a port", [] { return binds(SOCK_STREAM, 0); }},
    {"bind port 22", [] { return binds(SOCK_STREAM, 22); }},
    {"bind a UDP port", [] { return binds(SOCK_DGRAM, 0); }},
    {"map executable memory",
     [] {
       return ::mmap(nullptr, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) !=
              MAP_FAILED;
     }},
    {"make memory executable",
     [] {
       void* page = ::mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
       return ::mprotect(page, 4096, PROT_READ | PROT_EXEC) == 0;
     }},
};

TEST(Sandbox, DeniesWhatAnIntruderWouldTry) {
  std::ofstream("/tmp/gatehouse-probe-victim") << "x";
  for (const auto calls : {Calls::kServing, Calls::kLookingUpNames}) {
    for (const auto& [name, succeeds] : kProbes) {
      EXPECT_TRUE(is_denied(calls, succeeds)) << name << (calls == Calls::kServing ? "" : ", looking up names");
    }
  }
  EXPECT_TRUE(std::filesystem::exists("/tmp/gatehouse-probe-victim"));
  std::filesystem::remove("/tmp/gatehouse-probe-victim");
}

TEST(Sandbox, DeniesAServerEvenMore) {
  for (const auto& [name, succeeds] : kServingProbes) EXPECT_TRUE(is_denied(Calls::kServing, succeeds)) << name;
}

// Each probe can tell: outside, as the user who runs the tests, these succeed.
TEST(Sandbox, ProbesSucceedOutside) {
  for (const auto& [name, succeeds] : kServingProbes) {
    if (name == "bind port 22" || name == "read the users") continue;  // for root only, and while nobody has it
    EXPECT_EQ(in_child([&] { return succeeds() ? kAllowed : kDenied; }), kAllowed) << name;
  }
}

// The steps are each enough for their part where the ones after them are not to be had.
TEST(Sandbox, LandlockAloneKeepsFilesAway) {
  if (!has_landlock()) GTEST_SKIP() << "this kernel has no Landlock";
  const auto outcome = in_child([] {
    if (!give_up_capabilities() || !restrict_files({"/etc", "/nonexistent"})) return kNotConfined;
    if (!opens("/etc/hosts", O_RDONLY)) return kDenied;
    return opens("/usr", O_RDONLY) || opens("/tmp/gatehouse-probe", O_WRONLY | O_CREAT) ? kAllowed + 10 : kAllowed;
  });
  EXPECT_EQ(outcome, kAllowed);
}

TEST(Sandbox, CapabilitiesAreGone) {
  const auto outcome = in_child([] {
    if (!give_up_capabilities()) return kNotConfined;
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);) {
      const bool is_set = line.starts_with("CapInh") || line.starts_with("CapPrm") || line.starts_with("CapEff") ||
                          line.starts_with("CapAmb") || (line.starts_with("CapBnd") && ::geteuid() == 0);
      if (is_set && !line.ends_with("\t0000000000000000")) return kAllowed;
      if (line.starts_with("NoNewPrivs") && !line.ends_with("\t1")) return kAllowed;
    }
    return kDenied;
  });
  EXPECT_EQ(outcome, kDenied);
}

TEST(Sandbox, MemoryHasALimit) {
#if !__has_feature(address_sanitizer) && !__has_feature(thread_sanitizer)
  constexpr std::size_t kLimit = 256U << 20;
  const auto outcome = in_child([] {
    if (!limit_resources(kLimit)) return kNotConfined;
    const auto fill = [](std::size_t bytes) {
      return ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED;
    };
    return fill(kLimit / 4) && !fill(kLimit) ? kDenied : kAllowed;
  });
  EXPECT_EQ(outcome, kDenied);
#endif
}

TEST(Sandbox, IsNotInspected) {
  const auto outcome = in_child([] {
    if (!forbid_inspection()) return kNotConfined;
    rlimit core{};
    ::getrlimit(RLIMIT_CORE, &core);
    return core.rlim_max == 0 && ::prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 0 ? kDenied : kAllowed;
  });
  EXPECT_EQ(outcome, kDenied);
}

TEST(Sandbox, AUserWithoutPrivilegesCanEnterIt) {
  const auto outcome = in_child([] {
    if (::geteuid() == 0 && ::setresuid(65534, 65534, 65534) != 0) return kNotConfined;
    return confine(Calls::kServing) ? kDenied : kNotConfined;
  });
  EXPECT_EQ(outcome, kDenied);
}

// A server must go on serving.
TEST(Sandbox, LetsAServerServe) {
  const Fd listener(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* any = reinterpret_cast<sockaddr*>(&address);
  ASSERT_EQ(::bind(listener.get(), any, size), 0);
  ASSERT_EQ(::listen(listener.get(), 1), 0);
  ASSERT_EQ(::getsockname(listener.get(), any, &size), 0);
  const auto outcome = in_child([&] {
    if (!confine(Calls::kServing)) return kNotConfined;
    const int client = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (::connect(client, any, size) != 0 && errno != EINPROGRESS) return 10;
    const int served = ::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC);
    if (served < 0 || ::send(served, "hello", 5, MSG_NOSIGNAL) != 5) return 11;
    pollfd readable{.fd = client, .events = POLLIN, .revents = 0};
    std::array<char, 8> buffer{};
    if (::poll(&readable, 1, 5'000) != 1 || ::recv(client, buffer.data(), buffer.size(), 0) != 5) return 12;
    const int epoll = ::epoll_create1(EPOLL_CLOEXEC);
    epoll_event event{.events = EPOLLIN, .data = {.fd = client}};
    if (::epoll_ctl(epoll, EPOLL_CTL_ADD, client, &event) != 0 || ::epoll_wait(epoll, &event, 1, 0) != 0) return 13;
    const std::string memory(16U << 20, 'x');
    return memory.back() == 'x' ? 0 : 14;
  });
  EXPECT_EQ(outcome, 0);
}

}  // namespace
}  // namespace gatehouse::sys
