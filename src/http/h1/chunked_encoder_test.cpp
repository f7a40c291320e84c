#include "http/h1/chunked_encoder.h"

#include <limits>

#include <gtest/gtest.h>

#include "http/h1/chunked_decoder.h"

namespace gatehouse::http::h1 {
namespace {

TEST(ChunkedEncoder, WritesTheSizeInHexadecimal) {
  EXPECT_EQ(ChunkHead(1).text(), "1\r\n");
  EXPECT_EQ(ChunkHead(0x1f4).text(), "1f4\r\n");
  EXPECT_EQ(ChunkHead(std::numeric_limits<std::uint64_t>::max()).text(), "ffffffffffffffff\r\n");
}

TEST(ChunkedEncoder, WritesWhatTheDecoderReads) {
  Fields trailers;
  trailers.add("X-Sum", "abc");
  trailers.add(FieldId::kContentLength, "5");
  std::string bytes(ChunkHead(5).text());
  bytes.append("hello").append(kChunkEnd);
  append_last_chunk(bytes, trailers);
  EXPECT_EQ(bytes, "5\r\nhello\r\n0\r\nX-Sum: abc\r\n\r\n");
  ChunkedDecoder decoder;
  const auto progress = decoder.decode(bytes);
  ASSERT_TRUE(progress && progress->done);
  EXPECT_EQ(progress->data, "hello");
}

TEST(ChunkedEncoder, EndsWithoutTrailersAsTheConstantDoes) {
  std::string bytes;
  append_last_chunk(bytes, Fields());
  EXPECT_EQ(bytes, kLastChunk);
}

}  // namespace
}  // namespace gatehouse::http::h1
