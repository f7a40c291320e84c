#include "ipc/channel.h"

#include <cstring>
#include <memory>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "async/group.h"
#include "async/race.h"
#include "ipc/messages.h"

namespace gatehouse::ipc {
namespace {

using async::Deadline;
using async::Task;
using base::ErrorCode;
using base::Result;

class ChannelTest : public testing::Test {
 protected:
  ChannelTest() {
    int ends[2];
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends), 0);
    a_ = std::make_unique<Channel>(loop_, sys::Fd(ends[0]));
    raw_ = sys::Fd(::fcntl(ends[1], F_DUPFD_CLOEXEC, 0));
    b_ = std::make_unique<Channel>(loop_, sys::Fd(ends[1]));
  }

  Result<Message> receive(Channel& channel) { return loop_.run(channel.receive(Deadline::after(kPatience))); }
  Result<void> send(Channel& channel, Message message) {
    return loop_.run(channel.send(std::move(message), Deadline::after(kPatience)));
  }
  // Bytes as somebody else would write them to b's peer, with descriptors beside.
  void write_raw(std::string_view bytes, std::size_t descriptors) {
    iovec part{const_cast<char*>(bytes.data()), bytes.size()};
    std::vector<int> numbers(descriptors, STDERR_FILENO);
    std::vector<char> control(CMSG_SPACE(sizeof(int) * descriptors));
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    if (descriptors != 0) {
      message.msg_control = control.data();
      message.msg_controllen = control.size();
      auto* header = CMSG_FIRSTHDR(&message);
      header->cmsg_level = SOL_SOCKET;
      header->cmsg_type = SCM_RIGHTS;
      header->cmsg_len = CMSG_LEN(sizeof(int) * descriptors);
      std::memcpy(CMSG_DATA(header), numbers.data(), sizeof(int) * descriptors);
    }
    ASSERT_EQ(::sendmsg(raw_.get(), &message, 0), static_cast<ssize_t>(bytes.size()));
  }

  static constexpr std::chrono::seconds kPatience{10};
  async::Loop loop_;
  std::unique_ptr<Channel> a_;
  std::unique_ptr<Channel> b_;
  sys::Fd raw_;  // the same end as b's
};

TEST_F(ChannelTest, MessagesComeInOrder) {
  ASSERT_TRUE(send(*a_, empty_message(Type::kStatsRequest)));
  ASSERT_TRUE(send(*a_, Drain{.grace_ms = 7}.to_message()));
  EXPECT_EQ(receive(*b_)->type, Type::kStatsRequest);
  EXPECT_EQ(Drain::from(*receive(*b_))->grace_ms, 7);
}

TEST_F(ChannelTest, DescriptorsTravelWithTheirMessage) {
  int ends[2];
  ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
  const sys::Fd in(ends[0]);
  ASSERT_TRUE(send(*a_, access_log_message(sys::Fd(ends[1]))));
  ASSERT_TRUE(send(*a_, empty_message(Type::kDrained)));
  auto message = receive(*b_);
  ASSERT_TRUE(message);
  ASSERT_EQ(message->descriptors.size(), 1U);
  ASSERT_EQ(::write(message->descriptors[0].get(), "x", 1), 1);
  char byte = 0;
  EXPECT_EQ(::read(in.get(), &byte, 1), 1);
  EXPECT_EQ(byte, 'x');
  EXPECT_TRUE(receive(*b_)->descriptors.empty());
}

TEST_F(ChannelTest, ALargeMessageIsCarriedWhileTheOtherSideReads) {
  std::string text(8U << 20, 'x');
  text.back() = 'y';
  auto [sent, received] =
      loop_.run([](Channel& a, Channel& b, std::string payload) -> Task<std::pair<Result<void>, Result<Message>>> {
        auto outcome = co_await async::both(a.send(snapshot_message(std::move(payload)), Deadline::after(kPatience)),
                                            b.receive(Deadline::after(kPatience)));
        co_return std::pair(*std::move(outcome.first), *std::move(outcome.second));
      }(*a_, *b_, text));
  ASSERT_TRUE(sent);
  ASSERT_TRUE(received);
  EXPECT_EQ(received->payload, text);
}

TEST_F(ChannelTest, SendersQueueUp) {
  async::Group senders(loop_);
  const auto say = [](Channel& channel, std::string payload) -> Task<void> {
    EXPECT_TRUE(co_await channel.send(snapshot_message(std::move(payload)), Deadline::after(kPatience)));
  };
  for (const char c : {'a', 'b', 'c'}) senders.spawn(say(*a_, std::string(1U << 20, c)));
  for (const char c : {'a', 'b', 'c'}) EXPECT_EQ(receive(*b_)->payload, std::string(1U << 20, c));
}

TEST_F(ChannelTest, TheEndOfThePeerIsTold) {
  raw_.close();
  b_.reset();
  EXPECT_EQ(receive(*a_).error().code, ErrorCode::kClosed);
  EXPECT_EQ(send(*a_, empty_message(Type::kDrained)).error().code, ErrorCode::kReset);
}

TEST_F(ChannelTest, WaitingEndsAtTheDeadline) {
  const auto received = loop_.run(a_->receive(Deadline::after(std::chrono::milliseconds(5))));
  EXPECT_EQ(received.error().code, ErrorCode::kTimeout);
}

TEST_F(ChannelTest, AFrameIsReadByteByByte) {
  const auto header = encode(FrameHeader{.type = Type::kSnapshot, .descriptors = 0, .payload_bytes = 3});
  std::string frame(reinterpret_cast<const char*>(header.data()), header.size());
  frame += "abc";
  async::Group group(loop_);
  std::optional<Result<Message>> received;
  group.spawn([](Channel& channel, std::optional<Result<Message>>& result) -> Task<void> {
    result.emplace(co_await channel.receive(Deadline::after(kPatience)));
  }(*a_, received));
  for (const char byte : frame) {
    EXPECT_FALSE(received);
    write_raw({&byte, 1}, 0);
    loop_.run(
        [](async::Loop& loop) -> Task<void> { co_await async::sleep(loop, std::chrono::milliseconds(1)); }(loop_));
  }
  ASSERT_TRUE(received && *received);
  EXPECT_EQ((*received)->payload, "abc");
}

TEST_F(ChannelTest, AnnouncedDescriptorsMustCome) {
  const auto header = encode(FrameHeader{.type = Type::kListeners, .descriptors = 1, .payload_bytes = 0});
  write_raw({reinterpret_cast<const char*>(header.data()), header.size()}, 0);
  EXPECT_EQ(receive(*a_).error().code, ErrorCode::kInvalid);
}

TEST_F(ChannelTest, DescriptorsThatNobodyAnnouncedDoNotPileUp) {
  const auto header = encode(FrameHeader{.type = Type::kDrained, .descriptors = 0, .payload_bytes = 0});
  const std::string_view frame(reinterpret_cast<const char*>(header.data()), header.size());
  write_raw(frame, kDescriptorsMax / 2);
  write_raw(frame, kDescriptorsMax / 2);
  write_raw(frame, 1);
  EXPECT_TRUE(receive(*a_));
  EXPECT_TRUE(receive(*a_));
  EXPECT_FALSE(receive(*a_));
}

}  // namespace
}  // namespace gatehouse::ipc
