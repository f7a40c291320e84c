// EncodedBody: the content of another body, encoded piece by piece as it comes. Owned by the response.
#pragma once

#include <array>
#include <memory>
#include <string_view>

#include "edge/middleware/encoder.h"
#include "http/body.h"

namespace gatehouse::edge {

class EncodedBody final : public http::Body {
 public:
  // When to give what the encoder holds back.
  enum class Flushing : std::uint8_t {
    kAtEnd,
    kWhenIdle,  // also when the source has nothing more for now: for streams of events
  };

  EncodedBody(std::unique_ptr<http::Body> source, ContentCoding coding, Flushing flushing)
      : source_(std::move(source)), encoder_(Encoder::make(coding)), flushing_(flushing) {}

  async::Task<base::Result<std::string_view>> next() override;
  [[nodiscard]] std::optional<std::uint64_t> remaining() const override { return std::nullopt; }
  [[nodiscard]] const http::Fields* trailers() const override { return source_->trailers(); }

 private:
  enum class Phase : std::uint8_t { kTaking, kFlushing, kEnding, kEnded };

  static constexpr std::size_t kRoomBytes = 16 * 1024;
  // After so much input there is output, so that content which nearly vanishes does not keep the thread for itself.
  static constexpr std::size_t kInputBytesMax = 256 * 1024;

  // Does what can be done without waiting; true when there is output to give, or the end.
  base::Result<bool> advance();
  void take(std::string_view piece);

  std::unique_ptr<http::Body> source_;
  std::unique_ptr<Encoder> encoder_;
  Flushing flushing_;
  Phase phase_ = Phase::kTaking;
  std::string_view input_;     // of the source's piece
  std::size_t unflushed_ = 0;  // bytes of input since the last flush
  EncoderOutput output_;
  std::array<char, kRoomBytes> room_;
};

}  // namespace gatehouse::edge
