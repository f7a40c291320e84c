// MessageBody: the content of an HTTP/1.1 message as it comes in on a connection: the request body of a client, the
// response body of a backend. Pieces are views of the connection's read buffer: content is not copied on its way.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string_view>

#include "edge/read_buffer.h"
#include "http/body.h"
#include "http/h1/chunked_decoder.h"
#include "http/h1/framing.h"
#include "net/stream.h"

namespace gatehouse::edge {

class MessageBody : public http::Body {
 public:
  // The stream and the buffer outlive the body. A read that brings nothing for so long fails with kTimeout.
  MessageBody(net::Stream& stream, ReadBuffer& buffer, const http::h1::Framing& framing, async::Duration stall_max);

  async::Task<base::Result<std::string_view>> next() override;
  std::optional<std::string_view> next_now() override;
  [[nodiscard]] std::optional<std::uint64_t> remaining() const override;
  [[nodiscard]] const http::Fields* trailers() const override;

  // Chunked content that has arrived whole becomes content of a known length: it can leave in one write, and a backend
  // that knows no chunks can take it. Fails when what has arrived breaks the coding. Before the first next().
  base::Result<void> settle();

  // All of it has been read, and it ended where the framing said: another message may follow.
  [[nodiscard]] bool ended() const { return state_ == State::kEnded && settled_.empty(); }

 private:
  enum class State : std::uint8_t { kReading, kEnded, kFailed };

  // A piece of what the buffer holds; empty when it holds none of it or the body has ended.
  base::Result<std::string_view> take();
  std::string_view take_counted();
  base::Result<std::string_view> take_chunked();
  base::Failure fail(base::Error error);
  // For who wants to say something to the other side before the first wait (100 Continue).
  virtual async::Task<base::Result<void>> before_first_wait() { co_return base::Result<void>(); }

  net::Stream& stream_;
  ReadBuffer& buffer_;
  http::h1::BodyKind kind_;
  std::uint64_t left_;
  async::Duration stall_max_;
  State state_ = State::kReading;
  bool has_waited_ = false;
  std::optional<http::h1::ChunkedDecoder> chunks_;
  std::string_view settled_;  // decoded ahead, and not given out yet
};

}  // namespace gatehouse::edge
