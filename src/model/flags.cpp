#include "model/flags.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"

namespace gatehouse::model {

namespace {

const Field* field_named(const Type& type, std::string_view name) {
  const auto found = std::ranges::find_if(
      type.fields, [&](const Field& field) { return base::iequals(field.name, name) && !field.has(trait::kInternal); });
  return found == type.fields.end() ? nullptr : &*found;
}

// --name with nothing behind it: what can be switched on is, everything else takes the next argument.
bool stands_alone(const Option& option) {
  if (option.type == nullptr) return true;
  const auto* type = option.type->kind == Kind::kOptional ? option.type->element : option.type;
  return type->kind == Kind::kBool || type->kind == Kind::kStruct || type->kind == Kind::kAnything;
}

void add(Entries& entries, std::string name, std::string value, const Option& option) {
  const auto found = std::ranges::find_if(entries, [&](const auto& entry) { return base::iequals(entry.first, name); });
  if (found == entries.end()) {
    entries.emplace_back(std::move(name), std::move(value));
  } else if (option.type != nullptr && option.type->kind == Kind::kList) {
    found->second += "," + value;
  } else {
    found->second = std::move(value);
  }
}

}  // namespace

Option find_option(const Type& root, std::string_view name) {
  Option option{&root, 0};
  for (auto part : base::split(name, '.')) {
    const bool indexed = part.ends_with(']');
    part = part.substr(0, part.find('['));
    if (option.type->kind == Kind::kOptional) option.type = option.type->element;
    if (option.type->kind == Kind::kAnything) return option;
    if (option.type->kind == Kind::kMap) {
      option = {option.type->element, 0};
      continue;
    }
    const auto* field = option.type->kind == Kind::kStruct ? field_named(*option.type, part) : nullptr;
    if (field == nullptr) return {};
    option = {field->type, field->traits};
    if (indexed && option.type->kind == Kind::kList) option.type = option.type->element;
  }
  return option;
}

base::Result<Entries> parse_flags(const std::vector<std::string>& arguments, const Type& root) {
  Entries entries;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    std::string_view argument = arguments[i];
    if (!argument.starts_with('-') || argument.size() < 2) {
      return base::fail(base::ErrorCode::kInvalid, base::Fault::kOperator,
                        fmt::format("\"{}\" is no option: options are written as --name=value", argument));
    }
    argument.remove_prefix(argument.starts_with("--") ? 2 : 1);
    const auto equals = argument.find('=');
    std::string name(argument.substr(0, equals));
    if (name.empty()) {
      return base::fail(base::ErrorCode::kInvalid, base::Fault::kOperator,
                        fmt::format("\"{}\" has no name: options are written as --name=value", arguments[i]));
    }
    const auto option = find_option(root, name);
    if (equals != std::string_view::npos) {
      add(entries, std::move(name), std::string(argument.substr(equals + 1)), option);
    } else if (stands_alone(option) || i + 1 == arguments.size()) {
      add(entries, std::move(name), "true", option);
    } else {
      add(entries, std::move(name), arguments[++i], option);
    }
  }
  return entries;
}

}  // namespace gatehouse::model
