#include "sys/call_filter.h"

#include <cerrno>
#include <memory>
#include <span>

#include <fcntl.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

namespace gatehouse::sys {

using base::Result;

namespace {

// libseccomp's own numbers: negative for a call that this machine's architecture does not have.
#define CALL(name) SCMP_SYS(name)

constexpr int kServing[] = {
    // descriptors that are there
    CALL(read), CALL(write), CALL(readv), CALL(writev), CALL(pread64), CALL(pwrite64), CALL(close), CALL(lseek),
    CALL(fstat), CALL(getdents64), CALL(fsync), CALL(fdatasync), CALL(pipe2), CALL(splice), CALL(sendfile), CALL(dup),
    // sockets
    CALL(accept4), CALL(connect), CALL(recvfrom), CALL(recvmsg), CALL(recvmmsg), CALL(sendto), CALL(sendmsg),
    CALL(sendmmsg), CALL(shutdown), CALL(setsockopt), CALL(getsockopt), CALL(getsockname), CALL(getpeername),
    // waiting
    CALL(epoll_create1), CALL(epoll_ctl), CALL(epoll_wait), CALL(epoll_pwait), CALL(epoll_pwait2), CALL(eventfd2),
    CALL(timerfd_create), CALL(timerfd_settime), CALL(timerfd_gettime), CALL(signalfd4), CALL(poll), CALL(ppoll),
    CALL(futex), CALL(nanosleep), CALL(clock_nanosleep), CALL(restart_syscall), CALL(sched_yield), CALL(membarrier),
    // memory; what may be executed is below
    CALL(munmap), CALL(mremap), CALL(madvise), CALL(brk),
    // itself
    CALL(getpid), CALL(gettid), CALL(getppid), CALL(getuid), CALL(geteuid), CALL(getgid), CALL(getegid),
    CALL(getrusage), CALL(getrlimit), CALL(sched_getaffinity), CALL(getcpu), CALL(uname), CALL(sysinfo),
    CALL(getrandom), CALL(clock_gettime), CALL(clock_getres), CALL(gettimeofday), CALL(time), CALL(rt_sigaction),
    CALL(rt_sigprocmask), CALL(rt_sigreturn), CALL(sigaltstack), CALL(set_robust_list), CALL(rseq), CALL(exit),
    CALL(exit_group)};

constexpr int kLookingUpNames[] = {CALL(newfstatat), CALL(stat),      CALL(lstat),      CALL(statx),
                                   CALL(access),     CALL(faccessat), CALL(faccessat2), CALL(readlink),
                                   CALL(readlinkat), CALL(mmap),      CALL(mprotect),   CALL(bind),
                                   CALL(wait4),      CALL(ioctl),     CALL(fcntl),      CALL(set_tid_address)};

// No library calls these here, ever: whoever does is an intruder.
constexpr int kFatal[] = {CALL(execve),
                          CALL(execveat),
                          CALL(ptrace),
                          CALL(process_vm_readv),
                          CALL(process_vm_writev),
                          CALL(mount),
                          CALL(umount2),
                          CALL(pivot_root),
                          CALL(chroot),
                          CALL(setns),
                          CALL(unshare),
                          CALL(bpf),
                          CALL(init_module),
                          CALL(finit_module),
                          CALL(delete_module),
                          CALL(kexec_load),
                          CALL(kexec_file_load),
                          CALL(reboot),
                          CALL(userfaultfd),
                          CALL(perf_event_open),
                          CALL(io_uring_setup),
                          CALL(io_uring_enter),
                          CALL(io_uring_register),
                          CALL(keyctl),
                          CALL(add_key),
                          CALL(request_key),
                          CALL(open_by_handle_at),
                          CALL(name_to_handle_at)};

#undef CALL

constexpr scmp_datum_t kSocketKind = 0xf;  // the type without SOCK_NONBLOCK and SOCK_CLOEXEC

// Adds up what cannot be added, so that the list reads as a list.
class Filter {
 public:
  Filter() : context_(::seccomp_init(SCMP_ACT_ERRNO(EPERM))) {
    if (!context_) {
      error_ = ENOMEM;
      return;
    }
    keep(::seccomp_attr_set(context_.get(), SCMP_FLTATR_CTL_TSYNC, 1));
    // Nothing that is not ours runs in the process, so nothing in it needs protection from branches guessed wrong.
    keep(::seccomp_attr_set(context_.get(), SCMP_FLTATR_CTL_SSB, 1));
    keep(::seccomp_attr_set(context_.get(), SCMP_FLTATR_CTL_LOG, 1));
    keep(::seccomp_attr_set(context_.get(), SCMP_FLTATR_CTL_OPTIMIZE, 2));  // a tree, not a list
  }

  void add(std::uint32_t action, std::span<const int> calls) {
    for (const int call : calls) add(action, call);
  }
  void allow(std::span<const int> calls) { add(SCMP_ACT_ALLOW, calls); }

  // Only with these arguments.
  template <class... Comparisons>
  void allow_if(int call, Comparisons... comparisons) {
    add(SCMP_ACT_ALLOW, call, comparisons...);
  }

  Result<void> load() {
    if (error_ == 0) keep(::seccomp_load(context_.get()));
    if (error_ != 0) return base::fail_errno(error_, "cannot filter system calls");
    return {};
  }

 private:
  template <class... Comparisons>
  void add(std::uint32_t action, int call, Comparisons... comparisons) {
    if (call < 0 || error_ != 0) return;
    keep(::seccomp_rule_add(context_.get(), action, call, sizeof...(comparisons), comparisons...));
  }
  void keep(int result) {
    if (result < 0 && error_ == 0) error_ = -result;
  }

  struct Release {
    void operator()(void* context) const { ::seccomp_release(context); }
  };
  std::unique_ptr<void, Release> context_;
  int error_ = 0;
};

constexpr auto equal(unsigned argument, scmp_datum_t value) {
  return scmp_arg_cmp{.arg = argument, .op = SCMP_CMP_EQ, .datum_a = value, .datum_b = 0};
}
constexpr auto masked(unsigned argument, scmp_datum_t mask, scmp_datum_t value) {
  return scmp_arg_cmp{.arg = argument, .op = SCMP_CMP_MASKED_EQ, .datum_a = mask, .datum_b = value};
}

void allow_internet_sockets(Filter& filter) {
  for (const auto family : {AF_INET, AF_INET6}) {
    for (const auto kind : {SOCK_STREAM, SOCK_DGRAM}) {
      filter.allow_if(SCMP_SYS(socket), equal(0, family), masked(1, kSocketKind, kind));
    }
  }
  // How lookups are asked for. A pair of this kind can neither be connected elsewhere nor send to another.
  filter.allow_if(SCMP_SYS(socketpair), equal(0, AF_UNIX), masked(1, kSocketKind, SOCK_SEQPACKET));
  filter.allow_if(SCMP_SYS(socketpair), equal(0, AF_UNIX), masked(1, kSocketKind, SOCK_STREAM));
}

void allow_serving(Filter& filter) {
  filter.allow(kServing);
  allow_internet_sockets(filter);
  for (const int call : {SCMP_SYS(mmap), SCMP_SYS(mprotect)}) filter.allow_if(call, masked(2, PROT_EXEC, 0));
  for (const auto command : {F_DUPFD_CLOEXEC, F_GETFD, F_SETFD, F_GETFL, F_SETFL, F_GETPIPE_SZ, F_SETPIPE_SZ}) {
    filter.allow_if(SCMP_SYS(fcntl), equal(1, static_cast<scmp_datum_t>(command)));
  }
  for (const scmp_datum_t request : {FIONREAD, FIONBIO}) filter.allow_if(SCMP_SYS(ioctl), equal(1, request));
  filter.allow_if(SCMP_SYS(prctl), equal(0, PR_SET_NAME));
  // Of a descriptor: its path is empty.
  filter.allow_if(SCMP_SYS(newfstatat), masked(3, AT_EMPTY_PATH, AT_EMPTY_PATH));
  // Asking, not setting; abort(), not another's end.
  filter.allow_if(SCMP_SYS(prlimit64), equal(0, 0), equal(2, 0));
  filter.allow_if(SCMP_SYS(tgkill), equal(0, static_cast<scmp_datum_t>(::getpid())));
}

void allow_lookups(Filter& filter) {
  filter.allow(kServing);
  filter.allow(kLookingUpNames);
  allow_internet_sockets(filter);
  filter.allow_if(SCMP_SYS(socket), equal(0, AF_NETLINK));  // which address families the machine has
  constexpr scmp_datum_t kWriting = O_ACCMODE | O_CREAT | O_TRUNC | O_APPEND;
  filter.allow_if(SCMP_SYS(openat), masked(2, kWriting, O_RDONLY));
  filter.allow_if(SCMP_SYS(open), masked(1, kWriting, O_RDONLY));
  constexpr scmp_datum_t kNamespaces =
      CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET;
  filter.allow_if(SCMP_SYS(clone), masked(0, kNamespaces, 0));
  filter.allow_if(SCMP_SYS(prctl), equal(0, PR_SET_NAME));
  filter.allow_if(SCMP_SYS(prlimit64), equal(0, 0), equal(2, 0));
}

}  // namespace

Result<void> filter_calls(Calls calls) {
  Filter filter;
  filter.add(SCMP_ACT_KILL_PROCESS, kFatal);
  switch (calls) {
    case Calls::kServing:
      allow_serving(filter);
      break;
    case Calls::kLookingUpNames:
      allow_lookups(filter);
      break;
  }
  return filter.load();
}

}  // namespace gatehouse::sys
