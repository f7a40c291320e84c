#include "edge/middleware/taken_content.h"

#include <utility>

namespace gatehouse::edge {

using async::Task;
using base::Result;

namespace {

// The text, then what is left of the source.
class ReplayBody final : public http::Body {
 public:
  explicit ReplayBody(TakenContent content) : content_(std::move(content)), text_given_(content_.text->empty()) {}

  Task<Result<std::string_view>> next() override {
    if (!std::exchange(text_given_, true)) return ready(*content_.text);
    return content_.complete ? ready({}) : content_.source->next();
  }
  std::optional<std::string_view> next_now() override {
    if (!std::exchange(text_given_, true)) return *content_.text;
    return content_.complete ? std::string_view() : content_.source->next_now();
  }
  [[nodiscard]] std::optional<std::uint64_t> remaining() const override {
    const std::uint64_t ahead = text_given_ ? 0 : content_.text->size();
    if (content_.complete) return ahead;
    const auto behind = content_.source->remaining();
    return behind ? std::optional(ahead + *behind) : std::nullopt;
  }
  [[nodiscard]] const http::Fields* trailers() const override { return content_.source->trailers(); }

 private:
  static Task<Result<std::string_view>> ready(std::string_view piece) { co_return piece; }

  TakenContent content_;
  bool text_given_;
};

}  // namespace

std::unique_ptr<http::Body> TakenContent::replay() const { return std::make_unique<ReplayBody>(*this); }

Task<Result<TakenContent>> take_content(std::unique_ptr<http::Body> body, std::uint64_t bytes_max) {
  TakenContent content{.text = std::make_shared<const std::string>(), .source = std::move(body)};
  if (const auto size = content.source->remaining(); size && *size > bytes_max) co_return content;
  std::string text;
  while (text.size() <= bytes_max) {
    BASE_CO_TRY(const auto piece, co_await content.source->next());
    if (piece.empty()) {
      content.complete = true;
      break;
    }
    text += piece;
  }
  content.text = std::make_shared<const std::string>(std::move(text));
  co_return content;
}

}  // namespace gatehouse::edge
