#include "edge/middleware/encoded_characters.h"

#include "edge/exchange.h"
#include "edge/middleware/answer.h"
#include "http/path.h"

namespace gatehouse::edge {

namespace {

class EncodedCharacters final : public Handler {
 public:
  EncodedCharacters(const http::EncodedCharacters& allowed, HandlerPtr next)
      : allowed_(allowed), next_(std::move(next)) {}

  [[nodiscard]] async::Task<Response> handle(Exchange& exchange) const override {
    if (!http::encoded_characters(exchange.target.path).within(allowed_)) return answer_status(400);
    return next_->handle(exchange);
  }

 private:
  http::EncodedCharacters allowed_;
  HandlerPtr next_;
};

}  // namespace

base::Result<HandlerPtr> make_encoded_characters(const model::EncodedCharacters& config, HandlerPtr next,
                                                 const MiddlewareContext&) {
  const http::EncodedCharacters allowed{.slash = config.allow_encoded_slash,
                                        .backslash = config.allow_encoded_back_slash,
                                        .null_character = config.allow_encoded_null_character,
                                        .semicolon = config.allow_encoded_semicolon,
                                        .percent = config.allow_encoded_percent,
                                        .question_mark = config.allow_encoded_question_mark,
                                        .hash = config.allow_encoded_hash};
  return std::make_shared<EncodedCharacters>(allowed, std::move(next));
}

}  // namespace gatehouse::edge
