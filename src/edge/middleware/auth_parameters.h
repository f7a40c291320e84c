// AuthParameters: the name=value pairs of an Authorization field (RFC 9110 11.4). A value between quotation marks is
// given without them and their backslashes. Pure values.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gatehouse::edge {

class AuthParameters {
 public:
  // The text behind the scheme; nullopt when it breaks the rules or gives a name twice.
  static std::optional<AuthParameters> parse(std::string_view text);

  // Empty when there is none of that name; names have no case.
  [[nodiscard]] std::string_view get(std::string_view name) const;

 private:
  std::vector<std::pair<std::string, std::string>> pairs_;
};

}  // namespace gatehouse::edge
