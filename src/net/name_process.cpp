#include "net/name_process.h"

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>

#include <linux/close_range.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/text.h"
#include "net/resolver.h"

namespace gatehouse::net {

using base::ErrorCode;
using base::fail;
using base::fail_errno;
using base::Fault;
using base::Result;
using base::Retry;

namespace {

constexpr int kChildren = 2;  // so that a name server that is slow with one name does not hold up all others
constexpr std::size_t kNameBytesMax = 255;
constexpr std::size_t kAnswerBytesMax = 8 * 1024;
constexpr timeval kAnswerTimeMax{.tv_sec = 30, .tv_usec = 0};
constexpr unsigned kPauseAfterDeath_s = 1;

// An answer's first line; the addresses follow, or what went wrong.
constexpr std::string_view kFound = "found";
constexpr std::string_view kNotFound = "not found";
constexpr std::string_view kLater = "later";

std::string answer(const std::string& host) {
  std::string text;
  const auto found = look_up(host, 0);
  if (!found) {
    text = found.error().retry == Retry::kYes ? kLater : kNotFound;
    return text + "\n" + found.error().message.substr(0, kAnswerBytesMax / 2);
  }
  text = kFound;
  for (std::size_t i = 0; i < found->size() && i < NameProcess::kAddressesMax; ++i) text += "\n" + (*found)[i].ip();
  return text;
}

struct Packet {
  std::string text;
  sys::Fd descriptor;
};

// Nothing when the other side has ended.
Packet receive(int socket, std::size_t bytes_max) {
  Packet packet{.text = std::string(bytes_max, '\0'), .descriptor = {}};
  iovec part{packet.text.data(), packet.text.size()};
  alignas(cmsghdr) std::array<std::byte, CMSG_SPACE(sizeof(int))> control{};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  ssize_t count = 0;
  do count = ::recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
  while (count < 0 && errno == EINTR);
  packet.text.resize(count < 0 ? 0 : static_cast<std::size_t>(count));
  const cmsghdr* header = CMSG_FIRSTHDR(&message);
  if (count > 0 && header != nullptr && header->cmsg_type == SCM_RIGHTS && header->cmsg_len == CMSG_LEN(sizeof(int))) {
    int number = -1;
    std::memcpy(&number, CMSG_DATA(header), sizeof number);
    packet.descriptor = sys::Fd(number);
  }
  return packet;
}

bool send(int socket, std::string_view text, int descriptor) {
  iovec part{const_cast<char*>(text.data()), text.size()};
  alignas(cmsghdr) std::array<std::byte, CMSG_SPACE(sizeof(int))> control{};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  cmsghdr* header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(sizeof(int));
  std::memcpy(CMSG_DATA(header), &descriptor, sizeof descriptor);
  return ::sendmsg(socket, &message, MSG_NOSIGNAL) == static_cast<ssize_t>(text.size());
}

[[noreturn]] void answer_questions(int questions) {
  for (;;) {
    const auto question = receive(questions, kNameBytesMax);
    if (question.text.empty()) ::_exit(0);
    if (!question.descriptor.valid()) continue;
    const auto text = answer(question.text);
    ::send(question.descriptor.get(), text.data(), text.size(), MSG_NOSIGNAL);
  }
}

// Keeps so many children until one finds that nobody can ask any more.
[[noreturn]] void keep_children(int questions) {
  int running = 0;
  for (;;) {
    for (; running < kChildren; ++running) {
      const pid_t child = ::fork();
      if (child == 0) answer_questions(questions);
      if (child < 0) break;
    }
    int status = 0;
    const bool waited = ::wait(&status) > 0;
    if (waited && WIFEXITED(status) && WEXITSTATUS(status) == 0) ::_exit(0);
    if (waited) --running;
    ::sleep(kPauseAfterDeath_s);
  }
}

[[noreturn]] void run_child(int questions, void (*confine)()) {
  // The terminal's Ctrl-C is for the parent, which ends after its requests; our end follows from its end.
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) ::signal(number, SIG_IGN);
  ::dup2(questions, STDIN_FILENO);
  ::close_range(STDERR_FILENO + 1, ~0U, 0);
  ::dup2(STDERR_FILENO, STDOUT_FILENO);
  ::prctl(PR_SET_NAME, "edge-names");
  confine();
  keep_children(STDIN_FILENO);
}

Result<std::vector<SocketAddress>> read_answer(const std::string& host, std::uint16_t port, std::string_view text) {
  const auto end = std::min(text.find('\n'), text.size());
  const auto kind = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  if (kind == kLater) return fail(ErrorCode::kUnreachable, Fault::kBackend, std::string(text), Retry::kYes);
  if (kind == kNotFound) return fail(ErrorCode::kNotFound, Fault::kBackend, std::string(text));
  if (kind != kFound) {
    return fail(ErrorCode::kUnreachable, Fault::kInternal, "cannot resolve " + host + ": no answer from the resolver",
                Retry::kYes);
  }
  std::vector<SocketAddress> addresses;
  while (!text.empty() && addresses.size() < NameProcess::kAddressesMax) {
    const auto line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    if (auto address = SocketAddress::from_ip(line, port)) addresses.push_back(*address);
  }
  if (addresses.empty()) {
    return fail(ErrorCode::kNotFound, Fault::kBackend, "cannot resolve " + host + ": it has no address");
  }
  return addresses;
}

}  // namespace

Result<NameProcess> NameProcess::start(void (*confine)()) {
  std::array<int, 2> pair{};
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair.data()) != 0) {
    return fail_errno(errno, "cannot make a pair of sockets");
  }
  NameProcess process{sys::Fd(pair[0])};
  const sys::Fd theirs(pair[1]);
  const pid_t child = ::fork();
  if (child < 0) return fail_errno(errno, "cannot start the process that resolves names");
  if (child == 0) run_child(theirs.get(), confine);
  return process;
}

Result<std::vector<SocketAddress>> NameProcess::ask(const std::string& host, std::uint16_t port) const {
  if (host.empty() || host.size() > kNameBytesMax) {
    return fail(ErrorCode::kNotFound, Fault::kBackend, "cannot resolve " + host + ": no name is as long or as short");
  }
  std::array<int, 2> pair{};
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair.data()) != 0) {
    return fail_errno(errno, "cannot make a pair of sockets");
  }
  const sys::Fd ours(pair[0]);
  sys::Fd theirs(pair[1]);
  for (const int option : {SO_RCVTIMEO, SO_SNDTIMEO}) {
    ::setsockopt(ours.get(), SOL_SOCKET, option, &kAnswerTimeMax, sizeof kAnswerTimeMax);
  }
  if (!send(questions_.get(), host, theirs.get())) {
    return fail(ErrorCode::kUnreachable, Fault::kInternal,
                "cannot resolve " + host + ": the resolver's process is gone");
  }
  theirs.close();  // so that we are told when who answers dies
  return read_answer(host, port, receive(ours.get(), kAnswerBytesMax).text);
}

}  // namespace gatehouse::net
