#include "http/client_connection.h"

#include <algorithm>
#include <array>

#include "http/h1/chunked_encoder.h"
#include "http/h1/connection.h"

namespace gatehouse::http {

using base::ErrorCode;
using base::fail;
using base::Fault;
using base::Result;
using base::Retry;

ClientConnection::ClientConnection(Origin origin, std::unique_ptr<net::Stream> stream)
    : origin_(std::move(origin)), stream_(std::move(stream)), buffer_(kBufferBytes) {}

bool ClientConnection::is_fresh() {
  std::array<std::byte, 1> probe;
  const auto attempt = stream_->try_read(probe);
  return attempt.step.kind != async::Step::Kind::kDone;
}

async::Task<Result<void>> ClientConnection::send(std::string head, Body* body, bool chunked, async::Deadline deadline) {
  has_answered_ = broke_off_ = content_ended_ = false;
  BASE_CO_CHECK(co_await stream_->write(head, deadline));
  if (body == nullptr) co_return Result<void>{};
  co_return co_await send_content(*body, chunked, deadline);
}

async::Task<Result<void>> ClientConnection::send_content(Body& body, bool chunked, async::Deadline deadline) {
  for (;;) {
    BASE_CO_TRY(const auto piece, co_await body.next());
    if (piece.empty()) break;
    const h1::ChunkHead chunk(piece.size());
    const std::array parts{net::part(chunked ? chunk.text() : ""), net::part(piece),
                           net::part(chunked ? h1::kChunkEnd : "")};
    const auto written = co_await stream_->write(parts, deadline);
    // The peer may have answered without reading on, a refusal mostly; only a deadline is final here.
    if (!written && written.error().code == ErrorCode::kTimeout) co_return fail(written.error());
    if (!written) {
      broke_off_ = true;
      co_return Result<void>{};
    }
  }
  if (chunked) co_return co_await stream_->write(h1::kLastChunk, deadline);
  co_return Result<void>{};
}

// 0 at the end of the stream.
async::Task<Result<std::size_t>> ClientConnection::fill(async::Deadline deadline) {
  begin_ = end_ = 0;
  const auto count = co_await stream_->read(std::as_writable_bytes(std::span(buffer_)), deadline);
  if (count) end_ = *count;
  co_return count;
}

async::Task<Result<ResponseHead>> ClientConnection::receive_head(MethodId request_method, async::Deadline deadline) {
  ResponseHead head;
  for (int interim = 0; interim <= kInterimResponsesMax;) {
    if (begin_ == end_) {
      BASE_CO_TRY(const auto count, co_await fill(deadline));
      if (count == 0) {
        co_return fail(ErrorCode::kClosed, stream_->peer(),
                       origin_.to_string() + " closed the connection without an answer", Retry::kYes);
      }
      has_answered_ = true;
    }
    const auto progress = parser_.parse({buffer_.data() + begin_, end_ - begin_}, head);
    if (!progress) co_return fail(to_error(progress.error(), stream_->peer()).within(origin_.to_string()));
    begin_ += progress->consumed;
    if (!progress->done) continue;
    if (head.status >= 200) {
      BASE_CO_CHECK(begin_content(head, request_method));
      co_return head;
    }
    if (head.status == 101) {
      co_return fail(to_error(Violation::kUnexpectedUpgrade, stream_->peer()).within(origin_.to_string()));
    }
    ++interim;
  }
  co_return fail(ErrorCode::kLimit, stream_->peer(),
                 origin_.to_string() + " sent more than " + std::to_string(kInterimResponsesMax) + " interim answers");
}

Result<void> ClientConnection::begin_content(const ResponseHead& head, MethodId request_method) {
  const auto framing = h1::response_framing(head, request_method);
  if (!framing) return fail(to_error(framing.error(), stream_->peer()).within(origin_.to_string()));
  framing_ = *framing;
  left_ = framing_.length;
  chunks_.reset();
  keeps_alive_ = !broke_off_ && h1::keeps_alive(head.version, head.fields) &&
                 framing_.kind != h1::BodyKind::kUntilClose && framing_.kind != h1::BodyKind::kTunnel;
  content_ended_ = framing_.is_empty();
  return {};
}

async::Task<Result<std::string_view>> ClientConnection::receive_content(async::Deadline deadline) {
  while (!content_ended_) {
    if (begin_ == end_) {
      BASE_CO_TRY(const auto count, co_await fill(deadline));
      if (count == 0 && framing_.kind != h1::BodyKind::kUntilClose) co_return fail(truncated());
      if (count == 0) {
        content_ended_ = true;
        break;
      }
    }
    if (framing_.kind == h1::BodyKind::kChunked) {
      BASE_CO_TRY(const auto piece, take_decoded());
      if (!piece.empty()) co_return piece;
      continue;
    }
    const bool has_length = framing_.kind == h1::BodyKind::kLength;
    const auto piece = take_plain(has_length ? left_ : buffer_.size());
    if (has_length) left_ -= piece.size();
    content_ended_ = has_length && left_ == 0;
    co_return piece;
  }
  co_return std::string_view{};
}

std::optional<std::uint64_t> ClientConnection::content_remaining() const {
  if (content_ended_) return 0;
  if (framing_.kind == h1::BodyKind::kLength) return left_;
  return std::nullopt;
}

Result<std::string_view> ClientConnection::take_decoded() {
  const auto progress = chunks_.decode({buffer_.data() + begin_, end_ - begin_});
  if (!progress) return fail(to_error(progress.error(), stream_->peer()).within(origin_.to_string()));
  begin_ += progress->consumed;
  content_ended_ = progress->done;
  return progress->data;
}

std::string_view ClientConnection::take_plain(std::uint64_t bytes_max) {
  const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(bytes_max, end_ - begin_));
  const std::string_view piece(buffer_.data() + begin_, count);
  begin_ += count;
  return piece;
}

base::Error ClientConnection::truncated() const {
  return {ErrorCode::kReset,
          stream_->peer(),
          Retry::kNo,
          origin_.to_string() + " closed the connection in the middle of its answer",
          {}};
}

}  // namespace gatehouse::http
