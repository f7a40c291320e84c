// The contents of gRPC-Web messages. On the worker's thread, owned by the message.
#pragma once

#include <memory>
#include <string>

#include "http/body.h"

namespace gatehouse::edge {

// A request's content in base64, decoded as it comes. Pieces of it may have a padding of their own.
class DecodedBody final : public http::Body {
 public:
  explicit DecodedBody(std::unique_ptr<http::Body> body) : body_(std::move(body)) {}

  async::Task<base::Result<std::string_view>> next() override;
  [[nodiscard]] std::optional<std::uint64_t> remaining() const override { return std::nullopt; }

 private:
  base::Result<void> decode(std::string_view piece);

  std::unique_ptr<http::Body> body_;
  std::string quantum_;  // of four characters, begun
  std::string output_;
};

// A response's content, and behind it the trailers as a frame. In base64 each piece is padded: a message must not wait
// for the next one.
class FramedTrailersBody final : public http::Body {
 public:
  enum class Coding : std::uint8_t { kBinary, kBase64 };

  FramedTrailersBody(std::unique_ptr<http::Body> body, Coding coding) : body_(std::move(body)), coding_(coding) {}

  async::Task<base::Result<std::string_view>> next() override;
  [[nodiscard]] std::optional<std::uint64_t> remaining() const override { return std::nullopt; }
  // For whoever can read them, such as our own metrics.
  [[nodiscard]] const http::Fields* trailers() const override { return body_ ? body_->trailers() : nullptr; }

 private:
  std::string_view encoded(std::string_view piece);

  std::unique_ptr<http::Body> body_;
  Coding coding_;
  bool ended_ = false;
  std::string output_;
};

}  // namespace gatehouse::edge
