// HoldingBody: hands a body on, and keeps something else until the response goes: a place in a table, a count. Also
// stands in where there is no content: what is sent then is a head, or a tunnel.
#pragma once

#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include "http/body.h"

namespace gatehouse::edge {

template <class Held>
class HoldingBody final : public http::Body {
 public:
  HoldingBody(std::unique_ptr<http::Body> body, Held held) : held_(std::move(held)), body_(std::move(body)) {}

  async::Task<base::Result<std::string_view>> next() override {
    if (!body_) return nothing();
    return body_->next();
  }
  std::optional<std::string_view> next_now() override { return body_ ? body_->next_now() : std::string_view(); }
  [[nodiscard]] std::optional<std::uint64_t> remaining() const override { return body_ ? body_->remaining() : 0; }
  [[nodiscard]] const http::Fields* trailers() const override { return body_ ? body_->trailers() : nullptr; }

 private:
  static async::Task<base::Result<std::string_view>> nothing() { co_return std::string_view(); }

  Held held_;  // let go of after the body
  std::unique_ptr<http::Body> body_;
};

template <class Held>
std::unique_ptr<http::Body> hold(std::unique_ptr<http::Body> body, Held held) {
  return std::make_unique<HoldingBody<Held>>(std::move(body), std::move(held));
}

}  // namespace gatehouse::edge
