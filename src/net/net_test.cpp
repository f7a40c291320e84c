#include <array>
#include <string>

#include <gtest/gtest.h>
#include <unistd.h>

#include "async/group.h"
#include "async/race.h"
#include "net/connect.h"
#include "net/listener.h"
#include "net/resolver.h"
#include "net/socket_stream.h"

namespace gatehouse::net {
namespace {

using async::Deadline;
using async::Loop;
using async::Task;
using base::ErrorCode;
using base::Fault;
using namespace std::chrono_literals;

Task<std::string> read_all(Stream& stream, Deadline deadline) {
  std::string text;
  std::array<std::byte, 4096> buffer;
  for (;;) {
    const auto count = co_await stream.read(buffer, deadline);
    if (!count) co_return "error: " + count.error().message;
    if (*count == 0) co_return text;
    text.append(reinterpret_cast<const char*>(buffer.data()), *count);
  }
}

Task<void> write_and_end(Stream& stream, const std::string& text) {
  const std::array parts{part("head "), part(text)};
  EXPECT_TRUE(co_await stream.write(parts, Deadline::after(10s)));
  EXPECT_TRUE(co_await stream.shutdown_write(Deadline::after(10s)));
}

Task<std::string> send_through(Stream& from, Stream& to, const std::string& text) {
  auto [written, received] = co_await async::both(write_and_end(from, text), read_all(to, Deadline::after(10s)));
  co_return *received;
}

TEST(Stream, CarriesMoreThanTheKernelBuffers) {
  Loop loop;
  auto [near, far] = stream_pair(loop);
  const std::string text(8 << 20, 'x');
  EXPECT_EQ(loop.run(send_through(*near, *far, text)), "head " + text);
}

Task<base::Result<std::size_t>> read_briefly(Stream& stream, Bytes into) {
  co_return co_await stream.read(into, Deadline::after(2ms));
}

TEST(Stream, AReadTimesOutAndBlamesThePeer) {
  Loop loop;
  auto [near, far] = stream_pair(loop);
  std::array<std::byte, 16> buffer;
  const auto result = loop.run(read_briefly(*far, buffer));
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::kTimeout);
  EXPECT_EQ(result.error().fault, Fault::kBackend);
}

Task<std::string> serve_one(Loop& loop, Listener& listener) {
  auto accepted = co_await listener.accept();
  if (!accepted) co_return accepted.error().message;
  SocketStream stream(loop, std::move(accepted->socket), Fault::kClient);
  co_return accepted->peer.ip() + " " + co_await read_all(stream, Deadline::after(10s));
}
Task<bool> connect_and_say(Loop& loop, SocketAddress address, std::string text) {
  auto stream = co_await connect(loop, address, Deadline::after(10s));
  if (!stream) co_return false;
  co_await write_and_end(**stream, text);
  co_return true;
}
Task<std::string> talk(Loop& loop, Listener& listener) {
  auto [served, said] =
      co_await async::both(serve_one(loop, listener), connect_and_say(loop, listener.address(), "hello"));
  EXPECT_TRUE(*said);
  co_return *served;
}

TEST(Listener, AcceptsAConnection) {
  Loop loop;
  auto socket = open_listener(*SocketAddress::from_ip("127.0.0.1", 0), SharePort::kYes);
  ASSERT_TRUE(socket);
  Listener listener(loop, *std::move(socket));
  EXPECT_EQ(loop.run(talk(loop, listener)), "127.0.0.1 head hello");
}

TEST(Listener, APortThatIsTakenIsNamed) {
  Loop loop;
  auto socket = open_listener(*SocketAddress::from_ip("127.0.0.1", 0), SharePort::kYes);
  ASSERT_TRUE(socket);
  const auto address = SocketAddress::local_of(socket->get());
  const auto refused = check_free(address);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kConflict);
  EXPECT_NE(refused.error().message.find(address.to_string()), std::string::npos);
  EXPECT_TRUE(open_listener(address, SharePort::kYes)) << "our own workers share it";
}

TEST(Connect, ARefusalMayBeRetried) {
  Loop loop;
  SocketAddress address;
  {
    auto socket = open_listener(*SocketAddress::from_ip("127.0.0.1", 0), SharePort::kNo);
    ASSERT_TRUE(socket);
    address = SocketAddress::local_of(socket->get());
  }
  const auto result = loop.run(connect(loop, address, Deadline::after(10s)));
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::kRefused);
  EXPECT_EQ(result.error().retry, base::Retry::kYes);
}

TEST(SocketAddress, ReadsAndPrintsLiterals) {
  EXPECT_EQ(SocketAddress::from_ip("127.0.0.1", 80)->to_string(), "127.0.0.1:80");
  EXPECT_EQ(SocketAddress::from_ip("[::1]", 443)->to_string(), "[::1]:443");
  EXPECT_EQ(SocketAddress::from_ip("::ffff:10.0.0.1", 80)->ip(), "10.0.0.1");
  EXPECT_FALSE(SocketAddress::from_ip("localhost", 80));
  EXPECT_FALSE(SocketAddress::from_ip("10.0.0", 80));
}

TEST(SocketAddress, APathHasALimit) {
  EXPECT_TRUE(SocketAddress::from_path(std::string(107, 'p')));
  EXPECT_FALSE(SocketAddress::from_path(std::string(108, 'p')));
}

TEST(Resolver, AnswersLiteralsAndLocalhostItself) {
  Loop loop;
  async::Offload offload(1);
  Resolver resolver(offload);
  const auto literal = loop.run(resolver.resolve(loop, "10.1.2.3", 8080, Deadline::after(5s)));
  ASSERT_TRUE(literal);
  EXPECT_EQ(literal->front().to_string(), "10.1.2.3:8080");
  const auto local = loop.run(resolver.resolve(loop, "app.localhost", 80, Deadline::after(5s)));
  ASSERT_TRUE(local);
  EXPECT_EQ(local->front().to_string(), "127.0.0.1:80");
}

TEST(Resolver, ANameThatCannotExistIsAnError) {
  Loop loop;
  async::Offload offload(1);
  Resolver resolver(offload);
  const auto result = loop.run(resolver.resolve(loop, "nowhere.invalid", 80, Deadline::after(10s)));
  ASSERT_FALSE(result);
  EXPECT_NE(result.error().message.find("nowhere.invalid"), std::string::npos);
}

}  // namespace
}  // namespace gatehouse::net
