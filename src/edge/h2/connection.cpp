#include "edge/h2/connection.h"

#include <utility>

#include <sys/socket.h>

#include "async/sleep.h"
#include "edge/client_limits.h"
#include "edge/linger.h"
#include "edge/runtime.h"

namespace gatehouse::edge {

using async::Deadline;
using async::Task;
using http::h2::ErrorCode;
using http::h2::StreamId;

namespace {

// What goes out in one write: four records of TLS.
constexpr std::size_t kOutputBytes = 64 * 1024;
// Between the notice of an end and the end: what the client had sent before it saw the notice arrives in this time, and
// is served (RFC 9113 section 6.8).
constexpr std::chrono::milliseconds kNoticeTime{500};

http::h2::Limits limits_of(const CompiledEntryPoint& entry_point) {
  const auto& config = entry_point.config;
  return {.streams = static_cast<std::uint32_t>(config.http2.max_concurrent_streams),
          .head_bytes = static_cast<std::size_t>(config.http.max_header_bytes),
          .decoder_table_bytes = static_cast<std::size_t>(config.http2.max_decoder_header_table_size),
          .encoder_table_bytes = static_cast<std::size_t>(config.http2.max_encoder_header_table_size)};
}

}  // namespace

H2Connection::H2Connection(WorkerState& worker, const std::string& entry_point, const CompiledEntryPoint& config,
                           std::unique_ptr<net::Stream> stream, ClientInfo client)
    : worker_(worker),
      entry_point_(entry_point),
      client_(std::move(client)),
      stream_(std::move(stream)),
      input_(worker.services.buffers),
      session_(limits_of(config), *this),
      work_for_writer_(worker.services.loop),
      opened_(worker.services.loop.now()),
      last_use_(opened_),
      tasks_(worker.services.loop) {
  worker_.open.push_back(*this);
}

H2Connection::~H2Connection() {
  tasks_.cancel();
  forget_all();
}

Task<void> H2Connection::run() {
  if (worker_.draining) end_if_idle();
  tasks_.spawn(write());
  co_await read();
  input_ended_ = true;
  wake();
  if (!co_await tasks_.join(loop().deadline(kLingerTime))) tasks_.cancel();
  forget_all();
  co_await linger(*stream_, input_);
}

void H2Connection::end_if_idle() {
  if (std::exchange(is_ending_, true)) return;
  session_.announce_end();
  wake();
  tasks_.spawn(end_after_notice());
}

Task<void> H2Connection::end_after_notice() {
  co_await async::sleep(loop(), kNoticeTime);
  session_.end(ErrorCode::kNone);
  wake();
}

// --- reading

Task<void> H2Connection::read() {
  while (!session_.is_over()) {
    if (!co_await await_input()) co_return;
    const auto count = co_await input_.fill(*stream_, loop().deadline(kHeadTimeMax));
    if (!count || *count == 0) co_return;
    input_.filled(*count);
    const auto fed = session_.feed(input_.unread());
    input_.release();
    wake();
    if (session_.open_streams() > 0) last_use_ = loop().now();
    if (!session_.is_amid_head()) {
      head_deadline_.reset();
    } else if (!head_deadline_) {
      head_deadline_ = loop().deadline(kHeadTimeMax);
    }
    if (!fed) {
      worker_.services.log.debug("{}: {}", client_.address_text, fed.error().message);
      co_return;
    }
    start_new_streams();
    if (is_worn()) end_if_idle();
  }
}

// False when the connection has been idle for too long, or a head was not finished in time.
Task<bool> H2Connection::await_input() {
  if (stream_->has_buffered_input()) co_return true;
  for (;;) {
    const auto limit = requests_ == 0 ? async::Duration(kHeadTimeMax) : idle_max();
    if (co_await stream_->readable(head_deadline_.value_or(Deadline{last_use_ + limit}))) co_return true;
    if (head_deadline_) break;
    const bool is_used = session_.open_streams() > 0;  // its streams have deadlines of their own
    if (is_used) last_use_ = loop().now();
    if (last_use_ + limit <= loop().now()) break;
  }
  session_.end(ErrorCode::kNone);
  co_return false;
}

async::Duration H2Connection::idle_max() const {
  const auto* entry_point = worker_.runtime->entry_point(entry_point_);
  if (entry_point == nullptr) return kHeadTimeMax;
  const auto idle = entry_point->config.transport.responding_timeouts.idle_timeout;
  return idle.count() > 0 ? idle : async::Duration(std::chrono::hours(24));
}

bool H2Connection::is_worn() const {
  const auto* entry_point = worker_.runtime->entry_point(entry_point_);
  return entry_point == nullptr || has_served_enough(entry_point->config.transport, requests_, loop().now() - opened_);
}

http::h2::ServerSession::Stream* H2Connection::on_request(StreamId id, http::h2::Request request, bool ended) {
  const auto& runtime = worker_.runtime;
  const auto* entry_point = runtime->entry_point(entry_point_);
  if (entry_point == nullptr) return nullptr;  // it was taken away while the connection was open
  ++requests_;
  auto* const stream = new H2Stream(*this, id, std::move(request), ended, runtime, *entry_point, client_);
  new_.push_back(*stream);
  return stream;
}

void H2Connection::on_violation(http::Violation violation) {
  worker_.services.log.debug("{}: refused: {}", client_.address_text, http::to_string(violation));
}

void H2Connection::start_new_streams() {
  while (!new_.empty()) {
    auto& stream = new_.front();
    stream.unlink();
    running_.push_back(stream);
    stream.start();
  }
}

// --- writing

// Until there is nothing more to say, or nobody to say it to.
Task<void> H2Connection::write() {
  for (;;) {
    forget(finished_);
    output_.clear();
    session_.drain(output_, kOutputBytes);
    if (!output_.empty()) {
      if (!co_await write_output()) break;
      continue;
    }
    if (!finished_.empty()) continue;
    if (session_.is_over() || input_ended_) break;
    if (output_.capacity() > kOutputBytes / 4) output_ = {};
    work_for_writer_.reset();
    [[maybe_unused]] const bool woken = co_await work_for_writer_.wait(Deadline::never());
  }
  ::shutdown(stream_->watch().fd(), SHUT_RD);  // the reader reads the end, and says goodbye
}

Task<bool> H2Connection::write_output() {
  const auto written = co_await stream_->write(output_, loop().deadline(kWriteStallMax));
  if (!written) worker_.services.log.debug("{}: {}", client_.address_text, written.error().message);
  co_return written.has_value();
}

// What still ran has lost its client.
void H2Connection::forget_all() {
  for (auto* const streams : {&new_, &running_, &finished_}) forget(*streams);
}

void H2Connection::forget(async::List<H2Stream>& streams) {
  streams.for_each([](H2Stream& stream) { delete &stream; });
}

}  // namespace gatehouse::edge
