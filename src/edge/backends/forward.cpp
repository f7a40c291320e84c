#include "edge/backends/forward.h"

#include <array>
#include <utility>

#include "edge/exchange_trace.h"
#include "edge/message_body.h"
#include "edge/runtime.h"
#include "edge/worker_services.h"
#include "http/h1/chunked_encoder.h"
#include "http/h1/connection.h"
#include "http/h1/head_writer.h"

namespace gatehouse::edge {

using async::Task;
using base::Error;
using base::ErrorCode;
using base::Fault;
using base::Result;
using base::Retry;
using http::FieldId;
using http::h1::BodyKind;
using http::h1::Framing;

namespace {

constexpr std::chrono::seconds kWriteStallMax{60};
constexpr std::chrono::seconds kBodyStallMax{180};
constexpr std::chrono::hours kResponseHeadTimeMax{1};  // where the transport sets no limit: long polls are legitimate
constexpr int kInterimResponsesMax = 8;

Framing framing_of(const http::Body* body) {
  if (body == nullptr) return Framing::none();
  // Trailers can only follow chunks.
  const auto size = body->trailers() == nullptr ? body->remaining() : std::nullopt;
  return size ? Framing::of_length(*size) : Framing::of_kind(BodyKind::kChunked);
}

// The response body of a backend; when it ends where it should, the connection goes back to the pool.
class BackendBody final : public http::Body {
 public:
  BackendBody(Exchange& exchange, ForwardTo to, BackendConnectionPtr connection, const Framing& framing, bool reusable)
      : exchange_(exchange),
        to_(to),
        connection_(std::move(connection)),
        body_(*connection_->stream, connection_->input, framing, kBodyStallMax),
        reusable_(reusable) {}

  Task<Result<std::string_view>> next() override {
    auto piece = co_await body_.next();
    if (piece) count(*piece);
    co_return piece;
  }
  std::optional<std::string_view> next_now() override {
    auto piece = body_.next_now();
    if (piece) count(*piece);
    return piece;
  }
  [[nodiscard]] std::optional<std::uint64_t> remaining() const override { return body_.remaining(); }
  [[nodiscard]] const http::Fields* trailers() const override { return body_.trailers(); }

 private:
  // The piece is a view of the connection's buffer, so the connection is kept until the next call says the end.
  void count(std::string_view piece) {
    exchange_.record.origin_bytes += piece.size();
    if (!piece.empty() || !connection_) return;
    // Bytes behind the end would be read as the next response: such a connection is not used again.
    const bool clean = reusable_ && body_.ended() && !connection_->uploading && connection_->input.unread().empty();
    if (clean) exchange_.worker().backends.give_back(to_.origin, to_.transport, std::move(connection_));
  }

  Exchange& exchange_;
  ForwardTo to_;
  BackendConnectionPtr connection_;
  MessageBody body_;
  bool reusable_;
};

// What a request body needs on its way out, chunk by chunk or as it is.
Task<Result<void>> send_piece(net::Stream& stream, std::string_view piece, bool chunked) {
  const auto deadline = stream.loop().deadline(kWriteStallMax);
  if (!chunked) co_return co_await stream.write(piece, deadline);
  const http::h1::ChunkHead head(piece.size());
  const std::array parts{net::part(head.text()), net::part(piece), net::part(http::h1::kChunkEnd)};
  co_return co_await stream.write(parts, deadline);
}

Task<Result<void>> send_body(http::Body& body, net::Stream& stream, bool chunked, std::uint64_t& count) {
  for (;;) {
    BASE_CO_TRY(const auto piece, co_await body.next());
    if (piece.empty()) break;
    count += piece.size();
    BASE_CO_CHECK(co_await send_piece(stream, piece, chunked));
  }
  if (!chunked) co_return Result<void>();
  std::string end;
  if (const auto* trailers = body.trailers()) {
    http::h1::append_last_chunk(end, *trailers);
  } else {
    end = http::h1::kLastChunk;
  }
  co_return co_await stream.write(end, stream.loop().deadline(kWriteStallMax));
}

// Runs beside the response. When it fails the connection stays marked, and is not used again; a client that broke off
// leaves the backend waiting for the rest, so its connection is ended there and then.
Task<void> upload(Exchange& exchange, BackendConnectionPtr connection, bool chunked) {
  const auto sent =
      co_await send_body(*exchange.request_body, *connection->stream, chunked, exchange.record.request_bytes);
  if (sent) {
    connection->uploading = false;
    co_return;
  }
  exchange.must_close = true;
  if (sent.error().fault == Fault::kClient) {
    exchange.upload_error = sent.error();
    connection->stream->abort();
  }
}

void prepare_fields(Exchange& exchange, const ForwardTo& to) {
  auto& fields = exchange.request.fields;
  // A client of HTTP/1.0 may name no host, but a backend of HTTP/1.1 wants one.
  if (!to.pass_host_header || !fields.has(FieldId::kHost)) fields.set(FieldId::kHost, to.origin.authority);
  if (std::exchange(exchange.client_appended, true)) return;
  exchange.entry_point().forwarded.append_client(fields, exchange.client());
}

std::string_view target_for(Exchange& exchange, const Origin& origin) {
  auto& storage = exchange.request.storage();
  const auto target = exchange.target.path_and_query(storage);
  return origin.base_path.empty() ? target : storage.join(origin.base_path, target);
}

// The head, and as much of the body as is here already, in one write.
Task<Result<void>> send_request(Exchange& exchange, const ForwardTo& to, const BackendConnectionPtr& connection) {
  auto* body = exchange.request_body.get();
  const auto framing = framing_of(body);
  connection->output.clear();
  http::h1::append_request(
      connection->output, exchange.request,
      {.target = target_for(exchange, to.origin), .framing = framing, .upgrade = exchange.upgrade});
  std::array parts{net::part(connection->output), iovec{}};
  bool complete = framing.is_empty();
  if (!complete && framing.kind == BodyKind::kLength) {
    if (const auto piece = body->next_now()) {
      parts[1] = net::part(*piece);
      exchange.record.request_bytes += piece->size();
      complete = piece->size() == framing.length;
    }
  }
  connection->uploading = !complete;
  BASE_CO_CHECK(co_await connection->stream->write(parts, exchange.worker().loop.deadline(kWriteStallMax)));
  if (!complete) exchange.tasks().spawn(upload(exchange, connection, framing.kind == BodyKind::kChunked));
  co_return Result<void>();
}

Task<Result<http::ResponseHead>> read_head(Exchange& exchange, BackendConnection& connection,
                                           async::Deadline deadline) {
  http::ResponseHead head;
  for (int interim = 0;;) {
    while (connection.input.unread().empty()) {
      const auto count = co_await connection.input.fill(*connection.stream, deadline);
      if (!count) co_return base::fail(exchange.upload_error ? *exchange.upload_error : count.error());
      if (*count == 0) {
        if (exchange.upload_error) co_return base::fail(*exchange.upload_error);
        co_return base::fail(ErrorCode::kClosed, Fault::kBackend, "the backend closed the connection without an answer",
                             Retry::kYes);
      }
      connection.input.filled(*count);
    }
    const auto progress = connection.parser.parse(connection.input.unread(), head);
    if (!progress) co_return base::fail(http::to_error(progress.error(), Fault::kBackend));
    connection.input.consume(progress->consumed);
    if (!progress->done) continue;
    if (head.status >= 200 || head.status == 101) co_return head;
    if (++interim > kInterimResponsesMax) {
      co_return base::fail(ErrorCode::kLimit, Fault::kBackend, "the backend sent too many interim responses");
    }
    if (head.status == 100) continue;                                  // the edge itself told the client to go on
    if (exchange.request.version == http::Version::kHttp10) continue;  // it knows none (RFC 9110 section 15.2)
    http::h1::remove_hop_by_hop(head.fields);
    BASE_CO_CHECK(co_await exchange.informational().send(head));
  }
}

Task<Result<http::ResponseHead>> converse(Exchange& exchange, ForwardTo to, BackendConnectionPtr connection) {
  const auto sent = co_await send_request(exchange, to, connection);
  // A backend may answer and close before it has read everything: its answer is worth more than our failed write.
  if (!sent && sent.error().code != ErrorCode::kReset) co_return base::fail(sent.error());
  const auto limit = to.transport.response_header_timeout;
  const auto deadline =
      exchange.worker().loop.deadline(limit.count() > 0 ? limit : async::Duration(kResponseHeadTimeMax));
  co_return co_await read_head(exchange, *connection, deadline);
}

// An idle connection may have been closed by the backend at the very moment in which we used it. Whoever then asks
// again must be sure that the request had no effect, or may have it twice (RFC 9110 section 9.2.2).
bool may_try_again(const Exchange& exchange, const BackendConnection& connection, const Error& error) {
  return connection.reused && connection.parser.is_idle() && exchange.request_body == nullptr &&
         exchange.request.method.is_idempotent() &&
         (error.code == ErrorCode::kReset || error.code == ErrorCode::kClosed);
}

Response make_response(Exchange& exchange, const ForwardTo& to, BackendConnectionPtr connection,
                       http::ResponseHead head) {
  Response response;
  const auto framing = http::h1::response_framing(head, exchange.request.method.id);
  if (!framing) {
    exchange.backend_error = http::to_error(framing.error(), Fault::kBackend);
    return status_response(502);
  }
  if (framing->kind == BodyKind::kTunnel) {
    if (head.status != 101 || !http::h1::accepted_upgrade(head, exchange.upgrade)) {
      exchange.backend_error = http::to_error(http::Violation::kUnexpectedUpgrade, Fault::kBackend);
      return status_response(502);
    }
    response.tunnel = std::make_unique<Tunnel>();
    response.tunnel->first_bytes = connection->input.unread();
    response.tunnel->backend = std::move(connection->stream);
    http::h1::remove_hop_by_hop(head.fields);
    response.head = std::move(head);
    return response;
  }
  const bool reusable = framing->kind != BodyKind::kUntilClose && http::h1::keeps_alive(head.version, head.fields);
  http::h1::remove_hop_by_hop(head.fields);
  response.head = std::move(head);
  response.body = std::make_unique<BackendBody>(exchange, to, std::move(connection), *framing, reusable);
  return response;
}

Response fail_with(Exchange& exchange, const ForwardTo& to, Error error) {
  exchange.worker().log.debug("{} {}: {}", to.origin.url, to_string(error.fault), error.message);
  const int status = status_of(error);
  if (exchange.trace) exchange.trace->answered(nullptr, status);
  exchange.backend_error = std::move(error);
  return status_response(status);
}

}  // namespace

Task<Response> forward(Exchange& exchange, ForwardTo to) {
  auto& worker = exchange.worker();
  exchange.record.server_url = to.origin.url;
  exchange.backend_error.reset();
  prepare_fields(exchange, to);
  if (exchange.trace) exchange.trace->ask(exchange, to.origin);
  const auto started = std::chrono::steady_clock::now();
  exchange.record.origin_started = started;
  for (;;) {
    auto connection = worker.backends.take_idle(to.origin);
    if (!connection) {
      auto connected = co_await worker.backends.connect(to.origin, to.transport);
      if (!connected) co_return fail_with(exchange, to, std::move(connected).error());
      connection = *std::move(connected);
    }
    auto head = co_await converse(exchange, to, connection);
    exchange.record.first_byte = std::chrono::steady_clock::now() - started;
    if (!head) {
      if (may_try_again(exchange, *connection, head.error())) continue;
      co_return fail_with(exchange, to, std::move(head).error());
    }
    exchange.record.origin_status = head->status;
    if (exchange.trace) exchange.trace->answered(&head->fields, head->status);
    co_return make_response(exchange, to, std::move(connection), *std::move(head));
  }
}

}  // namespace gatehouse::edge
