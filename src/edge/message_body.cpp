#include "edge/message_body.h"

#include <algorithm>
#include <utility>

namespace gatehouse::edge {

using async::Task;
using base::Result;
using http::h1::BodyKind;

MessageBody::MessageBody(net::Stream& stream, ReadBuffer& buffer, const http::h1::Framing& framing,
                         async::Duration stall_max)
    : stream_(stream), buffer_(buffer), kind_(framing.kind), left_(framing.length), stall_max_(stall_max) {
  if (kind_ == BodyKind::kChunked) chunks_.emplace();
  if (framing.is_empty()) state_ = State::kEnded;
}

base::Failure MessageBody::fail(base::Error error) {
  state_ = State::kFailed;
  return base::fail(std::move(error));
}

std::string_view MessageBody::take_counted() {
  const auto unread = buffer_.unread();
  const auto size = kind_ == BodyKind::kLength ? std::min<std::uint64_t>(left_, unread.size()) : unread.size();
  buffer_.consume(size);
  if (kind_ == BodyKind::kLength) {
    left_ -= size;
    if (left_ == 0) state_ = State::kEnded;
  }
  return unread.substr(0, size);
}

Result<std::string_view> MessageBody::take_chunked() {
  const auto progress = chunks_->decode(buffer_.unread_in_place());
  if (!progress) return fail(http::to_error(progress.error(), stream_.peer()));
  buffer_.consume(progress->consumed);
  if (progress->done) state_ = State::kEnded;
  return progress->data;
}

Result<void> MessageBody::settle() {
  if (!chunks_ || state_ != State::kReading || buffer_.unread().empty()) return {};
  BASE_TRY(settled_, take_chunked());
  return {};
}

Result<std::string_view> MessageBody::take() {
  if (!settled_.empty()) return std::exchange(settled_, std::string_view());
  if (state_ != State::kReading || buffer_.unread().empty()) return std::string_view();
  if (chunks_) return take_chunked();
  return take_counted();
}

std::optional<std::string_view> MessageBody::next_now() {
  if (!settled_.empty()) return std::exchange(settled_, std::string_view());
  if (state_ == State::kEnded) return std::string_view();
  if (state_ == State::kFailed || buffer_.unread().empty() || chunks_) return std::nullopt;
  return take_counted();
}

Task<Result<std::string_view>> MessageBody::next() {
  for (;;) {
    auto piece = take();
    if (!piece || !piece->empty() || state_ == State::kEnded) co_return piece;
    if (!std::exchange(has_waited_, true)) BASE_CO_CHECK(co_await before_first_wait());
    const auto count = co_await buffer_.fill(stream_, stream_.loop().deadline(stall_max_));
    if (!count) co_return fail(count.error());
    buffer_.filled(*count);
    if (*count > 0) continue;
    if (kind_ != BodyKind::kUntilClose) {
      co_return fail(base::Error{base::ErrorCode::kReset,
                                 stream_.peer(),
                                 base::Retry::kNo,
                                 "the connection ended in the middle of a message",
                                 {}});
    }
    state_ = State::kEnded;
  }
}

std::optional<std::uint64_t> MessageBody::remaining() const {
  if (state_ == State::kEnded) return settled_.size();
  if (kind_ == BodyKind::kLength) return left_;
  return std::nullopt;
}

const http::Fields* MessageBody::trailers() const {
  return chunks_ && state_ == State::kEnded && !chunks_->trailers().empty() ? &chunks_->trailers() : nullptr;
}

}  // namespace gatehouse::edge
