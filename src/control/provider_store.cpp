#include "control/provider_store.h"

#include <string_view>

#include <fmt/format.h>

#include "base/text.h"
#include "format/json.h"
#include "model/json.h"
#include "sys/file.h"

namespace gatehouse::control {

namespace {

constexpr int kFormat = 1;

std::string make_first_line() {
  const auto boot = sys::read_file("/proc/sys/kernel/random/boot_id").value_or("unknown");
  return fmt::format("gatehouse provider {} {}\n", kFormat, base::trim(boot));
}

}  // namespace

ProviderStore::ProviderStore(std::filesystem::path folder)
    : folder_(std::move(folder)), first_line_(make_first_line()) {}

std::filesystem::path ProviderStore::file_of(const std::string& provider) const {
  return folder_ / (provider + ".json");
}

base::Result<void> ProviderStore::save(const std::string& provider, const model::DynamicConfig& config) const {
  constexpr mode_t kMode = 0600;
  return sys::write_file_atomically(file_of(provider), first_line_ + model::to_json(config), kMode);
}

std::optional<model::DynamicConfig> ProviderStore::load(const std::string& provider) const {
  const auto text = sys::read_file(file_of(provider));
  if (!text || !text->starts_with(first_line_)) return std::nullopt;
  const auto document = format::JsonDocument::parse(std::string_view(*text).substr(first_line_.size()));
  if (!document) return std::nullopt;
  auto config = model::from_json<model::DynamicConfig>(document->root());
  return config ? std::optional(*std::move(config)) : std::nullopt;
}

}  // namespace gatehouse::control
