#include "model/decoder.h"

#include <algorithm>
#include <set>

#include "base/parse_int.h"
#include "base/text.h"
#include "format/json.h"
#include "model/scalar.h"

namespace gatehouse::model {

namespace {

// "[3]", and "3" as environment variables write it.
std::optional<std::uint32_t> index_of(std::string_view name, Syntax syntax) {
  if (name.starts_with('[') && name.ends_with(']')) {
    name = name.substr(1, name.size() - 2);
  } else if (syntax != Syntax::kEnvironment) {
    return std::nullopt;
  }
  return base::parse_int<std::uint32_t>(name);
}

void write_node(format::JsonWriter& writer, const Node& node, Syntax syntax) {
  if (node.children.empty() && !node.collection) {
    if (node.value) {
      writer.string(*node.value);
    } else {
      writer.null();
    }
    return;
  }
  const bool list = !node.children.empty() &&
                    std::ranges::all_of(node.children, [&](const Node& child) { return child.name.starts_with('['); });
  list ? writer.begin_array() : writer.begin_object();
  for (const auto& child : node.children) {
    if (!list) writer.key(child.name);
    write_node(writer, child, syntax);
  }
  list ? writer.end_array() : writer.end_object();
}

}  // namespace

void Decoder::decode_root(const Type& type, void* object, const Node& root) {
  if (root.value) {
    wrong(root, "options are expected, not a value");
    return;
  }
  decode_struct(type, object, root);
}

void Decoder::decode(const Type& type, unsigned traits, void* object, const Node& node) {
  path_.push_back(&node);
  decode_value(type, traits, object, node);
  path_.pop_back();
}

// Of the node that is the last of the path.
void Decoder::decode_value(const Type& type, unsigned traits, void* object, const Node& node) {
  switch (type.kind) {
    case Kind::kOptional:
      return decode_optional(type, traits, object, node);
    case Kind::kList:
      return decode_list(type, object, node);
    case Kind::kMap:
      return decode_map(type, object, node);
    case Kind::kAnything:
      return decode_anything(traits, object, node);
    case Kind::kStruct:
      if (presence(type, traits, node) == Presence::kPresent) decode_struct(type, object, node);
      return;
    default:
      return decode_scalar(type, traits, object, node);
  }
}

void Decoder::decode_scalar(const Type& type, unsigned traits, void* object, const Node& node) {
  if (!node.children.empty() || node.collection) {
    wrong(node, "takes one value, and has no options of its own");
    return;
  }
  if (!node.value) return;  // a null in a file
  const bool bare = (traits & trait::kBare) != 0;
  if (bare && (node.value->empty() || base::iequals(*node.value, "true"))) return;  // the default it is
  if (const auto problem = parse_scalar(type.kind, *node.value, object); !problem.empty()) wrong(node, problem);
}

void Decoder::decode_optional(const Type& type, unsigned traits, void* object, const Node& node) {
  if (type.element->kind != Kind::kStruct) {
    if (node.value || node.collection || !node.children.empty()) {
      decode_value(*type.element, traits, type.add(object, {}), node);
    }
    return;
  }
  switch (presence(*type.element, traits, node)) {
    case Presence::kAbsent:
      type.clear(object);
      break;
    case Presence::kPresent:
      decode_struct(*type.element, type.add(object, {}), node);
      break;
    case Presence::kWrong:
      break;
  }
}

// Whether a group of options is there: it is when one of them is, or when a bare one is switched on.
Decoder::Presence Decoder::presence(const Type& type, unsigned traits, const Node& node) {
  const bool bare = (traits & trait::kBare) != 0;
  if (!node.value) {
    const bool written = node.collection || !node.children.empty() || syntax_ != Syntax::kFile;
    return written || bare ? Presence::kPresent : Presence::kAbsent;
  }
  if (node.value->empty() && (bare || !node.children.empty())) return Presence::kPresent;
  if (bare) {
    const auto on = parse_bool(*node.value);
    if (on) return *on ? Presence::kPresent : Presence::kAbsent;
    wrong(node, "takes true or false, or options of its own");
    return Presence::kWrong;
  }
  std::vector<std::string> names;
  names.reserve(type.fields.size());
  for (const auto& field : type.fields) names.emplace_back(field.name);
  wrong(node, "takes no value of its own: set one of its options (" + base::join(names, ", ") + ")");
  return Presence::kWrong;
}

const Field* Decoder::field_for(const Type& type, const Node& node) {
  for (const auto& field : type.fields) {
    const auto name = syntax_ == Syntax::kLabels ? field.label_name : field.name;
    if (!base::iequals(name, node.name) || field.has(trait::kInternal)) continue;
    if (field.has(trait::kLabelsOnly) && syntax_ != Syntax::kLabels) continue;
    if (field.has(trait::kNotInLabels) && syntax_ == Syntax::kLabels) {
      path_.push_back(&node);
      wrong(node, "cannot be set by labels: define it in a file of the file provider and refer to it as <name>@file");
      path_.pop_back();
      return nullptr;
    }
    return &field;
  }
  unknown(type, node);
  return nullptr;
}

void Decoder::decode_struct(const Type& type, void* object, const Node& node) {
  std::set<const Field*> seen;
  for (const auto& child : node.children) {
    const auto* field = field_for(type, child);
    if (field == nullptr) continue;
    path_.push_back(&child);
    const bool twice = !seen.insert(field).second;
    if (twice) wrong(child, "is given twice");
    path_.pop_back();
    if (twice) continue;
    auto* value = member(*field, object);
    if (syntax_ == Syntax::kLabels && field->label_name != field->name) {
      // A label speaks of the one element that a container is.
      path_.push_back(&child);
      if (presence(*field->type->element, field->traits, child) == Presence::kPresent) {
        decode_struct(*field->type->element, field->type->add(value, {}), child);
      }
      path_.pop_back();
    } else {
      decode(*field->type, field->traits, value, child);
    }
  }
}

void Decoder::decode_list(const Type& type, void* object, const Node& node) {
  if (!node.children.empty() || node.collection) {
    decode_items(type, object, node);
    return;
  }
  if (!node.value) return;
  if (!type.element->is_scalar()) {
    wrong(node, "is a list of groups of options: number them, as in " + spell(parts_to(node)) + "[0]");
    return;
  }
  type.clear(object);
  for (const auto& item : base::split_list(*node.value)) {
    if (const auto problem = parse_scalar(type.element->kind, item, type.add(object, {})); !problem.empty()) {
      wrong(node, problem);
    }
  }
}

void Decoder::decode_items(const Type& type, void* object, const Node& node) {
  std::vector<std::pair<std::uint32_t, const Node*>> items;
  for (const auto& child : node.children) {
    const auto index = index_of(child.name, syntax_);
    if (!index) {
      wrong(node, "is a list: " + child.name + " is no item of it");
      return;
    }
    items.emplace_back(*index, &child);
  }
  std::ranges::sort(items);  // of one index twice in the order they were written
  type.clear(object);
  for (const auto& [index, child] : items) decode(*type.element, 0, type.add(object, {}), *child);
}

void Decoder::decode_map(const Type& type, void* object, const Node& node) {
  if (node.value && !node.value->empty()) {
    wrong(node, "takes no value: a name comes next, as in " + spell(parts_to(node)) + ".<name>");
    return;
  }
  for (const auto& child : node.children) decode(*type.element, 0, type.add(object, child.name), child);
}

void Decoder::decode_anything(unsigned traits, void* object, const Node& node) {
  if ((traits & trait::kBare) != 0 && node.value && parse_bool(*node.value) == false) return;
  format::JsonWriter writer;
  write_node(writer, node, syntax_);
  static_cast<Anything*>(object)->json = writer.take();
}

}  // namespace gatehouse::model
