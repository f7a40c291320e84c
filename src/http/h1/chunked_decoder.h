// ChunkedDecoder: the chunked coding to content (RFC 9112 7.1), with its trailers. Owned by who reads the body, reused
// through reset(); touches no socket. As strict as the grammar: the coding has been used to smuggle with every leniency
// there is (bare LF, a sign, a size that overflows, bytes behind the data of a chunk, line ends in extensions).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "http/fields.h"
#include "http/h1/head_reader.h"
#include "http/violation.h"

namespace gatehouse::http::h1 {

class ChunkedDecoder {
 public:
  static constexpr std::size_t kSizeDigitsMax = 16;  // leading zeros count
  // Bytes of extensions, nobody's content, that may be owed to bytes of content: what a tiny chunk carries beside it.
  static constexpr std::size_t kExtensionBytesMax = 8 * 1024;
  static constexpr HeadLimits kTrailerLimits = {.head_bytes = 16 * 1024, .line_bytes = 8 * 1024, .fields = 64};

  // `data` is the content in the input, moved together: a view of the input. done: the rest of the input, from
  // `consumed` on, is not of this message. Else all of the input was taken.
  struct Progress {
    std::size_t consumed = 0;
    std::string_view data;
    bool done = false;
  };

  // Decodes in place. After a violation, or when done, only reset() may follow.
  Parsed<Progress> decode(std::span<char> input);

  // Complete when done; fields that may not be trailers have been left out.
  [[nodiscard]] const Fields& trailers() const { return trailers_; }

  void reset();

 private:
  enum class State : std::uint8_t {
    kSizeStart,
    kSize,
    kBlankBeforeExtension,
    kExtensionStart,
    kExtensionName,
    kBlankAfterName,
    kValueStart,
    kValue,
    kQuoted,
    kQuotedPair,
    kQuotedEnd,
    kSizeLineFeed,
    kData,
    kDataReturn,
    kDataLineFeed,
    kTrailers,
    kDone,
  };

  Parsed<> read_syntax(char c);
  Parsed<> read_size_digit(int digit);
  Parsed<State> next_in_extension(char c) const;
  Parsed<> read_trailers(std::string_view input, Progress& progress);

  State state_ = State::kSizeStart;
  std::uint8_t digits_ = 0;
  std::uint64_t left_ = 0;  // of the size while it is read, then of the data
  std::uint64_t extension_bytes_ = 0;
  HeadReader trailer_reader_{kTrailerLimits};
  Fields trailers_;
};

}  // namespace gatehouse::http::h1
