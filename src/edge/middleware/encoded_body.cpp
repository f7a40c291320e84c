#include "edge/middleware/encoded_body.h"

namespace gatehouse::edge {

using base::Result;
using Step = Encoder::Step;

async::Task<Result<std::string_view>> EncodedBody::next() {
  output_ = {.room = room_, .used = 0};
  for (;;) {
    BASE_CO_TRY(const bool ready, advance());
    if (ready) co_return std::string_view(room_.data(), output_.used);
    BASE_CO_TRY(const auto piece, co_await source_->next());
    take(piece);
  }
}

void EncodedBody::take(std::string_view piece) {
  if (piece.empty()) phase_ = Phase::kEnding;
  input_ = piece;
  unflushed_ += piece.size();
}

Result<bool> EncodedBody::advance() {
  for (;;) {
    switch (phase_) {
      case Phase::kTaking: {
        BASE_TRY(const bool taken, encoder_->encode(input_, Step::kRun, output_));
        if (!taken) return true;
        const auto piece = unflushed_ < kInputBytesMax ? source_->next_now() : std::nullopt;
        if (piece) {
          take(*piece);
        } else if (unflushed_ >= kInputBytesMax || (flushing_ == Flushing::kWhenIdle && unflushed_ > 0)) {
          phase_ = Phase::kFlushing;
        } else {
          return false;
        }
        break;
      }
      case Phase::kFlushing: {
        BASE_TRY(const bool flushed, encoder_->encode(input_, Step::kFlush, output_));
        if (flushed) {
          phase_ = Phase::kTaking;
          unflushed_ = 0;
        }
        if (output_.used > 0) return true;
        break;
      }
      case Phase::kEnding: {
        BASE_TRY(const bool ended, encoder_->encode(input_, Step::kEnd, output_));
        if (ended) phase_ = Phase::kEnded;
        return true;
      }
      case Phase::kEnded:
        return true;
    }
  }
}

}  // namespace gatehouse::edge
