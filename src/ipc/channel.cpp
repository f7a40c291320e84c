#include "ipc/channel.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <iterator>

#include <sys/socket.h>

#include "async/wait_io.h"

namespace gatehouse::ipc {

using async::Deadline;
using async::Direction;
using async::Step;
using async::Task;
using base::ErrorCode;
using base::fail;
using base::Fault;
using base::Result;

namespace {

constexpr std::size_t kControlBytes = CMSG_SPACE(sizeof(int) * kDescriptorsMax);

Result<void> outcome(bool timed_out, int error) {
  if (timed_out) return fail(ErrorCode::kTimeout, Fault::kInternal, "the other process does not respond in time");
  if (error != 0) return base::fail_errno(error, "talking to the other process");
  return {};
}

// Sends all of a buffer; the descriptors travel with its first byte.
class SendAll final : public async::IoAwaiter<SendAll> {
 public:
  SendAll(async::Watch& watch, std::span<const std::byte> bytes, std::span<const sys::Fd> descriptors,
          Deadline deadline)
      : IoAwaiter(watch, deadline), bytes_(bytes), descriptors_(descriptors) {}

  Step attempt() {
    while (!bytes_.empty()) {
      const auto count = send_some();
      if (count < 0 && errno == EINTR) continue;
      if (count < 0 && errno == EAGAIN) return Step::want(Direction::kWrite);
      if (count < 0) {
        error_ = errno;
        break;
      }
      bytes_ = bytes_.subspan(static_cast<std::size_t>(count));
      descriptors_ = {};
    }
    return Step::done();
  }
  [[nodiscard]] Result<void> await_resume() const { return outcome(timed_out(), error_); }

 private:
  ssize_t send_some() {
    iovec part{const_cast<std::byte*>(bytes_.data()), bytes_.size()};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    alignas(cmsghdr) std::array<std::byte, kControlBytes> control{};
    if (!descriptors_.empty()) {
      const auto size = sizeof(int) * descriptors_.size();
      message.msg_control = control.data();
      message.msg_controllen = CMSG_SPACE(size);
      cmsghdr* header = CMSG_FIRSTHDR(&message);
      header->cmsg_level = SOL_SOCKET;
      header->cmsg_type = SCM_RIGHTS;
      header->cmsg_len = CMSG_LEN(size);
      std::vector<int> numbers;
      for (const auto& descriptor : descriptors_) numbers.push_back(descriptor.get());
      std::memcpy(CMSG_DATA(header), numbers.data(), size);
    }
    return ::sendmsg(watch().fd(), &message, MSG_NOSIGNAL);
  }

  std::span<const std::byte> bytes_;
  std::span<const sys::Fd> descriptors_;
  int error_ = 0;
};

// Fills a buffer, and collects descriptors that come along.
class ReceiveAll final : public async::IoAwaiter<ReceiveAll> {
 public:
  ReceiveAll(async::Watch& watch, std::span<std::byte> bytes, std::vector<sys::Fd>& descriptors, Deadline deadline)
      : IoAwaiter(watch, deadline), bytes_(bytes), descriptors_(descriptors) {}

  Step attempt() {
    while (!bytes_.empty()) {
      const auto count = receive_some();
      if (count < 0 && errno == EINTR) continue;
      if (count < 0 && errno == EAGAIN) return Step::want(Direction::kRead);
      if (count <= 0) {
        closed_ = count == 0;
        error_ = count < 0 ? errno : 0;
        break;
      }
      bytes_ = bytes_.subspan(static_cast<std::size_t>(count));
    }
    return Step::done();
  }
  [[nodiscard]] Result<void> await_resume() const {
    if (closed_) return fail(ErrorCode::kClosed, Fault::kInternal, "the other process has ended the connection");
    return outcome(timed_out(), error_);
  }

 private:
  ssize_t receive_some() {
    iovec part{bytes_.data(), bytes_.size()};
    alignas(cmsghdr) std::array<std::byte, kControlBytes> control{};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    const auto count = ::recvmsg(watch().fd(), &message, MSG_CMSG_CLOEXEC);
    if (count < 0) return count;
    for (cmsghdr* header = CMSG_FIRSTHDR(&message); header != nullptr; header = CMSG_NXTHDR(&message, header)) {
      if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) continue;
      const auto total = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
      for (std::size_t i = 0; i < total; ++i) {
        int number = -1;
        std::memcpy(&number, CMSG_DATA(header) + i * sizeof(int), sizeof number);
        descriptors_.emplace_back(number);
      }
    }
    // Descriptors that no frame claims would fill up our table.
    if (descriptors_.size() > kDescriptorsMax) {
      errno = EMSGSIZE;
      return -1;
    }
    return count;
  }

  std::span<std::byte> bytes_;
  std::vector<sys::Fd>& descriptors_;
  bool closed_ = false;
  int error_ = 0;
};

// Takes the turn to send, and gives it to the next however the sending ends.
class Turn {
 public:
  Turn(bool& taken, async::Event& freed) : taken_(taken), freed_(freed) { taken_ = true; }
  ~Turn() {
    taken_ = false;
    freed_.pulse();
  }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;

 private:
  bool& taken_;
  async::Event& freed_;
};

}  // namespace

Channel::Channel(async::Loop& loop, sys::Fd socket)
    : socket_(std::move(socket)), watch_(loop, socket_.get()), sent_(loop) {}

Task<Result<void>> Channel::send(Message message, Deadline deadline) {
  while (sending_) {
    if (!co_await sent_.wait(deadline)) co_return outcome(true, 0);
  }
  const Turn turn(sending_, sent_);
  const auto header = encode(FrameHeader{.type = message.type,
                                         .descriptors = static_cast<std::uint32_t>(message.descriptors.size()),
                                         .payload_bytes = message.payload.size()});
  BASE_CO_CHECK(co_await SendAll(watch_, header, message.descriptors, deadline));
  co_return co_await SendAll(watch_, std::as_bytes(std::span(message.payload)), {}, deadline);
}

Task<Result<void>> Channel::fill(std::span<std::byte> buffer, Deadline deadline) {
  co_return co_await ReceiveAll(watch_, buffer, received_, deadline);
}

Task<Result<Message>> Channel::receive(Deadline deadline) {
  std::array<std::byte, FrameHeader::kBytes> bytes{};
  BASE_CO_CHECK(co_await fill(bytes, deadline));
  BASE_CO_TRY(const auto header, decode(bytes));
  Message message{.type = header.type, .payload = std::string(header.payload_bytes, '\0'), .descriptors = {}};
  BASE_CO_CHECK(co_await fill(std::as_writable_bytes(std::span(message.payload)), deadline));
  if (received_.size() < header.descriptors) {
    co_return fail(ErrorCode::kInvalid, Fault::kInternal, "a frame came without the descriptors that it announced");
  }
  const auto end = received_.begin() + static_cast<std::ptrdiff_t>(header.descriptors);
  std::move(received_.begin(), end, std::back_inserter(message.descriptors));
  received_.erase(received_.begin(), end);
  co_return message;
}

}  // namespace gatehouse::ipc
