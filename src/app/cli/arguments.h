// The arguments of a verb taken apart: options by name, and the words between them. A value; views of argv.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace gatehouse::app {

struct Option {
  std::string_view name;         // "--file"
  std::string_view letter = {};  // "-f"
  bool takes_value = false;
};

class Arguments {
 public:
  // "--name VALUE", "--name=VALUE", "-n VALUE"; what follows "--" are words. kInvalid for an option that does not
  // exist, with the nearest that does, and for more than `words_max` words.
  static base::Result<Arguments> parse(std::span<char* const> args, std::span<const Option> options,
                                       std::size_t words_max);

  [[nodiscard]] bool has(std::string_view name) const { return values_.contains(name); }
  // Of an option that was given twice, the last.
  [[nodiscard]] std::optional<std::string> value(std::string_view name) const;
  [[nodiscard]] std::vector<std::string> values(std::string_view name) const;
  [[nodiscard]] const std::vector<std::string>& words() const { return words_; }
  // The word at that place, or what to take in its place.
  [[nodiscard]] std::string word(std::size_t index, std::string_view otherwise) const;

 private:
  std::map<std::string_view, std::vector<std::string>> values_;
  std::vector<std::string> words_;
};

}  // namespace gatehouse::app
