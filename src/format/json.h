// JSON text in and out, without the library's headers: a JsonDocument owns a parsed text, JsonValues point into it, a
// JsonWriter appends text. Strict RFC 8259, UTF-8 checked. Pure, any thread; errors name the byte.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace gatehouse::format {

// A view of a value, valid as long as its document. One that does not exist answers every question with nothing, so a
// chain of find() needs one check at its end.
class JsonValue {
 public:
  JsonValue() = default;

  [[nodiscard]] bool exists() const { return value_ != nullptr; }
  [[nodiscard]] bool is_null() const;
  [[nodiscard]] bool is_object() const;
  [[nodiscard]] bool is_array() const;
  [[nodiscard]] bool is_string() const;

  // Nothing where the value is of another type, or does not fit.
  [[nodiscard]] std::optional<std::string_view> string() const;
  [[nodiscard]] std::optional<bool> boolean() const;
  [[nodiscard]] std::optional<std::int64_t> integer() const;
  [[nodiscard]] std::optional<std::uint64_t> unsigned_integer() const;
  [[nodiscard]] std::optional<double> number() const;

  // Of an object's members, in the order of the text, or an array's items; 0 for everything else.
  [[nodiscard]] std::size_t size() const;
  [[nodiscard]] JsonValue at(std::size_t index) const;          // index < size()
  [[nodiscard]] std::string_view key(std::size_t index) const;  // of an object
  // The member of an object; of two with one name the last.
  [[nodiscard]] JsonValue find(std::string_view name) const;

  // The value as compact text.
  [[nodiscard]] std::string text() const;

 private:
  friend class JsonDocument;
  explicit JsonValue(const void* value) : value_(value) {}
  const void* value_ = nullptr;
};

class JsonDocument {
 public:
  static constexpr std::size_t kDepthMax = 64;

  // kInvalid with the byte that is wrong; the text itself is never quoted.
  static base::Result<JsonDocument> parse(std::string_view text);
  ~JsonDocument();
  JsonDocument(JsonDocument&&) noexcept;
  JsonDocument& operator=(JsonDocument&&) noexcept;

  [[nodiscard]] JsonValue root() const;

 private:
  struct Tree;
  explicit JsonDocument(std::unique_ptr<Tree> tree);
  std::unique_ptr<Tree> tree_;
};

// Appends compact JSON; commas are its business, balance is the caller's.
class JsonWriter {
 public:
  JsonWriter& begin_object();
  JsonWriter& end_object();
  JsonWriter& begin_array();
  JsonWriter& end_array();
  JsonWriter& key(std::string_view name);
  JsonWriter& string(std::string_view value);  // bytes that are no UTF-8 become U+FFFD
  JsonWriter& boolean(bool value);
  JsonWriter& integer(std::int64_t value);
  JsonWriter& unsigned_integer(std::uint64_t value);
  JsonWriter& number(double value);  // null when it is not finite
  JsonWriter& null();
  JsonWriter& raw(std::string_view json);  // text that is JSON already

  [[nodiscard]] const std::string& text() const { return text_; }
  std::string take() { return std::move(text_); }

 private:
  void separate();

  std::string text_;
};

}  // namespace gatehouse::format
