#include "deploy/config_hash.h"

#include <array>

#include <fmt/format.h>
#include <openssl/evp.h>

#include "base/text.h"
#include "compose/write.h"
#include "format/yaml_write.h"
#include "sys/file.h"

namespace gatehouse::deploy {

using base::Result;
using format::YamlNode;

namespace {

constexpr std::size_t kKeyDigits = 8;
constexpr std::array<std::string_view, 6> kWithoutEffect = {"build",      "pull_policy", "scale",
                                                            "depends_on", "profiles",    "env_file"};

std::map<std::string, std::string> parse_keys(std::string_view text) {
  std::map<std::string, std::string> keys;
  for (const auto item : base::split(text, ',')) {
    const auto equals = item.find('=');
    if (equals != std::string_view::npos) keys.emplace(item.substr(0, equals), item.substr(equals + 1));
  }
  return keys;
}

// What deploy.* says about a container itself.
YamlNode container_part_of_deploy(const YamlNode& deploy) {
  auto part = YamlNode::mapping();
  for (const std::string_view key : {"resources", "restart_policy"}) {
    if (const auto* value = deploy.find(key)) part.set(key, *value);
  }
  return part;
}

Result<std::string> content_of(const compose::Project& project, const compose::FileObject& object) {
  if (!object.file.empty()) return sys::read_file(object.file);
  if (object.environment.empty()) return object.content;
  const auto found = project.environment.find(object.environment);
  return found == project.environment.end() ? std::string() : found->second;
}

template <class Mounts, class Objects>
Result<void> add_contents(const compose::Project& project, const Mounts& mounts, const Objects& objects,
                          std::string& text) {
  for (const auto& mount : mounts) {
    const auto object = objects.find(mount.source);
    if (object == objects.end() || object->second.external) continue;
    BASE_TRY(const auto content, content_of(project, object->second));
    text += mount.source + "=" + sha256_hex(content) + "\n";
  }
  return {};
}

}  // namespace

std::string sha256_hex(std::string_view bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, EVP_sha256(), nullptr);
  std::string text;
  for (unsigned i = 0; i < size; ++i) text += fmt::format("{:02x}", digest[i]);
  return text;
}

std::string ConfigHash::keys_text() const {
  std::vector<std::string> items;
  for (const auto& [key, hash] : keys) items.push_back(key + "=" + hash);
  return base::join(items, ",");
}

std::string ConfigHash::changed_since(std::string_view earlier_keys) const {
  const auto earlier = parse_keys(earlier_keys);
  if (earlier.empty()) return {};
  std::vector<std::string> changed;
  for (const auto& [key, hash] : keys) {
    const auto before = earlier.find(key);
    if (before == earlier.end() || before->second != hash) changed.push_back(key);
  }
  for (const auto& [key, hash] : earlier) {
    if (!keys.contains(key)) changed.push_back(key);
  }
  return base::join(changed, ", ");
}

Result<ConfigHash> hash_of(const compose::Project& project, const compose::Service& service) {
  auto tree = compose::to_tree(service);
  for (const auto key : kWithoutEffect) tree.erase(key);
  if (auto* deploy = tree.find("deploy")) {
    *deploy = container_part_of_deploy(*deploy);
    if (deploy->entries.empty()) tree.erase("deploy");
  }
  format::sort_keys(tree);
  ConfigHash hash;
  std::string all;
  for (const auto& entry : tree.entries) {
    const auto text = format::to_json(entry.value);
    all += entry.key + "=" + text + "\n";
    hash.keys.emplace(entry.key, sha256_hex(text).substr(0, kKeyDigits));
  }
  std::string contents;
  BASE_CHECK(add_contents(project, service.secrets, project.secrets, contents));
  BASE_CHECK(add_contents(project, service.configs, project.configs, contents));
  if (!contents.empty()) hash.keys.emplace("contents of secrets", sha256_hex(contents).substr(0, kKeyDigits));
  for (const auto& [key, attachment] : service.networks) {
    const auto network = project.networks.find(key);
    if (network != project.networks.end()) all += "network " + network->second.name + "\n";
  }
  hash.whole = sha256_hex(all + contents);
  return hash;
}

}  // namespace gatehouse::deploy
