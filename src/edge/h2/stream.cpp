#include "edge/h2/stream.h"

#include <algorithm>
#include <array>
#include <utility>

#include <openssl/rand.h>

#include "async/sleep.h"
#include "base/parse_int.h"
#include "edge/account.h"
#include "edge/client_limits.h"
#include "edge/dispatch.h"
#include "edge/h2/connection.h"
#include "edge/h2/request_body.h"
#include "edge/runtime.h"
#include "format/base64.h"
#include "http/h1/connection.h"

namespace gatehouse::edge {

using async::Deadline;
using async::Task;
using base::Fault;
using base::Result;
using http::FieldId;
using http::h2::ErrorCode;

namespace {

constexpr int kClientGone = 499;
constexpr TunnelLimits kTunnelLimits;

// Of RFC 6455 4.1: a client of HTTP/2 sends none (RFC 8441 5), a server of HTTP/1.1 wants one.
std::string websocket_key() {
  std::array<unsigned char, 16> bytes{};
  RAND_bytes(bytes.data(), bytes.size());
  return format::encode_base64({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

// What comes from a tunnel's backend; empty at its end, and when nothing has moved for too long in either direction.
Task<std::string_view> receive(net::Stream& backend, ReadBuffer& buffer, const async::Instant& moved) {
  buffer.release();
  for (;;) {
    const Deadline end{moved + kTunnelLimits.idle_max};
    if (co_await backend.readable(end)) break;
    if (moved + kTunnelLimits.idle_max <= end.at) co_return std::string_view();
  }
  const auto count = co_await buffer.fill(backend, backend.loop().deadline(kTunnelLimits.idle_max));
  buffer.filled(count.value_or(0));
  co_return buffer.unread();
}

}  // namespace

H2Stream::H2Stream(H2Connection& connection, http::h2::StreamId id, http::h2::Request request, bool ended,
                   std::shared_ptr<const Runtime> runtime, const CompiledEntryPoint& entry_point,
                   const ClientInfo& client)
    : connection_(connection),
      id_(id),
      exchange_(connection.worker().services, std::move(runtime), entry_point, client, *this),
      arrived_(connection.loop()),
      request_ended_(ended),
      taken_(connection.loop()),
      work_(connection.loop()) {
  exchange_.record.started = connection_.loop().now();
  exchange_.record.started_at = std::chrono::system_clock::now();
  WorkerCounters::add(connection_.worker().counters.requests, 1);
  exchange_.request = std::move(request.head);
  if (!request.protocol.empty()) {
    accept_tunnel_request(request.protocol);
  } else {
    take_over_body(ended);
  }
}

H2Stream::~H2Stream() {
  work_.cancel();
  connection_.session().detach(id_);
  if (is_finished_) return;
  exchange_.record.status = kClientGone;
  account_for(exchange_, response_, connection_.worker().access_log);
}

void H2Stream::accept_tunnel_request(std::string_view protocol) {
  auto& request = exchange_.request;
  exchange_.upgrade = protocol;
  request.method = http::Method::of(http::MethodId::kGet);
  request.fields.remove(FieldId::kContentLength);
  if (exchange_.wants_websocket()) request.fields.set("Sec-WebSocket-Key", websocket_key());
}

void H2Stream::take_over_body(bool ended) {
  auto& fields = exchange_.request.fields;
  content_withheld_ = http::h1::expectation_of(exchange_.request) == http::h1::Expectation::kContinue;
  fields.remove(FieldId::kExpect);  // answered here
  fields.remove(FieldId::kTe);
  if (ended) return;
  const auto& timeouts = exchange_.entry_point().config.transport.responding_timeouts;
  const auto stall_max =
      timeouts.read_timeout.count() > 0 ? async::Duration(timeouts.read_timeout) : async::Duration(kWriteStallMax);
  const auto declared = base::parse_int<std::uint64_t>(fields.get(FieldId::kContentLength));
  exchange_.request_body = std::make_unique<H2RequestBody>(*this, declared, stall_max);
}

void H2Stream::start() { work_.spawn(run()); }

Task<void> H2Stream::run() {
  response_ = co_await dispatch(exchange_);
  exchange_.record.status = response_.head.status;
  finish(co_await respond());
}

void H2Stream::finish(const Result<void>& sent) {
  auto& session = connection_.session();
  if (!sent) {
    exchange_.worker().log.debug("{}: {}", exchange_.client().address_text, sent.error().message);
    if (!is_closed_)
      session.reset(id_, sent.error().fault == Fault::kClient ? ErrorCode::kCancel : ErrorCode::kInternal);
  } else if (!request_ended_ && !is_closed_) {
    session.reset(id_, ErrorCode::kNone);  // what it still has to say is of no use (RFC 9113 section 8.1)
  }
  is_finished_ = true;
  account_for(exchange_, response_, connection_.worker().access_log);
  connection_.finished(*this);
}

// --- what the session calls

void H2Stream::on_content(std::string_view bytes) {
  received_ += bytes;
  arrived_.set();
}

void H2Stream::on_end(http::Fields& trailers) {
  request_ended_ = true;
  request_trailers_ = std::move(trailers);
  arrived_.set();
}

void H2Stream::on_closed() {
  is_closed_ = true;
  if (!is_finished_ && !(is_last_ && piece_.empty())) connection_.finished(*this);  // the client has gone
}

http::h2::ServerSession::Piece H2Stream::take(std::span<char> room) {
  const auto size = std::min(room.size(), piece_.size());
  std::ranges::copy(piece_.substr(0, size), room.begin());
  piece_.remove_prefix(size);
  exchange_.record.response_bytes += size;
  if (!piece_.empty()) return {.size = size, .end = false, .trailers = nullptr};
  taken_.set();
  // At once: the client's next request may be here before this one's coroutine goes on.
  if (is_last_ && size > 0 && response_.body) response_.body->next_now();
  return {.size = size, .end = is_last_, .trailers = is_last_ ? trailers_ : nullptr};
}

// --- the content of the request

void H2Stream::consume(std::size_t bytes) {
  if (bytes == 0) return;
  connection_.session().consume(id_, bytes);
  connection_.wake();
}

Task<bool> H2Stream::await_content(Deadline deadline) {
  while (received_.empty() && !request_ended_) {
    arrived_.reset();
    if (!co_await arrived_.wait(deadline)) co_return false;
  }
  co_return true;
}

void H2Stream::tell_to_continue() {
  if (!std::exchange(content_withheld_, false)) return;
  connection_.session().interim(id_, http::ResponseHead::of(100));
  connection_.wake();
}

// --- the response

Task<Result<void>> H2Stream::send(const http::ResponseHead& head) {
  connection_.session().interim(id_, head);
  connection_.wake();
  co_return Result<void>();
}

Task<Result<void>> H2Stream::offer(std::string_view piece, bool last, const http::Fields* trailers) {
  piece_ = piece;
  is_last_ = last;
  trailers_ = trailers;
  taken_.reset();
  connection_.session().resume(id_);
  connection_.wake();
  if (co_await taken_.wait(connection_.loop().deadline(kWriteStallMax))) co_return Result<void>();
  piece_ = {};
  co_return base::fail(base::ErrorCode::kTimeout, Fault::kClient, "the client does not read its response");
}

Task<Result<void>> H2Stream::respond() {
  if (response_.tunnel) co_return co_await serve_tunnel();
  auto& head = response_.head;
  if (!head.fields.has(FieldId::kDate)) {
    head.fields.set(FieldId::kDate, exchange_.worker().date.text(exchange_.record.started_at));
  }
  const bool may_have = may_have_content(exchange_.request.method.id, head.status);
  const auto size = response_.body ? response_.body->remaining() : std::optional<std::uint64_t>(0);
  if (may_have && size != 0) co_return co_await respond_with_content();
  if (may_have) {
    head.fields.set(FieldId::kContentLength, "0");
  } else if (head.status == 204) {
    head.fields.remove(FieldId::kContentLength);
  }
  if (response_.body) response_.body->next_now();  // the body then gives its connection back
  connection_.session().respond(id_, head, false);
  connection_.wake();
  co_return Result<void>();
}

Task<Result<void>> H2Stream::respond_with_content() {
  auto& body = *response_.body;
  auto& fields = response_.head.fields;
  if (const auto size = body.remaining()) {
    fields.set(FieldId::kContentLength, std::to_string(*size));
  } else {
    fields.remove(FieldId::kContentLength);
  }
  connection_.session().respond(id_, response_.head, true);
  auto first = body.next_now();
  for (;;) {
    std::string_view piece;
    if (first) {
      piece = *std::exchange(first, std::nullopt);
    } else {
      connection_.wake();
      BASE_CO_TRY(piece, co_await body.next());
    }
    const bool is_end = piece.empty();
    const bool is_last = is_end || body.remaining() == 0;
    BASE_CO_CHECK(co_await offer(piece, is_last, is_last ? body.trailers() : nullptr));
    if (is_last) co_return Result<void>();
  }
}

// --- the tunnel of an extended CONNECT (RFC 8441)

// When the client has ended its side, the other goes on for as long as something moves.
Task<void> H2Stream::send_to_backend(net::Stream& backend, async::Instant& moved) {
  H2RequestBody content(*this, std::nullopt, kTunnelLimits.idle_max);
  for (;;) {
    const auto piece = co_await content.next();
    const auto deadline = backend.loop().deadline(kTunnelLimits.idle_max);
    if (!piece) break;
    moved = backend.loop().now();
    if (piece->empty()) {
      if (!co_await backend.shutdown_write(deadline)) break;
      for (async::Instant end{}; end < moved + kTunnelLimits.half_closed_idle_max;) {
        end = moved + kTunnelLimits.half_closed_idle_max;
        co_await async::sleep_until(backend.loop(), Deadline{end});
      }
      break;
    }
    exchange_.record.request_bytes += piece->size();
    if (!co_await backend.write(*piece, deadline)) break;
  }
  backend.abort();
}

Task<Result<void>> H2Stream::serve_tunnel() {
  auto& backend = *response_.tunnel->backend;
  auto& fields = response_.head.fields;
  response_.head.status = 200;
  fields.remove("Sec-WebSocket-Accept");
  connection_.session().respond(id_, response_.head, true);
  connection_.wake();
  auto moved = backend.loop().now();
  exchange_.tasks().spawn(send_to_backend(backend, moved));
  if (const auto& first = response_.tunnel->first_bytes; !first.empty()) {
    BASE_CO_CHECK(co_await offer(first, false, nullptr));
  }
  ReadBuffer buffer(exchange_.worker().buffers);
  for (;;) {
    const auto piece = co_await receive(backend, buffer, moved);
    moved = backend.loop().now();
    BASE_CO_CHECK(co_await offer(piece, piece.empty(), nullptr));
    if (piece.empty()) break;
  }
  exchange_.tasks().cancel();
  co_return Result<void>();
}

}  // namespace gatehouse::edge
