#include "deploy/adoption.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>
#include <unistd.h>

#include "base/parse_int.h"
#include "base/text.h"
#include "model/check.h"
#include "model/entry_point.h"
#include "model/static_source.h"
#include "sys/file.h"

namespace gatehouse::deploy {

namespace fs = std::filesystem;

using base::ErrorCode;
using base::fail;
using base::Fault;
using base::Result;
using compose::Project;
using compose::Service;
using model::Adoption;

namespace {

// In Traefik's own order; a TOML file is not read.
constexpr std::string_view kConfigFiles[] = {"/etc/traefik/traefik.yml", "/etc/traefik/traefik.yaml"};

fs::path record_file(std::string_view project, const fs::path& state_dir) {
  return state_dir / model::kAdoptedFolder / (std::string(project) + ".json");
}

std::vector<model::AdoptedMount> mounts_of(const Project& project, const Service& service,
                                           const AdoptOptions& options) {
  std::vector<model::AdoptedMount> mounts;
  for (const auto& mount : service.volumes) {
    if (mount.type == "bind") mounts.push_back({mount.target, mount.source});
    if (mount.type != "volume") continue;
    const auto volume = project.volumes.find(mount.source);
    if (volume == project.volumes.end()) continue;
    const auto found = options.volume_mountpoints.find(volume->second.name);
    if (found != options.volume_mountpoints.end()) mounts.push_back({mount.target, found->second});
  }
  return mounts;
}

// Turns what the service's container would have seen into what the host has.
class Translation {
 public:
  Translation(const Project& project, const Service& service, const AdoptOptions& options, Adopted& adopted)
      : project_(project), service_(service), options_(options), adopted_(adopted) {}

  void translate() {
    for (auto& [name, entry_point] : config().entry_points) translate_entry_point(name, entry_point);
    translate_providers();
    for (auto& [name, resolver] : config().certificates_resolvers) translate_resolver(name, resolver);
    if (!config().log.file_path.empty()) config().log.file_path = host_path(config().log.file_path);
    if (config().access_log && !config().access_log->file_path.empty()) {
      config().access_log->file_path = host_path(config().access_log->file_path);
    }
    config().gatehouse = {};
  }

 private:
  model::StaticConfig& config() { return adopted_.record.config; }
  void notice(std::string text) { adopted_.notices.push_back(std::move(text)); }
  [[nodiscard]] std::string host_path(std::string_view path) const { return adopted_.record.host_path(path); }
  [[nodiscard]] bool is_mounted(std::string_view path) const { return host_path(path) != path; }

  void translate_entry_point(const std::string& name, model::EntryPoint& entry_point) {
    const auto address = model::parse_address(entry_point.address);
    if (!address || service_.network_mode == "host") return;
    const std::string_view protocol = address->udp ? "udp" : "tcp";
    for (const auto& port : service_.ports) {
      if (port.target != address->port || port.protocol != protocol) continue;
      const auto published = port.published.empty() ? std::to_string(port.target) : port.published;
      const auto host = port.host_ip.find(':') == std::string::npos ? port.host_ip : "[" + port.host_ip + "]";
      entry_point.address =
          fmt::format("{}:{}{}", host == "0.0.0.0" ? "" : host, published, address->udp ? "/udp" : "");
      notice(fmt::format("entry point {} listens on {}", name, entry_point.address));
      return;
    }
    entry_point.address = fmt::format("127.0.0.1:{}{}", address->port, address->udp ? "/udp" : "");
    notice(fmt::format("entry point {} is not published, and listens on {} only", name, entry_point.address));
  }

  void translate_providers() {
    auto& providers = config().providers;
    if (providers.docker) translate_endpoint(providers.docker->endpoint);
    if (!providers.file) return;
    for (auto* path : {&providers.file->directory, &providers.file->filename}) {
      if (path->empty()) continue;
      if (!is_mounted(*path) && !fs::exists(*path)) {
        notice(fmt::format("the file provider's {} is in the image and on no mount: there is nothing to read there",
                           *path));
      }
      *path = host_path(*path);
      notice("dynamic files are read from " + *path);
    }
  }

  // A proxy of the socket, as a service of the same project, is not needed by whoever has the socket.
  void translate_endpoint(std::string& endpoint) {
    constexpr std::string_view kUnix = "unix://";
    if (endpoint.empty() || endpoint.starts_with(kUnix)) {
      endpoint = options_.engine_endpoint;
      return;
    }
    const auto scheme = endpoint.find("://");
    auto host = std::string_view(endpoint).substr(scheme == std::string::npos ? 0 : scheme + 3);
    host = host.substr(0, host.find_first_of(":/"));
    if (!project_.services.contains(host)) return;
    notice(fmt::format("the engine is asked at {}, not through service {}", options_.engine_endpoint, host));
    endpoint = options_.engine_endpoint;
  }

  void translate_resolver(const std::string& name, model::CertificatesResolver& resolver) {
    if (!resolver.acme) return;
    auto& storage = resolver.acme->storage;
    if (is_mounted(storage)) {
      storage = host_path(storage);
    } else {
      storage = (options_.state_dir / "acme" / (name + ".json")).string();
    }
    notice(fmt::format("certificates of {} are kept in {}", name, storage));
    for (auto& file : resolver.acme->ca_certificates) {
      if (file.starts_with('/')) file = host_path(file);
    }
  }

  const Project& project_;
  const Service& service_;
  const AdoptOptions& options_;
  Adopted& adopted_;
};

model::Entries environment_of(const Service& service) {
  model::Entries entries;
  for (const auto& [name, variable] : service.environment) {
    if (variable.value) entries.emplace_back(name, *variable.value);
  }
  return entries;
}

Result<std::optional<model::StaticFile>> read_config_file(const model::StaticSources& sources, const Adoption& record) {
  const auto named = model::config_file_path(sources.arguments, sources.environment);
  if (named) {
    const auto path = record.host_path(*named);
    auto text = sys::read_file(path);
    if (!text) return fail(text.error().within("the file of Traefik's static configuration, " + *named));
    return model::StaticFile{path, *std::move(text)};
  }
  for (const auto file : kConfigFiles) {
    const auto path = record.host_path(file);
    if (path == file) continue;  // on no mount
    auto text = sys::read_file(path);
    if (text) return model::StaticFile{path, *std::move(text)};
    if (text.error().code != ErrorCode::kNotFound) return fail(text.error());
  }
  return std::nullopt;
}

std::vector<std::string> arguments_of(const Service& service) {
  std::vector<std::string> arguments = service.command.value_or(compose::Strings{});
  if (!arguments.empty() && base::iequals(arguments.front(), "traefik")) arguments.erase(arguments.begin());
  return arguments;
}

std::vector<std::string> network_names(const Project& project, const Service& service) {
  std::vector<std::string> names;
  for (const auto& [key, attachment] : service.networks) {
    const auto network = project.networks.find(key);
    if (network != project.networks.end()) names.push_back(network->second.name);
  }
  return names;
}

}  // namespace

Result<Adopted> adopt(const Project& project, const Service& service, const AdoptOptions& options) {
  Adopted adopted;
  auto& record = adopted.record;
  record.project = project.name;
  record.service = service.name;
  record.image = service.image;
  record.source = project.locate(service.at);
  record.mounts = mounts_of(project, service, options);
  record.networks = network_names(project, service);
  for (const auto& [name, value] : service.labels) record.labels.emplace(name, value.text);

  model::StaticSources sources{arguments_of(service), environment_of(service), std::nullopt};
  auto file = read_config_file(sources, record);
  if (!file) return fail(file.error().within(record.source + ": service " + service.name));
  sources.file = *std::move(file);
  auto loaded = model::load_static(sources);
  if (loaded) {
    if (auto checked = model::check(loaded->config); !checked) loaded = fail(std::move(checked).error());
  }
  if (!loaded) {
    return fail(loaded.error().within(project.locate(service.position_of("command")) + ": service " + service.name));
  }
  record.config = std::move(loaded->config);
  adopted.notices = std::move(loaded->warnings);
  Translation(project, service, options, adopted).translate();
  return adopted;
}

Result<bool> write_adoption(const Adoption& record, const fs::path& state_dir) {
  constexpr mode_t kFolderMode = 0700;
  constexpr mode_t kFileMode = 0600;
  const auto file = record_file(record.project, state_dir);
  const auto text = model::encode(record);
  const auto before = sys::read_file(file);
  if (before && *before == text) return false;
  BASE_CHECK(sys::make_folders(file.parent_path(), kFolderMode));
  BASE_CHECK(sys::write_file_atomically(file, text, kFileMode));
  return true;
}

Result<bool> remove_adoption(std::string_view project, const fs::path& state_dir) {
  const auto file = record_file(project, state_dir);
  if (::unlink(file.c_str()) == 0) return true;
  if (errno == ENOENT || errno == ENOTDIR) return false;
  return base::fail_errno(errno, "removing " + file.string(), Fault::kOperator);
}

bool is_served(const fs::path& state_dir) {
  const auto lock = sys::read_file(state_dir / "lock");
  if (!lock) return false;
  const auto pid = base::parse_int<int>(base::trim(*lock));
  std::error_code error;
  return pid && fs::exists("/proc/" + std::to_string(*pid), error);
}

Result<std::vector<Adoption>> read_adoptions(const fs::path& state_dir) {
  std::vector<fs::path> files;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(state_dir / model::kAdoptedFolder, error)) {
    if (entry.path().extension() == ".json") files.push_back(entry.path());
  }
  std::ranges::sort(files);
  std::vector<Adoption> records;
  for (const auto& file : files) {
    BASE_TRY(const auto text, sys::read_file(file));
    BASE_TRY(auto record, model::decode_adoption(text, file.string()));
    records.push_back(std::move(record));
  }
  return records;
}

}  // namespace gatehouse::deploy
