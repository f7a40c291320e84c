#include "compose/field_reader.h"

#include <fmt/format.h>

#include "compose/quantity.h"

namespace gatehouse::compose {

using format::YamlNode;

namespace {

const YamlNode& empty_mapping() {
  static const YamlNode kEmpty = YamlNode::mapping();
  return kEmpty;
}

// Calls take(key, value or null, at) for each entry of a mapping or each KEY=VALUE of a list.
template <class Take>
void visit_pairs(const YamlNode& node, Take take) {
  for (const auto& entry : node.entries) {
    if (entry.value.is_null()) {
      take(entry.key, std::optional<std::string>(), entry.key_at);
    } else {
      take(entry.key, std::optional(text_of_scalar(entry.value)), entry.key_at);
    }
  }
  for (const auto& item : node.items) {
    const auto separator = item.text.find('=');
    std::optional<std::string> value;
    if (separator != std::string::npos) value = item.text.substr(separator + 1);
    take(item.text.substr(0, separator), std::move(value), item.at);
  }
}

}  // namespace

const YamlNode* FieldReader::find(std::string_view key) const {
  const auto* value = node_.find(key);
  return value == nullptr || value->is_null() ? nullptr : value;
}

std::string FieldReader::path_of(std::string_view key) const {
  return key.empty() ? path_ : fmt::format("{}.{}", path_, key);
}

FieldReader FieldReader::under(std::string_view key) const {
  const auto* value = find(key);
  return {value == nullptr ? empty_mapping() : *value, path_of(key), decoding_};
}

void FieldReader::fail(const YamlNode& value, std::string_view key, std::string_view what) const {
  decoding_.problems.error(value.at, fmt::format("{}: {} {}", path_of(key), shown(value), what));
}

void FieldReader::warn(const YamlNode& value, std::string_view key, std::string_view what) const {
  decoding_.problems.warn(value.at, fmt::format("{}: {}", path_of(key), what));
}

void FieldReader::text(std::string_view key, std::string& field) const {
  if (const auto* value = find(key)) field = text_of_scalar(*value);
}

void FieldReader::flag(std::string_view key, bool& field) const {
  std::optional<bool> read;
  flag(key, read);
  field = read.value_or(field);
}

void FieldReader::flag(std::string_view key, std::optional<bool>& field) const {
  const auto* value = find(key);
  if (value == nullptr) return;
  field = format::to_bool(*value);
  if (!field) fail(*value, key, "is neither true nor false");
}

void FieldReader::integer(std::string_view key, std::optional<std::int64_t>& field) const {
  const auto* value = find(key);
  if (value == nullptr) return;
  field = format::to_int(*value);
  if (!field) fail(*value, key, "is no whole number");
}

void FieldReader::number(std::string_view key, std::optional<double>& field) const {
  const auto* value = find(key);
  if (value == nullptr) return;
  field = format::to_double(*value);
  if (!field) fail(*value, key, "is no number");
}

void FieldReader::size(std::string_view key, std::optional<std::int64_t>& field) const {
  const auto* value = find(key);
  if (value == nullptr) return;
  field = parse_size(value->text);
  if (!field) fail(*value, key, "is no size; write bytes, or a number with k, m or g as in 512m");
}

void FieldReader::duration(std::string_view key, std::optional<Duration>& field) const {
  const auto* value = find(key);
  if (value == nullptr) return;
  field = parse_duration(value->text);
  if (!field) fail(*value, key, "is no duration; write a number with its unit, as in 30s or 1m30s");
}

void FieldReader::texts(std::string_view key, Strings& field) const {
  const auto* value = find(key);
  if (value == nullptr) return;
  if (value->is_scalar()) field.push_back(text_of_scalar(*value));
  for (const auto& item : value->items) field.push_back(text_of_scalar(item));
}

void FieldReader::located(std::string_view key, std::vector<Located>& field) const {
  const auto* value = find(key);
  if (value == nullptr) return;
  if (value->is_scalar()) field.push_back({text_of_scalar(*value), value->at});
  for (const auto& item : value->items) field.push_back({text_of_scalar(item), item.at});
}

void FieldReader::options(std::string_view key, StringMap& field) const {
  const auto* value = find(key);
  if (value == nullptr) return;
  visit_pairs(*value, [&](const std::string& name, const std::optional<std::string>& text, Position) {
    field.insert_or_assign(name, text.value_or(""));
  });
}

void FieldReader::labels(std::string_view key, LocatedMap& field) const {
  const auto* value = find(key);
  if (value == nullptr) return;
  visit_pairs(*value, [&](const std::string& name, const std::optional<std::string>& text, Position at) {
    field.insert_or_assign(name, Located{text.value_or(""), at});
  });
}

void FieldReader::variables(std::string_view key, VariableMap& field) const {
  const auto* value = find(key);
  if (value == nullptr) return;
  visit_pairs(*value, [&](const std::string& name, std::optional<std::string> text, Position at) {
    field.insert_or_assign(name, Variable{std::move(text), at});
  });
}

void FieldReader::hosts(std::string_view key, HostMap& field) const {
  const auto* value = find(key);
  if (value == nullptr) return;
  const auto add = [&](std::string_view host, std::string_view address) {
    if (address.starts_with('[') && address.ends_with(']')) address = address.substr(1, address.size() - 2);
    field[std::string(host)].emplace_back(address);
  };
  for (const auto& entry : value->entries) {
    if (entry.value.is_scalar()) add(entry.key, entry.value.text);
    for (const auto& item : entry.value.items) add(entry.key, item.text);
  }
  for (const auto& item : value->items) {
    const std::string_view text = item.text;
    const auto separator = text.contains('=') ? text.find('=') : text.find(':');
    if (separator == std::string_view::npos || separator == 0) {
      fail(item, key, "is no host; write name=address");
      continue;
    }
    add(text.substr(0, separator), text.substr(separator + 1));
  }
}

void FieldReader::ulimits(std::string_view key, Ulimits& field) const {
  const auto* value = find(key);
  if (value == nullptr) return;
  const FieldReader limits(*value, path_of(key), decoding_);
  for (const auto& entry : value->entries) {
    std::optional<std::int64_t> soft, hard;
    if (entry.value.is_mapping()) {
      const auto limit = limits.under(entry.key);
      limit.integer("soft", soft);
      limit.integer("hard", hard);
    } else {
      limits.integer(entry.key, soft);
      hard = soft;
    }
    if (soft && hard) field[entry.key] = {*soft, *hard};
  }
}

void FieldReader::path(std::string_view key, std::string& field) const {
  if (const auto* value = find(key)) field = absolute_path(value->text, value->at, decoding_.sources);
}

std::string absolute_path(std::string_view path, Position at, const Sources& sources) {
  const auto& source = sources.of(at);
  std::filesystem::path result(path);
  if (path == "~" || path.starts_with("~/")) {
    const auto home = source.environment->find("HOME");
    const std::string_view rest = path.substr(std::min<std::size_t>(2, path.size()));
    result = std::filesystem::path(home == source.environment->end() ? "/root" : home->second) / rest;
  }
  // An absolute right-hand side replaces the folder.
  auto normal = (source.directory / result).lexically_normal().string();
  if (normal.size() > 1 && normal.ends_with('/')) normal.pop_back();
  return normal;
}

}  // namespace gatehouse::compose
