#include "app/cli/arguments.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"

namespace gatehouse::app {

using base::Result;

namespace {

base::Failure wrong(std::string message) {
  return base::fail(base::ErrorCode::kInvalid, base::Fault::kOperator, std::move(message));
}

Result<const Option*> find_option(std::span<const Option> options, std::string_view name) {
  std::vector<std::string_view> names;
  for (const auto& option : options) {
    if (option.name == name || (!option.letter.empty() && option.letter == name)) return &option;
    names.push_back(option.name);
  }
  const auto near = base::nearest(name, names);
  return wrong(fmt::format("there is no option {}{}", name,
                           near.empty() ? std::string() : fmt::format("; did you mean {}?", near)));
}

}  // namespace

Result<Arguments> Arguments::parse(std::span<char* const> args, std::span<const Option> options,
                                   std::size_t words_max) {
  Arguments arguments;
  bool only_words = false;
  for (std::size_t i = 0; i < args.size(); ++i) {
    const std::string_view text = args[i];
    if (only_words || !text.starts_with('-') || text == "-") {
      if (arguments.words_.size() == words_max) return wrong(fmt::format("\"{}\" is one argument too many", text));
      arguments.words_.emplace_back(text);
      continue;
    }
    if (text == "--") {
      only_words = true;
      continue;
    }
    const auto equals = text.find('=');
    const auto name = text.substr(0, equals);
    BASE_TRY(const auto* option, find_option(options, name));
    auto& values = arguments.values_[option->name];
    if (!option->takes_value) {
      if (equals != std::string_view::npos) return wrong(fmt::format("{} takes no value", name));
      values.emplace_back();
    } else if (equals != std::string_view::npos) {
      values.emplace_back(text.substr(equals + 1));
    } else {
      if (i + 1 == args.size()) return wrong(fmt::format("{} needs a value", name));
      values.emplace_back(args[++i]);
    }
  }
  return arguments;
}

std::optional<std::string> Arguments::value(std::string_view name) const {
  const auto found = values_.find(name);
  if (found == values_.end()) return std::nullopt;
  return found->second.back();
}

std::vector<std::string> Arguments::values(std::string_view name) const {
  const auto found = values_.find(name);
  return found == values_.end() ? std::vector<std::string>() : found->second;
}

std::string Arguments::word(std::size_t index, std::string_view otherwise) const {
  return index < words_.size() ? words_[index] : std::string(otherwise);
}

}  // namespace gatehouse::app
