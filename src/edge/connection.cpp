#include "edge/connection.h"

#include <optional>

#include <sys/socket.h>

#include "edge/account.h"
#include "edge/client_limits.h"
#include "edge/dispatch.h"
#include "edge/exchange.h"
#include "edge/h2/connection.h"
#include "edge/linger.h"
#include "edge/message_body.h"
#include "edge/read_buffer.h"
#include "edge/response_writer.h"
#include "edge/runtime.h"
#include "edge/secure.h"
#include "edge/stream/proxy_trust.h"
#include "edge/stream/tcp_connection.h"
#include "edge/stream/undecided.h"
#include "edge/tunnel.h"
#include "http/h1/connection.h"
#include "http/h1/head_writer.h"
#include "http/h1/request_parser.h"
#include "net/socket_stream.h"

namespace gatehouse::edge {

using async::Deadline;
using async::Task;
using base::Fault;
using base::Result;
using http::h1::Framing;

namespace {

// For a handshake where no router answers on TLS: somebody took the wrong port, or sends garbage.
constexpr std::chrono::seconds kUnexpectedHandshakeTimeMax{1};
// Content that nobody read, but that is so short that reading it is cheaper than a new connection.
constexpr std::size_t kDiscardBytesMax = 64 * 1024;

// A request body that tells the client to go on (100 Continue) when somebody wants to read it.
class ClientBody final : public MessageBody {
 public:
  // `withheld`: the client waits to be told. It outlives the body.
  ClientBody(net::Stream& stream, ReadBuffer& buffer, const Framing& framing, async::Duration stall_max, bool& withheld)
      : MessageBody(stream, buffer, framing, stall_max), client_(stream), withheld_(withheld) {}

 private:
  Task<Result<void>> before_first_wait() override {
    if (!std::exchange(withheld_, false)) co_return Result<void>();
    co_return co_await client_.write("HTTP/1.1 100 Continue\r\n\r\n", client_.loop().deadline(kWriteStallMax));
  }

  net::Stream& client_;
  bool& withheld_;
};

http::h1::HeadLimits head_limits(const CompiledEntryPoint& entry_point) {
  http::h1::HeadLimits limits;
  limits.head_bytes = static_cast<std::size_t>(entry_point.config.http.max_header_bytes);
  return limits;
}

class Connection final : public OpenConnection, private InformationalSink {
 public:
  Connection(WorkerState& worker, const std::string& entry_point, const CompiledEntryPoint& config,
             std::unique_ptr<net::Stream> stream, ClientInfo client)
      : worker_(worker),
        entry_point_(entry_point),
        client_(std::move(client)),
        stream_(std::move(stream)),
        input_(worker.services.buffers),
        parser_(head_limits(config)),
        writer_(*stream_),
        opened_(worker.services.loop.now()) {
    worker_.open.push_back(*this);
  }

  Task<void> run() {
    while (co_await serve_one()) ++requests_;
    co_await say_goodbye();
  }

  void end_if_idle() override {
    if (!busy_) ::shutdown(stream_->watch().fd(), SHUT_RD);  // it reads the end of the stream, and says goodbye
  }

 private:
  // What was learnt of a request from its head, before anything else happens.
  struct Preamble {
    Framing framing;
    bool keep_alive = false;
    bool expects_continue = false;
  };

  // One request and its response; true when another may follow.
  Task<bool> serve_one() {
    busy_ = false;
    http::RequestHead head;
    const auto complete = co_await read_head(head);
    if (!complete) co_return co_await refuse(complete.error());
    if (!*complete) co_return false;
    const auto runtime = worker_.runtime;
    const auto* entry_point = runtime->entry_point(entry_point_);
    if (entry_point == nullptr) co_return false;  // it was taken away while the connection was open
    Exchange exchange(worker_.services, runtime, *entry_point, client_, *this);
    exchange.request = std::move(head);
    const auto preamble = read_preamble(exchange);
    if (!preamble) co_return co_await refuse(preamble.error());
    co_return co_await serve(exchange, *preamble);
  }

  // False at the end of the stream. A violation is to be answered.
  Task<http::Parsed<bool>> read_head(http::RequestHead& head) {
    if (input_.unread().empty()) {
      if (worker_.draining && requests_ > 0) co_return false;  // it began while the response was on its way
      input_.release();
      if (!co_await stream_->readable(idle_deadline())) co_return false;
    }
    std::optional<Deadline> deadline;
    for (;;) {
      if (!input_.unread().empty()) {
        const auto progress = parser_.parse(input_.unread(), head);
        if (!progress) co_return std::unexpected(progress.error());
        input_.consume(progress->consumed);
        busy_ = busy_ || !parser_.is_idle() || progress->done;
        if (progress->done) co_return true;
      }
      if (!deadline) deadline = stream_->loop().deadline(kHeadTimeMax);
      const auto count = co_await input_.fill(*stream_, *deadline);
      if (!count || *count == 0) co_return false;
      input_.filled(*count);
    }
  }

  [[nodiscard]] Deadline idle_deadline() const {
    if (requests_ == 0) return stream_->loop().deadline(kHeadTimeMax);
    const auto* entry_point = worker_.runtime->entry_point(entry_point_);
    const auto idle = entry_point == nullptr ? std::chrono::nanoseconds(kHeadTimeMax)
                                             : entry_point->config.transport.responding_timeouts.idle_timeout;
    return idle.count() > 0 ? stream_->loop().deadline(idle) : Deadline::never();
  }

  http::Parsed<Preamble> read_preamble(Exchange& exchange) {
    auto& request = exchange.request;
    const auto framing = http::h1::request_framing(request);
    if (!framing) return std::unexpected(framing.error());
    const auto expectation = http::h1::expectation_of(request);
    if (!expectation) return std::unexpected(expectation.error());
    exchange.upgrade = http::h1::requested_upgrade(request, *framing);
    // Bytes behind a request to switch would be in which protocol? Whoever guesses wrong smuggles.
    if (!exchange.upgrade.empty() && !input_.unread().empty()) {
      return std::unexpected(http::Violation::kUnexpectedUpgrade);
    }
    Preamble preamble{.framing = *framing,
                      .keep_alive = http::h1::keeps_alive(request.version, request.fields),
                      .expects_continue = *expectation == http::h1::Expectation::kContinue};
    http::h1::remove_hop_by_hop(request.fields);
    request.fields.remove(http::FieldId::kExpect);  // answered here
    return preamble;
  }

  Task<bool> serve(Exchange& exchange, Preamble preamble) {
    auto& record = exchange.record;
    record.started = stream_->loop().now();
    record.started_at = std::chrono::system_clock::now();
    WorkerCounters::add(worker_.counters.requests, 1);
    const auto& timeouts = exchange.entry_point().config.transport.responding_timeouts;
    const auto stall_max =
        timeouts.read_timeout.count() > 0 ? timeouts.read_timeout : std::chrono::nanoseconds(kWriteStallMax);
    ClientBody* body = nullptr;
    if (!preamble.framing.is_empty()) {
      content_withheld_ = preamble.expects_continue;
      auto owned = std::make_unique<ClientBody>(*stream_, input_, preamble.framing, stall_max, content_withheld_);
      body = owned.get();
      exchange.request_body = std::move(owned);
      if (!body->settle()) co_return co_await refuse(http::Violation::kChunkSize);
    }
    auto response = co_await dispatch(exchange);
    record.status = response.head.status;
    bool keep_alive = preamble.keep_alive && !worker_.draining && !exchange.must_close && !is_worn(exchange) &&
                      may_follow(exchange, body);
    Result<void> written;
    if (response.tunnel) {
      keep_alive = false;
      written = co_await run_tunnel(exchange, response);
    } else {
      written = co_await writer_.write(exchange, response, keep_alive);
    }
    finish(exchange, response, written);
    if (!written) must_reset_ = written.error().fault != Fault::kClient;
    if (!written || !keep_alive || exchange.must_close) co_return false;
    co_return body == nullptr || co_await discard_rest(exchange);
  }

  [[nodiscard]] bool is_worn(const Exchange& exchange) const {
    return has_served_enough(exchange.entry_point().config.transport, requests_ + 1, stream_->loop().now() - opened_);
  }

  // Can the next request be found, when the handlers have not read all of this one's content?
  [[nodiscard]] bool may_follow(const Exchange& exchange, const ClientBody* body) const {
    if (body == nullptr) return true;
    const bool is_in_place = exchange.request_body.get() == body;
    if (is_in_place && body->ended()) return true;
    // A client that was not told to go on sends its content or its next request: nobody knows which.
    if (content_withheld_) return false;
    if (!is_in_place) return true;
    const auto rest = body->remaining();
    return rest && *rest <= kDiscardBytesMax;
  }

  Task<bool> discard_rest(Exchange& exchange) {
    if (!exchange.request_body) co_return true;
    if (exchange.tasks().size() > 0 && !co_await exchange.tasks().join(stream_->loop().deadline(kWriteStallMax))) {
      co_return false;
    }
    while (exchange.request_body->remaining() != 0) {
      const auto piece = co_await exchange.request_body->next();
      if (!piece) co_return false;
      if (piece->empty()) break;
    }
    co_return true;
  }

  Task<Result<void>> run_tunnel(Exchange& exchange, Response& response) {
    std::string head;
    http::h1::append_response(head, response.head, {.framing = Framing::none(), .upgrade = exchange.upgrade});
    head += response.tunnel->first_bytes;
    BASE_CO_CHECK(co_await stream_->write(head, stream_->loop().deadline(kWriteStallMax)));
    const auto counts = co_await relay(*stream_, *response.tunnel->backend, worker_.services.buffers);
    exchange.record.request_bytes += counts.from_client;
    exchange.record.response_bytes += counts.from_backend;
    co_return Result<void>();
  }

  // A message that breaks the rules is answered, and the connection closed: what follows cannot be told apart.
  Task<bool> refuse(http::Violation violation) {
    Response response = status_response(http::status_of(violation));
    std::string text;
    http::h1::append_response(text, response.head,
                              {.framing = Framing::of_length(response.body->remaining().value_or(0)), .close = true});
    text += *response.body->next_now();
    [[maybe_unused]] const auto written = co_await stream_->write(text, stream_->loop().deadline(kWriteStallMax));
    worker_.services.log.debug("{}: refused: {}", client_.address_text, http::to_string(violation));
    co_return false;
  }

  void finish(Exchange& exchange, const Response& response, const Result<void>& written) {
    if (!written) worker_.services.log.debug("{}: {}", client_.address_text, written.error().message);
    account_for(exchange, response, worker_.access_log);
  }

  Task<void> say_goodbye() {
    // A response that broke off must not look complete to a client of HTTP/1.0, which takes the end for the end.
    if (must_reset_) {
      const ::linger abort{.l_onoff = 1, .l_linger = 0};
      ::setsockopt(stream_->watch().fd(), SOL_SOCKET, SO_LINGER, &abort, sizeof abort);
      co_return;
    }
    co_await linger(*stream_, input_);
  }

  Task<Result<void>> send(const http::ResponseHead& head) override { co_return co_await writer_.write_interim(head); }

  WorkerState& worker_;
  const std::string& entry_point_;
  ClientInfo client_;
  std::unique_ptr<net::Stream> stream_;
  ReadBuffer input_;
  http::h1::RequestParser parser_;
  ResponseWriter writer_;
  async::Instant opened_;
  std::uint64_t requests_ = 0;
  bool busy_ = false;              // a request has begun
  bool content_withheld_ = false;  // the client has content and waits to be told to send it
  bool must_reset_ = false;        // the last response is incomplete, and the backend is to blame
};

// Counts the connection for as long as it lives, however it ends.
class Counted {
 public:
  Counted(std::atomic<std::uint64_t>& count, observe::Tally& tally, observe::SubjectId entry_point)
      : count_(count), tally_(tally), entry_point_(entry_point) {
    WorkerCounters::add(count_, 1);
    if (entry_point_ != observe::kNoSubject) tally_.opened(entry_point_);
  }
  ~Counted() {
    WorkerCounters::add(count_, -1);
    if (entry_point_ != observe::kNoSubject) tally_.closed(entry_point_);
  }
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;

 private:
  std::atomic<std::uint64_t>& count_;
  observe::Tally& tally_;
  observe::SubjectId entry_point_;
};

Task<Result<Spoken>> await_opening(WorkerState& worker, int socket) {
  const Undecided undecided(worker, socket);
  auto& loop = worker.services.loop;
  co_return co_await spoken_first(loop, socket, loop.deadline(kHeadTimeMax));
}

// False: it is broken, and nobody knows whose connection this is.
Task<bool> read_proxy_header(WorkerState& worker, const ProxyTrust& trust, net::Accepted& accepted) {
  auto& services = worker.services;
  const Undecided undecided(worker, accepted.socket.get());
  const auto taken = co_await take_proxy_header(services.loop, accepted.socket.get(), trust, accepted.peer,
                                                services.loop.deadline(kHeadTimeMax));
  if (!taken) services.log.debug("{}: {}", accepted.peer.ip(), taken.error().message);
  co_return taken.has_value();
}

Task<Result<std::unique_ptr<net::Stream>>> open_stream(WorkerState& worker, sys::Fd socket,
                                                       const CompiledEntryPoint& entry_point,
                                                       std::shared_ptr<const tls::ServerContexts> contexts,
                                                       ClientInfo& client) {
  auto& loop = worker.services.loop;
  BASE_CO_TRY(const auto spoken, co_await await_opening(worker, socket.get()));
  if (spoken != Spoken::kTls) {
    client.speaks_http2 = spoken == Spoken::kHttp2;
    co_return std::make_unique<net::SocketStream>(loop, std::move(socket), Fault::kClient);
  }
  const auto time_max = entry_point.expects_tls ? kHeadTimeMax : kUnexpectedHandshakeTimeMax;
  co_return co_await secure(loop, std::move(socket), std::move(contexts), client, loop.deadline(time_max));
}

}  // namespace

bool has_served_enough(const model::EntryPointTransport& transport, std::uint64_t requests, async::Duration age) {
  const auto most = transport.keep_alive_max_requests;
  const auto longest = transport.keep_alive_max_time;
  return (most > 0 && requests >= static_cast<std::uint64_t>(most)) || (longest.count() > 0 && age >= longest);
}

Task<void> serve_connection(WorkerState& worker, std::string entry_point, net::Accepted accepted) {
  if (!worker.runtime) co_return;
  auto runtime = worker.runtime;
  const auto* config = runtime->entry_point(entry_point);
  if (config == nullptr) co_return;
  auto& tally = worker.services.telemetry.tally;
  const Counted counted(worker.counters.open_connections, tally, config->subject);
  if (config->proxy_trust && !co_await read_proxy_header(worker, *config->proxy_trust, accepted)) co_return;
  ClientInfo client;
  client.address = accepted.peer.ip_address();
  client.address_text = client.address.to_string();
  client.port = accepted.peer.port();
  if (config->tcp_routes && co_await serve_tcp(worker, runtime, *config, accepted.socket, client)) co_return;
  auto stream = co_await open_stream(worker, std::move(accepted.socket), *config, runtime->tls(), client);
  if (!stream) {
    worker.services.log.debug("{}: {}", client.address_text, stream.error().message);
    co_return;
  }
  if (client.secure) client.tls_session = tally.tls_session(client.tls_version, client.tls_cipher);
  // Each exchange holds its own runtime: a connection must not keep a snapshot of long ago alive.
  if (client.speaks_http2) {
    H2Connection connection(worker, entry_point, *config, *std::move(stream), std::move(client));
    runtime.reset();
    co_await connection.run();
  } else {
    Connection connection(worker, entry_point, *config, *std::move(stream), std::move(client));
    runtime.reset();
    co_await connection.run();
  }
}

}  // namespace gatehouse::edge
