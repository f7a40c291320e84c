#include <algorithm>
#include <array>
#include <span>

#include <fmt/format.h>

#include "base/text.h"
#include "model/decoder.h"

namespace gatehouse::model {

namespace {

constexpr std::size_t kErrorsMax = 50;
constexpr std::size_t kNamesListed = 16;

// What Traefik v2 had, and what v3 has for it.
struct Removed {
  std::string_view name;
  std::string_view instead;
};

constexpr std::array kRemoved = {
    Removed{"providers.docker.swarmmode", "Traefik v3 has providers.swarm for it"},
    Removed{"providers.docker.swarmmoderefreshseconds", "Traefik v3 has providers.swarm.refreshSeconds for it"},
    Removed{"pilot", "Traefik v3 has no Pilot: remove it"},
    Removed{"providers.marathon", "Traefik v3 has no Marathon provider: remove it"},
    Removed{"providers.rancher", "Traefik v3 has no Rancher provider: remove it"},
    Removed{"metrics.influxdb", "Traefik v3 has metrics.influxDB2 for it"},
};

std::string_view removed_option(const std::vector<std::string_view>& parts, std::size_t count) {
  std::string name;
  for (const auto part : std::span(parts).first(count)) name += (name.empty() ? "" : ".") + base::to_lower(part);
  const auto found = std::ranges::find(kRemoved, name, &Removed::name);
  return found == kRemoved.end() ? std::string_view() : found->instead;
}

}  // namespace

std::string Decoder::spell(const std::vector<std::string_view>& parts) const {
  const char separator = syntax_ == Syntax::kEnvironment ? '_' : '.';
  std::string name;
  for (const auto part : parts) {
    if (!name.empty() && !part.starts_with('[')) name += separator;
    name += part;
  }
  switch (syntax_) {
    case Syntax::kLabels:
      return "traefik." + name;
    case Syntax::kFlags:
      return "--" + name;
    case Syntax::kEnvironment:
      return "TRAEFIK_" + base::to_upper(name);
    case Syntax::kFile:
      break;
  }
  return name;
}

// The parts of the name of a node that is the last of the path, or is not part of it yet.
std::vector<std::string_view> Decoder::parts_to(const Node& node) const {
  std::vector<std::string_view> parts;
  parts.reserve(path_.size() + 1);
  for (const auto* step : path_) parts.emplace_back(step->name);
  if (path_.empty() || path_.back() != &node) parts.emplace_back(node.name);
  return parts;
}

void Decoder::say(const Node& node, std::string line) {
  if (errors_.size() >= kErrorsMax) return;
  errors_.push_back(syntax_ == Syntax::kFile ? fmt::format("{}: {}", node.where, line) : std::move(line));
}

void Decoder::wrong(const Node& node, std::string_view what) {
  const auto name = spell(parts_to(node));
  // "<name> takes ..." reads as one sentence, a value that does not fit as a remark on the name.
  const auto* glue = what.starts_with('"') ? ": " : " ";
  say(node, name.empty() ? std::string(what) : fmt::format("{}{}{}", name, glue, what));
}

void Decoder::unknown(const Type& type, const Node& node) {
  std::vector<std::string_view> names;
  for (const auto& field : type.fields) {
    if (field.has(trait::kInternal)) continue;
    if (field.has(syntax_ == Syntax::kLabels ? trait::kNotInLabels : trait::kLabelsOnly)) continue;
    names.push_back(syntax_ == Syntax::kLabels ? field.label_name : field.name);
  }
  auto parts = parts_to(node);
  const auto place = parts.size() - 1;
  if (syntax_ != Syntax::kFile) {
    // Whole names, as they were typed.
    for (const auto* next = &node; !next->children.empty();) {
      next = &next->children.front();
      parts.emplace_back(next->name);
    }
  }
  const auto name = spell(parts);
  if (const auto instead = removed_option(parts, place + 1); !instead.empty()) {
    say(node, fmt::format("{} is unknown: {}", name, instead));
    return;
  }
  if (const auto near = base::nearest(node.name, names); !near.empty()) {
    const auto written = syntax_ == Syntax::kFile ? std::string(near) : base::to_lower(near);
    parts[place] = written;
    say(node, fmt::format("{} is unknown: did you mean {}?", name, spell(parts)));
    return;
  }
  std::vector<std::string> listed(names.begin(), names.begin() + std::min(names.size(), kNamesListed));
  if (names.size() > kNamesListed) listed.emplace_back("...");
  say(node, names.empty() ? fmt::format("{} is unknown", name)
                          : fmt::format("{} is unknown; what may stand there: {}", name, base::join(listed, ", ")));
}

base::Result<void> Decoder::finish() {
  if (errors_.empty()) return {};
  base::Error error{base::ErrorCode::kInvalid, base::Fault::kOperator, base::Retry::kNo, errors_.front(), {}};
  error.detail = base::join(errors_, "\n");
  return base::fail(std::move(error));
}

}  // namespace gatehouse::model
