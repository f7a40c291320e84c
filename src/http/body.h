// Body: the content of a message, pulled piece by piece, so that whoever is slow slows the other side down and memory
// stays flat. Owned by the message that it belongs to; lives on the thread of its connection.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "async/task.h"
#include "base/result.h"

namespace gatehouse::http {

class Fields;

class Body {
 public:
  virtual ~Body() = default;
  Body(const Body&) = delete;
  Body& operator=(const Body&) = delete;

  // The next piece, empty at the end; valid until the next call. Not called again after the end or an error.
  virtual async::Task<base::Result<std::string_view>> next() = 0;
  // The next piece if it is here already: never waits. nullopt: ask next(). It spares small bodies a wait, a frame and
  // a write of their own.
  virtual std::optional<std::string_view> next_now() { return std::nullopt; }
  // The bytes that are still to come, where that is known.
  [[nodiscard]] virtual std::optional<std::uint64_t> remaining() const = 0;
  // Fields that followed the content; known at the end, null when there were none.
  [[nodiscard]] virtual const Fields* trailers() const { return nullptr; }

 protected:
  Body() = default;
};

// A body that is in memory.
class TextBody final : public Body {
 public:
  explicit TextBody(std::string text) : text_(std::move(text)) {}

  async::Task<base::Result<std::string_view>> next() override { co_return take(); }
  std::optional<std::string_view> next_now() override { return take(); }
  [[nodiscard]] std::optional<std::uint64_t> remaining() const override { return taken_ ? 0 : text_.size(); }

 private:
  std::string_view take() {
    if (taken_) return {};
    taken_ = true;
    return text_;
  }

  std::string text_;
  bool taken_ = false;
};

}  // namespace gatehouse::http
