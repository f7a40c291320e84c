#include "http/h1/chunked_decoder.h"

#include <algorithm>
#include <cstring>
#include <limits>

#include "http/h1/connection.h"
#include "http/syntax.h"

namespace gatehouse::http::h1 {

Parsed<ChunkedDecoder::Progress> ChunkedDecoder::decode(std::span<char> input) {
  Progress progress;
  char* data = input.data();  // where the content begins that was found so far, and
  char* data_end = data;      // where it ends
  while (progress.consumed < input.size() && state_ != State::kDone) {
    char* const at = input.data() + progress.consumed;
    if (state_ == State::kData) {
      const auto piece = static_cast<std::size_t>(std::min<std::uint64_t>(left_, input.size() - progress.consumed));
      if (data_end == data) {
        data = data_end = at;  // the first piece stays where it is
      } else {
        std::memmove(data_end, at, piece);
      }
      data_end += piece;
      left_ -= piece;
      extension_bytes_ -= std::min<std::uint64_t>(extension_bytes_, piece);
      progress.consumed += piece;
      if (left_ == 0) state_ = State::kDataReturn;
    } else if (state_ == State::kTrailers) {
      const std::string_view rest(at, input.size() - progress.consumed);
      if (const auto read = read_trailers(rest, progress); !read) return std::unexpected(read.error());
    } else {
      if (const auto read = read_syntax(*at); !read) return std::unexpected(read.error());
      ++progress.consumed;
    }
  }
  progress.data = {data, data_end};
  progress.done = state_ == State::kDone;
  return progress;
}

// One byte of what is neither data nor a trailer.
Parsed<> ChunkedDecoder::read_syntax(char c) {
  switch (state_) {
    case State::kSizeStart:
    case State::kSize:
      if (const int digit = hex_value(c); digit >= 0) return read_size_digit(digit);
      if (state_ == State::kSizeStart) return std::unexpected(Violation::kChunkSize);
      break;
    case State::kSizeLineFeed:
      if (c != '\n') return std::unexpected(Violation::kLineEnd);
      state_ = left_ == 0 ? State::kTrailers : State::kData;
      digits_ = 0;
      return {};
    case State::kDataReturn:
      if (c != '\r') return std::unexpected(Violation::kChunkEnd);
      state_ = State::kDataLineFeed;
      return {};
    case State::kDataLineFeed:
      if (c != '\n') return std::unexpected(Violation::kChunkEnd);
      state_ = State::kSizeStart;
      return {};
    default:
      break;
  }
  const auto next = next_in_extension(c);
  if (!next) return std::unexpected(next.error());
  state_ = *next;
  if (state_ != State::kSizeLineFeed && ++extension_bytes_ > kExtensionBytesMax) {
    return std::unexpected(Violation::kChunkExtensionTooLong);
  }
  return {};
}

Parsed<> ChunkedDecoder::read_size_digit(int digit) {
  if (++digits_ > kSizeDigitsMax || left_ > std::uint64_t{std::numeric_limits<std::int64_t>::max()} >> 4) {
    return std::unexpected(Violation::kChunkTooLarge);
  }
  left_ = left_ << 4 | static_cast<unsigned>(digit);
  state_ = State::kSize;
  return {};
}

// chunk-ext = *( BWS ";" BWS name [ BWS "=" BWS ( token / quoted-string ) ] ), then CR. Read to its end only to find
// that end where everybody else does; what it says is for nobody behind us.
Parsed<ChunkedDecoder::State> ChunkedDecoder::next_in_extension(char c) const {
  const bool may_end = state_ == State::kSize || state_ == State::kExtensionName || state_ == State::kValue ||
                       state_ == State::kQuotedEnd;
  if (may_end && c == '\r') return State::kSizeLineFeed;
  if (may_end || state_ == State::kBlankBeforeExtension || state_ == State::kBlankAfterName) {
    if (c == ';') return State::kExtensionStart;
  }
  switch (state_) {
    case State::kExtensionStart:
      if (is_blank(c)) return state_;
      if (is_token_byte(c)) return State::kExtensionName;
      break;
    case State::kExtensionName:
    case State::kBlankAfterName:
      if (c == '=') return State::kValueStart;
      if (is_blank(c)) return State::kBlankAfterName;
      if (is_token_byte(c) && state_ == State::kExtensionName) return state_;
      break;
    case State::kValueStart:
      if (is_blank(c)) return state_;
      if (c == '"') return State::kQuoted;
      if (is_token_byte(c)) return State::kValue;
      break;
    case State::kQuoted:
      if (c == '"') return State::kQuotedEnd;
      if (c == '\\') return State::kQuotedPair;
      if (!is_control(c)) return state_;
      break;
    case State::kQuotedPair:
      if (!is_control(c)) return State::kQuoted;
      break;
    case State::kValue:
      if (is_token_byte(c)) return state_;
      [[fallthrough]];
    case State::kSize:
    case State::kQuotedEnd:
    case State::kBlankBeforeExtension:
      if (is_blank(c)) return State::kBlankBeforeExtension;
      break;
    default:
      break;
  }
  return std::unexpected(state_ == State::kSize ? Violation::kChunkSize : Violation::kChunkExtension);
}

Parsed<> ChunkedDecoder::read_trailers(std::string_view input, Progress& progress) {
  trailer_reader_.feed(input);
  const auto complete = trailer_reader_.read_fields();
  if (!complete) return std::unexpected(complete.error());
  if (!*complete) {
    progress.consumed += input.size();
    return trailer_reader_.suspend();
  }
  std::size_t consumed = 0;
  trailer_reader_.finish(trailers_, consumed);
  trailers_.remove_if([](const Field& field) { return !is_allowed_in_trailers(field); });
  progress.consumed += consumed;
  state_ = State::kDone;
  return {};
}

void ChunkedDecoder::reset() {
  state_ = State::kSizeStart;
  digits_ = 0;
  left_ = 0;
  extension_bytes_ = 0;
  trailer_reader_.reset();
  trailers_.clear();
}

}  // namespace gatehouse::http::h1
