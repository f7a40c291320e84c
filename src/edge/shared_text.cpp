#include "edge/shared_text.h"

namespace gatehouse::edge {

using async::Task;
using base::Result;
using http::FieldId;

namespace {

class SharedText final : public http::Body {
 public:
  explicit SharedText(std::shared_ptr<const std::string> text) : text_(std::move(text)) {}

  Task<Result<std::string_view>> next() override { co_return take(); }
  std::optional<std::string_view> next_now() override { return take(); }
  [[nodiscard]] std::optional<std::uint64_t> remaining() const override { return text_->size() - taken_; }

 private:
  static constexpr std::size_t kPieceBytes = 16 * 1024;

  std::string_view take() {
    const auto piece = std::string_view(*text_).substr(taken_, kPieceBytes);
    taken_ += piece.size();
    return piece;
  }

  std::shared_ptr<const std::string> text_;
  std::size_t taken_ = 0;
};

}  // namespace

Response shared_response(int status, std::shared_ptr<const std::string> text, std::string_view content_type) {
  Response response;
  response.head = http::ResponseHead::of(status);
  auto& fields = response.head.fields;
  fields.set(FieldId::kContentType, content_type);
  fields.set(FieldId::kContentLength, std::to_string(text->size()));
  fields.set(FieldId::kCacheControl, "no-store");
  fields.set(FieldId::kXContentTypeOptions, "nosniff");
  response.body = std::make_unique<SharedText>(std::move(text));
  return response;
}

}  // namespace gatehouse::edge
