#include "model/static_source.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "format/yaml.h"
#include "model/decoder.h"
#include "model/flags.h"
#include "model/reflect.h"

namespace gatehouse::model {

namespace {

constexpr std::string_view kConfigFile = "configfile";
constexpr std::string_view kConfigVariable = "TRAEFIK_CONFIGFILE";
constexpr std::string_view kVariablePrefix = "TRAEFIK_";

// What the command line and the environment are decoded into: the configuration, and the name of a file with it.
struct Sources : StaticConfig {
  std::string config_file;

  bool operator==(const Sources&) const = default;
  static void fields(auto& field) {
    StaticConfig::fields(field);
    field("configFile", &Sources::config_file);
  }
};

// Splits off the gatehouse.* options.
Entries take_own(Entries& entries, char separator) {
  const auto is_own = [&](const auto& entry) {
    auto name = std::string_view(entry.first);
    if (separator == '_') name.remove_prefix(std::min(kVariablePrefix.size(), name.size()));
    constexpr std::string_view kOwn = "gatehouse";
    return base::iequals(name.substr(0, kOwn.size()), kOwn) && name.size() > kOwn.size() &&
           name[kOwn.size()] == separator;
  };
  Entries own;
  std::ranges::copy_if(entries, std::back_inserter(own), is_own);
  std::erase_if(entries, is_own);
  return own;
}

Entries traefik_variables(const Entries& environment) {
  Entries variables;
  for (const auto& entry : environment) {
    if (entry.first.starts_with(kVariablePrefix) && entry.first != kConfigVariable) variables.push_back(entry);
  }
  return variables;
}

base::Result<void> decode_into(StaticConfig& config, const base::Result<Tree>& tree) {
  if (!tree) return base::fail(tree.error());
  Decoder decoder(tree->syntax);
  decoder.decode_root(type_of<StaticConfig>(), &config, tree->root);
  return decoder.finish();
}

base::Result<Tree> tree_of_file(const StaticFile& file) {
  BASE_TRY(const auto document, format::parse_yaml(file.text, {.file = file.path}));
  return tree_from_yaml(document, file.path);
}

}  // namespace

std::optional<std::string> config_file_path(const std::vector<std::string>& arguments, const Entries& environment) {
  std::optional<std::string> path;
  // What is wrong elsewhere on the command line is for load_static() to say.
  if (const auto flags = parse_flags(arguments, type_of<Sources>()); flags.has_value()) {
    for (const auto& [name, value] : *flags) {
      if (base::iequals(name, kConfigFile)) path = value;
    }
  }
  for (const auto& [name, value] : environment) {
    if (name == kConfigVariable && !path) path = value;
  }
  return path;
}

base::Result<StaticResult> load_static(const StaticSources& sources) {
  StaticResult result;
  BASE_TRY(auto flags, parse_flags(sources.arguments, type_of<Sources>()));
  std::erase_if(flags, [](const auto& entry) { return base::iequals(entry.first, kConfigFile); });
  auto variables = traefik_variables(sources.environment);
  const auto own_flags = take_own(flags, '.');
  const auto own_variables = take_own(variables, '_');

  if (sources.file) {
    BASE_CHECK(decode_into(result.config, tree_of_file(*sources.file)));
  } else if (!flags.empty()) {
    BASE_CHECK(decode_into(result.config, tree_from_flags(flags)));
  } else {
    BASE_CHECK(decode_into(result.config, tree_from_environment(variables)));
  }
  const std::string winner = sources.file ? sources.file->path : "the command line";
  const auto left_out = [&](std::string_view what, const std::string& first, std::size_t count) {
    result.warnings.push_back(
        fmt::format("{} {} left out, {} among them: {} is the only source of options; move them there", count, what,
                    first, winner));
  };
  if (sources.file && !flags.empty()) left_out("flags are", "--" + flags.front().first, flags.size());
  if ((sources.file || !flags.empty()) && !variables.empty()) {
    left_out("environment variables are", variables.front().first, variables.size());
  }
  BASE_CHECK(decode_into(result.config, tree_from_environment(own_variables)));
  BASE_CHECK(decode_into(result.config, tree_from_flags(own_flags)));
  add_default_entry_points(result.config);
  return result;
}

void add_default_entry_points(StaticConfig& config) {
  constexpr const char* kInternal = "traefik";
  auto& entry_points = config.entry_points;
  if (entry_points.empty()) entry_points["http"].address = ":80";
  const auto& prometheus = config.metrics ? config.metrics->prometheus : std::optional<Prometheus>();
  const bool wanted = (config.api && config.api->insecure) ||
                      (config.ping && !config.ping->manual_routing && config.ping->entry_point == kInternal) ||
                      (prometheus && !prometheus->manual_routing && prometheus->entry_point == kInternal);
  if (wanted && !entry_points.contains(kInternal)) entry_points[kInternal].address = ":8080";
}

}  // namespace gatehouse::model
