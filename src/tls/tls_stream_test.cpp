#include "tls/tls_stream.h"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include "async/race.h"
#include "async/sleep.h"
#include "tls/certificate_chain.h"
#include "tls/client_context.h"
#include "tls/issue.h"
#include "tls/server_contexts.h"
#include "tls/tls_fixture.h"

namespace gatehouse::tls {
namespace {

using async::Deadline;
using async::Loop;
using async::Task;
using base::ErrorCode;
using base::Result;
using namespace std::chrono_literals;

Task<std::string> read_all(net::Stream& stream) {
  std::string text;
  std::array<std::byte, 3000> buffer;  // not a divisor of a record
  for (;;) {
    const auto count = co_await stream.read(buffer, Deadline::after(10s));
    if (!count) co_return "error: " + count.error().message;
    if (*count == 0) co_return text;
    text.append(reinterpret_cast<const char*>(buffer.data()), *count);
  }
}

Task<void> write_and_end(net::Stream& stream, std::string text) {
  const std::array parts{net::part("head "), net::part(""), net::part(text), net::part(" tail")};
  EXPECT_TRUE(co_await stream.write(parts, Deadline::after(10s)));
  EXPECT_TRUE(co_await stream.shutdown_write(Deadline::after(10s)));
}

Task<std::string> send_through(net::Stream& from, net::Stream& to, std::string text) {
  auto [written, received] = co_await async::both(write_and_end(from, std::move(text)), read_all(to));
  co_return *received;
}

TEST(TlsStream, CarriesBytesBothWays) {
  Loop loop;
  const Scene scene;
  auto pair = scene.connect(loop, "app.test");
  ASSERT_EQ(pair.failure, "");
  for (const std::size_t size : {0UL, 1UL, 16383UL, 16384UL, 16385UL, 3000000UL}) {
    auto again = scene.connect(loop, "app.test");
    const std::string text(size, 'x');
    EXPECT_EQ(loop.run(send_through(*again.client, *again.server, text)), "head " + text + " tail") << size;
    EXPECT_EQ(loop.run(send_through(*again.server, *again.client, text)), "head " + text + " tail") << size;
  }
}

TEST(TlsStream, BothSidesKnowWhatWasSettled) {
  Loop loop;
  const Scene scene;
  const auto pair = scene.connect(loop, "app.test");
  ASSERT_EQ(pair.failure, "");
  EXPECT_EQ(pair.server->facts().sni, "app.test");
  EXPECT_EQ(pair.server->facts().version, "1.3");
  EXPECT_EQ(pair.server->facts().cipher, "TLS_AES_128_GCM_SHA256");
  EXPECT_EQ(pair.server->facts().alpn, "http/1.1");
  EXPECT_EQ(pair.server->facts().options, "default");
  EXPECT_EQ(pair.server->facts().peer_certificate, "");
  EXPECT_EQ(pair.client->facts().alpn, "http/1.1");
  const auto shown = CertificateChain::from_pem(pair.client->facts().peer_certificate);
  ASSERT_TRUE(shown);
  EXPECT_EQ(shown->names(), std::vector<std::string>{"app.test"});
}

TEST(TlsStream, ARecordThatIsReadInPartsIsBufferedInput) {
  Loop loop;
  const Scene scene;
  auto pair = scene.connect(loop, "app.test");
  ASSERT_EQ(pair.failure, "");
  const auto text = net::part("two words");
  ASSERT_EQ(pair.client->try_write({&text, 1}).count, 9U);
  std::array<std::byte, 4> few;
  while (pair.server->try_read(few).count == 0) loop.run(wait_readable(*pair.server));
  EXPECT_TRUE(pair.server->has_buffered_input());
  std::array<std::byte, 64> rest;
  EXPECT_EQ(pair.server->try_read(rest).count, 5U);
  EXPECT_FALSE(pair.server->has_buffered_input());
}

TEST(TlsStream, AnEndWithoutAGoodbyeIsAReset) {
  Loop loop;
  const Scene scene;
  auto pair = scene.connect(loop, "app.test");
  ASSERT_EQ(pair.failure, "");
  ::shutdown(pair.client->fd(), SHUT_WR);
  std::array<std::byte, 16> buffer;
  const auto got = loop.run(read_once(*pair.server, buffer));
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().code, ErrorCode::kReset);
}

// Writes until the connection is broken; the attempts are counted, so that one which makes no progress is seen.
Task<std::string> write_on(net::Stream& stream) {
  const std::string text(16 * 1024, 'x');
  for (int i = 0; i < 1000; ++i) {
    const auto part = net::part(text);
    const auto attempt = stream.try_write({&part, 1});
    if (attempt.error != 0) co_return "broken";
    if (attempt.count == 0 && attempt.step.kind == async::Step::Kind::kDone) co_return "no progress";
    co_await async::sleep(stream.loop(), 1ms);
  }
  co_return "never broken";
}

TEST(TlsStream, AWriteToAPeerThatSaidGoodbyeAndLeftFails) {
  Loop loop;
  const Scene scene;
  auto pair = scene.connect(loop, "app.test");
  ASSERT_EQ(pair.failure, "");
  loop.run(write_and_end(*pair.client, ""));
  EXPECT_EQ(loop.run(read_all(*pair.server)), "head  tail");
  pair.client.reset();
  EXPECT_EQ(loop.run(write_on(*pair.server)), "broken");
}

TEST(TlsStream, AClientThatSaysNothingTimesOut) {
  Loop loop;
  const Scene scene;
  auto [near, far] = socket_pair();
  TlsStream server(loop, std::move(far), scene.contexts());
  const auto result = loop.run(server.handshake(Deadline::after(5ms)));
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::kTimeout);
}

TEST(TlsStream, AClientThatHangsUpAtOnceIsAReset) {
  Loop loop;
  const Scene scene;
  auto [near, far] = socket_pair();
  TlsStream server(loop, std::move(far), scene.contexts());
  near.close();
  const auto result = loop.run(server.handshake(Deadline::after(10s)));
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::kReset);
}

TEST(TlsStream, PlainHttpIsNoHandshake) {
  Loop loop;
  const Scene scene;
  auto [near, far] = socket_pair();
  TlsStream server(loop, std::move(far), scene.contexts());
  constexpr std::string_view kRequest = "GET / HTTP/1.1\r\nHost: app.test\r\n\r\n";
  ASSERT_EQ(::send(near.get(), kRequest.data(), kRequest.size(), 0), static_cast<ssize_t>(kRequest.size()));
  const auto result = loop.run(server.handshake(Deadline::after(10s)));
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::kInvalid);
  EXPECT_EQ(result.error().message, "the TLS handshake failed: http request");
}

TEST(TlsStream, AHelloThatComesByteByByteIsTheSameHello) {
  Loop loop;
  const Scene scene;
  auto [near, far] = socket_pair();
  auto [relay, client_end] = socket_pair();
  TlsStream server(loop, std::move(far), scene.contexts());
  TlsStream client(loop, std::move(client_end), scene.client(), "app.test");
  auto [shaken, settled] = loop.run(shake_through(loop, server, client, near.get(), relay.get()));
  EXPECT_TRUE(shaken);
  EXPECT_TRUE(settled);
  EXPECT_EQ(server.facts().sni, "app.test");
}

TEST(TlsStream, AnUntrustedServerIsRefusedByName) {
  Loop loop;
  const Scene scene;
  const auto stranger = *ClientContext::make({.system_roots = false});
  const auto pair = scene.connect(loop, "app.test", stranger);
  EXPECT_EQ(pair.failure, "the certificate of app.test is not trusted: unable to get local issuer certificate");
  const auto other = scene.connect(loop, "other.test");
  EXPECT_EQ(other.failure, "the certificate of other.test is not trusted: self-signed certificate");
  const auto blind = scene.connect(loop, "other.test", *ClientContext::make({.verify = false}));
  EXPECT_EQ(blind.failure, "");
}

TEST(TlsStream, TheContextMayNameTheServer) {
  Loop loop;
  const Scene scene;
  auto settings = scene.client_settings();
  settings.server_name = "app.test";
  const auto pair = scene.connect(loop, "10.0.0.1", *ClientContext::make(settings));
  EXPECT_EQ(pair.failure, "");
  EXPECT_EQ(pair.server->facts().sni, "app.test");
}

TEST(TlsStream, ACertificateOfAnotherNameIsRefused) {
  Loop loop;
  Scene scene;
  scene.settings.default_certificate = scene.settings.certificates.front();
  const auto pair = scene.connect(loop, "other.test");
  EXPECT_EQ(pair.failure, "the certificate of other.test is not trusted: hostname mismatch");
}

}  // namespace
}  // namespace gatehouse::tls
