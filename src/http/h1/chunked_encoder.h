// The chunked coding, written: each piece of content goes between a chunk head and a line end, so that the content
// itself is never copied. Pure functions, any thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "http/fields.h"

namespace gatehouse::http::h1 {

// "1f4\r\n" for 500 bytes of content; write it, the content and kChunkEnd. There is no chunk of no bytes: that would be
// the last one.
class ChunkHead {
 public:
  explicit ChunkHead(std::uint64_t content_bytes);

  [[nodiscard]] std::string_view text() const { return {bytes_.data() + begin_, bytes_.size() - begin_}; }

 private:
  static constexpr std::size_t kBytesMax = 16 + 2;
  std::array<char, kBytesMax> bytes_;
  std::size_t begin_ = kBytesMax;
};

inline constexpr std::string_view kChunkEnd = "\r\n";
inline constexpr std::string_view kLastChunk = "0\r\n\r\n";  // where there are no trailers

// The last chunk with its trailers; fields that may not be trailers are left out.
void append_last_chunk(std::string& out, const Fields& trailers);

}  // namespace gatehouse::http::h1
