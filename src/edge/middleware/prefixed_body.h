// PrefixedBody: a body of which the beginning was read already: first what was read, then the rest.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "http/body.h"

namespace gatehouse::edge {

class PrefixedBody final : public http::Body {
 public:
  // A rest of null: there is none.
  PrefixedBody(std::string prefix, std::unique_ptr<http::Body> rest)
      : prefix_(std::move(prefix)), rest_(std::move(rest)), prefix_given_(prefix_.empty()) {}

  async::Task<base::Result<std::string_view>> next() override;
  std::optional<std::string_view> next_now() override;
  [[nodiscard]] std::optional<std::uint64_t> remaining() const override;
  [[nodiscard]] const http::Fields* trailers() const override { return rest_ ? rest_->trailers() : nullptr; }

 private:
  static async::Task<base::Result<std::string_view>> ready(std::string_view piece) { co_return piece; }

  std::string prefix_;
  std::unique_ptr<http::Body> rest_;
  bool prefix_given_;
};

}  // namespace gatehouse::edge
