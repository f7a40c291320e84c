// AnswerReader: takes a JSON object of the engine's answers apart into typed values, and remembers the first member
// that was missing or of another type. What the engine sends is trusted no more than any other bytes. Pure, any thread.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "format/json.h"

namespace gatehouse::docker {

using Labels = std::map<std::string, std::string, std::less<>>;

class AnswerReader {
 public:
  // `what` names the object in errors: "a container".
  AnswerReader(format::JsonValue object, std::string_view what);

  // Required: a member that is not there, or is of another type, makes finish() fail. Optional: null and a missing
  // member are the empty value, another type fails too.
  std::string required_text(std::string_view name);
  std::string text(std::string_view name);
  std::int64_t integer(std::string_view name);
  bool boolean(std::string_view name);
  std::vector<std::string> texts(std::string_view name);
  Labels map(std::string_view name);
  format::JsonValue object(std::string_view name);  // of no members when missing
  format::JsonValue array(std::string_view name);

  void fail_at(std::string_view name);
  [[nodiscard]] base::Result<void> finish() const;

 private:
  // Null for a missing or null member.
  format::JsonValue member(std::string_view name) const;

  format::JsonValue object_;
  std::string_view what_;
  std::optional<std::string> wrong_;
};

}  // namespace gatehouse::docker
