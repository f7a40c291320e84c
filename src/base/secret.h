// A secret: prints as ***, is never compared in a time that depends on it, and is wiped when it goes.
// What holds one says so in its type; reveal() is the only way to the bytes, and easy to search for.
#pragma once

#include <string>
#include <string_view>

#include <fmt/format.h>

namespace gatehouse::base {

class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string value) : value_(std::move(value)) {}
  Secret(const Secret&) = default;
  Secret& operator=(const Secret&) = default;
  Secret(Secret&& other) noexcept : value_(std::move(other.value_)) { other.wipe(); }
  Secret& operator=(Secret&& other) noexcept {
    wipe();
    value_ = std::move(other.value_);
    other.wipe();
    return *this;
  }
  ~Secret() { wipe(); }

  [[nodiscard]] const std::string& reveal() const { return value_; }
  [[nodiscard]] bool empty() const { return value_.empty(); }

  // Constant time for equal lengths.
  friend bool operator==(const Secret& a, const Secret& b);

 private:
  void wipe() noexcept;

  std::string value_;
};

}  // namespace gatehouse::base

template <>
struct fmt::formatter<gatehouse::base::Secret> : fmt::formatter<std::string_view> {
  auto format(const gatehouse::base::Secret&, fmt::format_context& context) const {
    return fmt::formatter<std::string_view>::format("***", context);
  }
};
