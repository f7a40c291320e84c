#include "app/whoami/server.h"

#include <array>
#include <optional>

#include "async/race.h"
#include "async/sleep.h"
#include "http/h1/chunked_decoder.h"
#include "http/h1/connection.h"
#include "http/h1/framing.h"
#include "http/h1/head_writer.h"
#include "http/h1/request_parser.h"

namespace gatehouse::app {

using async::Deadline;
using async::Task;
using base::Result;
using http::h1::BodyKind;

namespace {

constexpr std::chrono::seconds kIdleTimeMax{180};
constexpr std::chrono::seconds kReadTimeMax{60};
constexpr std::chrono::milliseconds kAcceptPause{100};  // when no descriptor is free

}  // namespace

// One connection's bytes: read, and not used yet.
class WhoamiServer::Input {
 public:
  explicit Input(net::Stream& stream) : stream_(stream) {}

  [[nodiscard]] std::string_view unread() const { return {bytes_.data() + begin_, end_ - begin_}; }
  [[nodiscard]] std::span<char> unread_in_place() { return std::span(bytes_).subspan(begin_, end_ - begin_); }
  void consume(std::size_t count) { begin_ += count; }
  // Once nothing is unread. False at the end, of the stream or of the patience.
  Task<bool> fill(std::chrono::seconds patience) {
    const auto count = co_await stream_.read(std::as_writable_bytes(std::span(bytes_)), Deadline::after(patience));
    begin_ = 0;
    end_ = count.value_or(0);
    co_return end_ != 0;
  }

 private:
  net::Stream& stream_;
  std::array<char, 16 * 1024> bytes_{};
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

// Reads over the content of a request. False when it ends too early or is none.
Task<bool> WhoamiServer::skip_content(Input& input, http::h1::Framing framing) {
  if (framing.kind == BodyKind::kLength) {
    for (auto left = framing.length; left != 0;) {
      if (input.unread().empty() && !co_await input.fill(kReadTimeMax)) co_return false;
      const auto count = std::min<std::uint64_t>(left, input.unread().size());
      input.consume(count);
      left -= count;
    }
  } else if (framing.kind == BodyKind::kChunked) {
    http::h1::ChunkedDecoder decoder;
    for (;;) {
      if (input.unread().empty() && !co_await input.fill(kReadTimeMax)) co_return false;
      const auto progress = decoder.decode(input.unread_in_place());
      if (!progress) co_return false;
      input.consume(progress->consumed);
      if (progress->done) break;
    }
  }
  co_return true;
}

namespace {

// The response to a request that breaks a rule; nothing follows it.
std::string refusal(http::Violation violation) {
  auto head = http::ResponseHead::of(http::status_of(violation));
  std::string wire;
  http::h1::append_response(wire, head, {.framing = http::h1::Framing::of_length(0), .close = true});
  return wire;
}

std::string response(const WhoamiAnswer& answer, const http::RequestHead& request, bool keep) {
  auto head = http::ResponseHead::of(answer.status);
  head.fields.add("Content-Type", answer.content_type);
  const bool is_head = request.method.id == http::MethodId::kHead;
  const auto size = answer.content.size();
  std::string wire;
  http::h1::append_response(
      wire, head,
      {.framing = is_head ? http::h1::Framing::declaring(size) : http::h1::Framing::of_length(size),
       .client = request.version,
       .close = !keep});
  return is_head ? wire : wire + answer.content;
}

}  // namespace

WhoamiServer::WhoamiServer(async::Loop& loop, sys::Fd listener, WhoamiIdentity identity)
    : loop_(loop),
      identity_(std::move(identity)),
      listener_(std::make_unique<net::Listener>(loop, std::move(listener))),
      draining_(loop),
      connections_(loop) {}

Task<void> WhoamiServer::wait_for_drain() { static_cast<void>(co_await draining_.wait(Deadline::never())); }

Task<void> WhoamiServer::run() {
  co_await async::first_of(accept(), wait_for_drain());
  listener_.reset();
}

Task<void> WhoamiServer::accept() {
  for (;;) {
    auto accepted = co_await listener_->accept();
    if (!accepted) {
      co_await async::sleep(loop_, kAcceptPause);
      continue;
    }
    if (connections_.size() >= kConnectionsMax) continue;
    auto stream = std::make_unique<net::SocketStream>(loop_, std::move(accepted->socket), base::Fault::kClient);
    connections_.spawn(serve(std::move(stream), accepted->peer.to_string()));
  }
}

// Between requests a connection ends when the server does; within one it goes on.
Task<bool> WhoamiServer::next_bytes(Input& input, bool is_idle) {
  if (!is_idle) co_return co_await input.fill(kReadTimeMax);
  const auto [filled, drained] = co_await async::first_of(input.fill(kIdleTimeMax), wait_for_drain());
  co_return filled.value_or(false);
}

Task<void> WhoamiServer::serve(std::unique_ptr<net::SocketStream> stream, std::string peer) {
  const auto input = std::make_unique<Input>(*stream);
  http::h1::RequestParser parser;
  http::RequestHead request;
  for (bool keep = true; keep;) {
    http::Parsed<http::h1::HeadProgress> head;
    for (;;) {
      if (input->unread().empty() && !co_await next_bytes(*input, parser.is_idle())) co_return;
      head = parser.parse(input->unread(), request);
      if (!head || head->done) break;
      input->consume(input->unread().size());
    }
    const auto framing = head ? http::h1::request_framing(request) : std::unexpected(head.error());
    if (!framing) {
      static_cast<void>(co_await stream->write(refusal(framing.error()), Deadline::after(kReadTimeMax)));
      co_return;
    }
    input->consume(head->consumed);
    if (!framing->is_empty() && http::h1::expectation_of(request) == http::h1::Expectation::kContinue) {
      static_cast<void>(co_await stream->write("HTTP/1.1 100 Continue\r\n\r\n", Deadline::after(kReadTimeMax)));
    }
    const auto answer = answer_whoami(identity_, request, peer);
    keep = http::h1::keeps_alive(request.version, request.fields) && co_await skip_content(*input, *framing);
    if (answer.wait.count() > 0) co_await async::sleep(loop_, answer.wait);
    keep = keep && !draining_.is_set();
    const auto wire = response(answer, request, keep);
    if (!co_await stream->write(wire, Deadline::after(kReadTimeMax))) co_return;
  }
  static_cast<void>(co_await stream->shutdown_write(Deadline::after(kReadTimeMax)));
}

Task<bool> WhoamiServer::drain(Deadline deadline) {
  draining_.set();
  co_return co_await connections_.join(deadline);
}

}  // namespace gatehouse::app
