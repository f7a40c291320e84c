#include "model/adoption.h"

#include <fmt/format.h>

#include "format/json.h"
#include "model/json_codec.h"

namespace gatehouse::model {

namespace {

constexpr std::string_view kVersionMember = "version";

// Does `folder` hold `path`, or is it that path?
bool holds(std::string_view folder, std::string_view path) {
  if (folder.ends_with('/')) folder.remove_suffix(1);
  return path.starts_with(folder) && (path.size() == folder.size() || path[folder.size()] == '/');
}

}  // namespace

std::string Adoption::host_path(std::string_view container_path) const {
  const AdoptedMount* best = nullptr;
  for (const auto& mount : mounts) {
    if (!holds(mount.container, container_path)) continue;
    if (best == nullptr || mount.container.size() > best->container.size()) best = &mount;
  }
  if (best == nullptr) return std::string(container_path);
  const std::size_t kept = best->container.ends_with('/') ? best->container.size() - 1 : best->container.size();
  return best->host + std::string(container_path.substr(kept));
}

std::string encode(const Adoption& adoption) {
  format::JsonWriter writer;
  writer.begin_object().key(kVersionMember).integer(kAdoptionVersion);
  write_members(writer, type_of<Adoption>(), &adoption, JsonStyle::kWire);
  writer.end_object();
  return writer.take();
}

base::Result<Adoption> decode_adoption(std::string_view text, std::string_view file) {
  const auto document = format::JsonDocument::parse(text);
  if (!document) return base::fail(document.error().within(file));
  const auto version = document->root().find(kVersionMember).integer();
  if (version != kAdoptionVersion) {
    return base::fail(base::ErrorCode::kUnsupported, base::Fault::kOperator,
                      fmt::format("{}: this record of an adopted Traefik service is of version {}, {} is read: run "
                                  "\"gatehouse up\" again to rewrite it",
                                  file, version.value_or(0), kAdoptionVersion));
  }
  Adoption adoption;
  const auto problem = read_members(type_of<Adoption>(), &adoption, document->root(), kVersionMember);
  if (problem.empty()) return adoption;
  return base::fail(base::ErrorCode::kInvalid, base::Fault::kOperator,
                    fmt::format("{}: this record of an adopted Traefik service is broken ({}): run \"gatehouse up\" "
                                "again to rewrite it",
                                file, named(problem)));
}

}  // namespace gatehouse::model
