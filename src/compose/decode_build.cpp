#include <fmt/format.h>

#include "compose/decode.h"

namespace gatehouse::compose {

using format::YamlNode;

namespace {

// What the builder fetches itself: Git repositories and archives.
bool is_remote_context(std::string_view context) {
  return context.contains("://") || context.starts_with("git@") || context.starts_with("github.com/");
}

std::string local_or_remote(std::string_view context, Position at, const Sources& sources) {
  return is_remote_context(context) ? std::string(context) : absolute_path(context, at, sources);
}

void read_contexts(const FieldReader& build, StringMap& field) {
  const auto* value = build.find("additional_contexts");
  if (value == nullptr) return;
  build.options("additional_contexts", field);
  for (auto& [name, context] : field) {
    // docker-image://, target: and service: name no folder.
    const auto colon = context.find(':');
    const bool is_other = colon != std::string::npos && context.find('/') > colon;
    if (!is_other) context = local_or_remote(context, value->at, build.decoding().sources);
  }
}

}  // namespace

Build decode_build(const YamlNode& node, const std::string& path, Decoding decoding) {
  const FieldReader reader(node, path, decoding);
  Build build;
  build.at = node.at;
  const auto* context = node.is_scalar() ? &node : reader.find("context");
  build.context = context == nullptr ? absolute_path(".", node.at, decoding.sources)
                                     : local_or_remote(context->text, context->at, decoding.sources);
  reader.text("dockerfile", build.dockerfile);
  reader.text("dockerfile_inline", build.dockerfile_inline);
  if (build.dockerfile.empty() && build.dockerfile_inline.empty()) build.dockerfile = "Dockerfile";
  reader.text("target", build.target);
  reader.text("network", build.network);
  reader.text("isolation", build.isolation);
  reader.variables("args", build.args);
  reader.labels("labels", build.labels);
  read_contexts(reader, build.additional_contexts);
  reader.hosts("extra_hosts", build.extra_hosts);
  reader.texts("cache_from", build.cache_from);
  reader.texts("cache_to", build.cache_to);
  reader.texts("tags", build.tags);
  reader.texts("platforms", build.platforms);
  reader.texts("entitlements", build.entitlements);
  StringMap ssh;
  reader.options("ssh", ssh);
  for (const auto& [id, key] : ssh) build.ssh.push_back(key.empty() ? id : fmt::format("{}={}", id, key));
  build.secrets = decode_file_mounts(reader, "secrets", "/run/secrets/");
  reader.ulimits("ulimits", build.ulimits);
  reader.size("shm_size", build.shm_size_bytes);
  reader.flag("no_cache", build.no_cache);
  reader.flag("pull", build.pull);
  reader.flag("privileged", build.privileged);
  return build;
}

}  // namespace gatehouse::compose
