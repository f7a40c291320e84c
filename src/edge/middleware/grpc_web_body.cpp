#include "edge/middleware/grpc_web_body.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "format/base64.h"
#include "http/fields.h"

namespace gatehouse::edge {

using async::Task;
using base::Result;

namespace {

constexpr char kTrailersFlag = '\x80';
constexpr std::size_t kQuantum = 4;

std::string trailers_frame(const http::Fields* trailers) {
  std::string block;
  if (trailers != nullptr) {
    for (const auto& field : *trailers) {
      block += base::to_lower(field.name) + ": " + std::string(field.value) + "\r\n";
    }
  }
  std::string frame(1, kTrailersFlag);
  for (int shift = 24; shift >= 0; shift -= 8) frame += static_cast<char>(block.size() >> shift & 0xff);
  return frame + block;
}

}  // namespace

Result<void> DecodedBody::decode(std::string_view piece) {
  output_.clear();
  while (!piece.empty()) {
    const auto size = std::min(kQuantum - quantum_.size(), piece.size());
    quantum_ += piece.substr(0, size);
    piece.remove_prefix(size);
    if (quantum_.size() < kQuantum) break;
    const auto bytes = format::decode_base64(quantum_);
    quantum_.clear();
    if (!bytes) {
      return base::fail(base::ErrorCode::kInvalid, base::Fault::kClient, "the content of the request is no base64");
    }
    output_ += *bytes;
  }
  return {};
}

Task<Result<std::string_view>> DecodedBody::next() {
  for (;;) {
    BASE_CO_TRY(const auto piece, co_await body_->next());
    BASE_CO_CHECK(decode(piece));
    if (!output_.empty()) co_return std::string_view(output_);
    if (!piece.empty()) continue;
    if (quantum_.empty()) co_return std::string_view();
    co_return base::fail(base::ErrorCode::kInvalid, base::Fault::kClient,
                         "the content of the request ends in the middle of its base64");
  }
}

std::string_view FramedTrailersBody::encoded(std::string_view piece) {
  if (coding_ == Coding::kBinary) return piece;
  output_ = format::encode_base64(piece);
  return output_;
}

Task<Result<std::string_view>> FramedTrailersBody::next() {
  if (ended_) co_return std::string_view();
  if (body_) {
    BASE_CO_TRY(const auto piece, co_await body_->next());
    if (!piece.empty()) co_return encoded(piece);
  }
  ended_ = true;
  auto frame = trailers_frame(body_ ? body_->trailers() : nullptr);
  output_ = coding_ == Coding::kBase64 ? format::encode_base64(frame) : std::move(frame);
  co_return std::string_view(output_);
}

}  // namespace gatehouse::edge
