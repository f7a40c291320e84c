#include "edge/middleware/encoder.h"

#include <new>

#include <brotli/encode.h>
#include <fmt/format.h>
#include <zlib.h>
#include <zstd.h>

namespace gatehouse::edge {

using base::Result;

namespace {

// Responses are encoded while somebody waits: the levels are those at which time still buys much.
constexpr int kGzipLevel = 5;
constexpr int kGzipWindowBits = 15 + 16;  // 16: with gzip's header and trailer
constexpr int kGzipMemoryLevel = 8;
constexpr std::uint32_t kBrotliQuality = 5;
constexpr std::uint32_t kBrotliWindowBits = 18;
constexpr int kZstdLevel = 3;
constexpr int kZstdWindowBits = 18;  // RFC 9659 allows up to 23

base::Failure broken(std::string_view library, std::string_view reason) {
  return base::fail(base::ErrorCode::kInternal, base::Fault::kInternal,
                    fmt::format("{} failed to encode a response: {}", library, reason));
}

class GzipEncoder final : public Encoder {
 public:
  GzipEncoder() {
    const int made =
        deflateInit2(&stream_, kGzipLevel, Z_DEFLATED, kGzipWindowBits, kGzipMemoryLevel, Z_DEFAULT_STRATEGY);
    if (made != Z_OK) throw std::bad_alloc();
  }
  ~GzipEncoder() override { deflateEnd(&stream_); }

  Result<bool> encode(std::string_view& input, Step step, EncoderOutput& output) override {
    const auto room = output.left();
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(input.data()));
    stream_.avail_in = static_cast<uInt>(input.size());
    stream_.next_out = reinterpret_cast<Bytef*>(room.data());
    stream_.avail_out = static_cast<uInt>(room.size());
    const int mode = step == Step::kRun ? Z_NO_FLUSH : step == Step::kFlush ? Z_SYNC_FLUSH : Z_FINISH;
    const int done = deflate(&stream_, mode);
    if (done != Z_OK && done != Z_STREAM_END && done != Z_BUF_ERROR) {
      return broken("zlib", stream_.msg == nullptr ? "" : stream_.msg);
    }
    input.remove_prefix(input.size() - stream_.avail_in);
    output.used += room.size() - stream_.avail_out;
    return step == Step::kEnd ? done == Z_STREAM_END : stream_.avail_in == 0 && stream_.avail_out > 0;
  }

 private:
  z_stream stream_{};
};

class BrotliEncoder final : public Encoder {
 public:
  BrotliEncoder() : state_(BrotliEncoderCreateInstance(nullptr, nullptr, nullptr), &BrotliEncoderDestroyInstance) {
    if (!state_) throw std::bad_alloc();
    BrotliEncoderSetParameter(state_.get(), BROTLI_PARAM_QUALITY, kBrotliQuality);
    BrotliEncoderSetParameter(state_.get(), BROTLI_PARAM_LGWIN, kBrotliWindowBits);
  }

  Result<bool> encode(std::string_view& input, Step step, EncoderOutput& output) override {
    const auto room = output.left();
    std::size_t input_left = input.size();
    std::size_t room_left = room.size();
    const auto* next_in = reinterpret_cast<const std::uint8_t*>(input.data());
    auto* next_out = reinterpret_cast<std::uint8_t*>(room.data());
    const auto mode = step == Step::kRun     ? BROTLI_OPERATION_PROCESS
                      : step == Step::kFlush ? BROTLI_OPERATION_FLUSH
                                             : BROTLI_OPERATION_FINISH;
    if (!BrotliEncoderCompressStream(state_.get(), mode, &input_left, &next_in, &room_left, &next_out, nullptr)) {
      return broken("brotli", "");
    }
    input.remove_prefix(input.size() - input_left);
    output.used += room.size() - room_left;
    if (step == Step::kEnd) return BrotliEncoderIsFinished(state_.get()) == BROTLI_TRUE;
    return input_left == 0 && BrotliEncoderHasMoreOutput(state_.get()) == BROTLI_FALSE;
  }

 private:
  std::unique_ptr<BrotliEncoderState, decltype(&BrotliEncoderDestroyInstance)> state_;
};

class ZstdEncoder final : public Encoder {
 public:
  ZstdEncoder() : context_(ZSTD_createCCtx(), &ZSTD_freeCCtx) {
    if (!context_) throw std::bad_alloc();
    ZSTD_CCtx_setParameter(context_.get(), ZSTD_c_compressionLevel, kZstdLevel);
    ZSTD_CCtx_setParameter(context_.get(), ZSTD_c_windowLog, kZstdWindowBits);
  }

  Result<bool> encode(std::string_view& input, Step step, EncoderOutput& output) override {
    const auto room = output.left();
    ZSTD_inBuffer in{input.data(), input.size(), 0};
    ZSTD_outBuffer out{room.data(), room.size(), 0};
    const auto mode = step == Step::kRun ? ZSTD_e_continue : step == Step::kFlush ? ZSTD_e_flush : ZSTD_e_end;
    const auto left = ZSTD_compressStream2(context_.get(), &out, &in, mode);
    if (ZSTD_isError(left) != 0) return broken("zstd", ZSTD_getErrorName(left));
    input.remove_prefix(in.pos);
    output.used += out.pos;
    return step == Step::kRun ? in.pos == in.size && out.pos < out.size : left == 0;
  }

 private:
  std::unique_ptr<ZSTD_CCtx, decltype(&ZSTD_freeCCtx)> context_;
};

}  // namespace

std::unique_ptr<Encoder> Encoder::make(ContentCoding coding) {
  switch (coding) {
    case ContentCoding::kGzip:
      return std::make_unique<GzipEncoder>();
    case ContentCoding::kBrotli:
      return std::make_unique<BrotliEncoder>();
    case ContentCoding::kZstd:
      return std::make_unique<ZstdEncoder>();
  }
  return nullptr;
}

}  // namespace gatehouse::edge
