#include "acme/certificate_keeper.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "sys/file.h"
#include "tls/public_name.h"

namespace gatehouse::acme {

using base::Result;
using Stage = CertificateState::Stage;
namespace fs = std::filesystem;

namespace {

constexpr const char* kLocalStorage = "ca/local.json";
constexpr mode_t kFolderMode = 0700;

// Why a resolver cannot work as it is configured; empty when it can.
std::string obstacle_of(const model::AcmeResolver& config) {
  if (config.http_challenge || config.tls_challenge || config.dns_challenge) return {};
  return "the resolver has no challenge: set its httpChallenge.entryPoint to the entry point on port 80";
}

bool is_provided(const std::vector<std::string>& provided, std::string_view name) {
  return std::ranges::any_of(provided, [name](const auto& pattern) { return tls::covers_name(pattern, name); });
}

}  // namespace

CertificateKeeper::CertificateKeeper(const std::map<std::string, model::CertificatesResolver>& resolvers,
                                     const fs::path& state_folder, const tls::LocalAuthority& local,
                                     const ResolverContext& context)
    : local_(state_folder / kLocalStorage, local, context) {
  for (const auto& [name, resolver] : resolvers) {
    if (resolver.acme) add_resolver(name, *resolver.acme, state_folder, context);
  }
}

CertificateKeeper::~CertificateKeeper() = default;

void CertificateKeeper::add_resolver(const std::string& name, const model::AcmeResolver& config, const fs::path& folder,
                                     const ResolverContext& context) {
  auto obstacle = obstacle_of(config);
  fallbacks_[name] = config.fallback_resolvers;
  auto storage = storage_at(folder / config.storage, context.log);
  if (!storage) obstacle = storage.error().message;
  if (!obstacle.empty()) context.log.error("resolver {} cannot be used: {}", name, obstacle);
  resolvers_.emplace(name, std::make_unique<CertificateResolver>(name, config, context, storage.value_or(nullptr),
                                                                 std::move(obstacle)));
}

// Two resolvers may share a file. A corrupt one is kept aside and begun anew.
Result<Storage*> CertificateKeeper::storage_at(const fs::path& path, base::Log& log) {
  std::error_code ignored;
  auto place = fs::weakly_canonical(path, ignored);  // a link stays one, and what it leads to is replaced
  if (place.empty()) place = path;
  if (const auto known = storages_.find(place); known != storages_.end()) return known->second.get();
  BASE_CHECK(sys::make_folders(place.parent_path(), kFolderMode));
  auto opened = Storage::open(place);
  if (!opened && opened.error().code == base::ErrorCode::kInvalid) {
    log.error("{}", opened.error().message);
    opened = Storage(place);
  }
  if (!opened) return base::fail(std::move(opened).error());
  for (const auto& complaint : opened->complaints()) log.warn("{}: {}", place.string(), complaint);
  return storages_.emplace(place, std::make_unique<Storage>(*std::move(opened))).first->second.get();
}

void CertificateKeeper::want(const std::vector<WantedCertificate>& wanted, const std::vector<std::string>& provided) {
  unserved_.clear();
  std::map<std::string, std::vector<WantedCertificate>> by_resolver;
  std::vector<WantedCertificate> local;
  for (const auto& certificate : wanted) {
    const auto resolver = resolvers_.find(certificate.resolver);
    auto ours = certificate;
    auto theirs = certificate;
    ours.names.clear();
    theirs.names.clear();
    const bool takes_all = resolver != resolvers_.end() && resolver->second->serves_private_names();
    for (const auto& name : certificate.names) {
      if (name == "*" || is_provided(provided, name)) continue;  // "*": any host at all, which has no certificate
      if (!tls::is_certificate_name(name) && !name.starts_with('*')) {
        unserved_.push_back({{name},
                             certificate.resolver,
                             certificate.wanted_by,
                             Stage::kFailed,
                             std::nullopt,
                             "this is no host name that a certificate can hold: correct the rule or tls.domains"});
        continue;
      }
      (takes_all || tls::is_public_name(name) ? theirs : ours).names.push_back(name);
    }
    if (!ours.names.empty()) local.push_back(std::move(ours));
    if (theirs.names.empty() || theirs.resolver.empty()) continue;
    if (resolver == resolvers_.end()) {
      unserved_.push_back({theirs.names, theirs.resolver, theirs.wanted_by, Stage::kFailed, std::nullopt,
                           fmt::format("there is no certificates resolver {}: define certificatesResolvers.{}.acme, or "
                                       "name one that exists",
                                       theirs.resolver, theirs.resolver)});
      continue;
    }
    by_resolver[theirs.resolver].push_back(std::move(theirs));
  }
  local_.want(local);
  hand_over(by_resolver);
  for (auto& [name, resolver] : resolvers_) resolver->want(by_resolver[name]);
}

// What a resolver fails to obtain the next one is asked for, and so on; the first goes on trying, so that all comes
// back to it in time. A certificate serves whoever has obtained it.
void CertificateKeeper::hand_over(std::map<std::string, std::vector<WantedCertificate>>& by_resolver) const {
  std::map<std::string, std::vector<WantedCertificate>> added;
  for (const auto& [name, fallbacks] : fallbacks_) {
    auto left = resolvers_.at(name)->given_up();
    std::erase_if(left, [&](const auto& wanted) {
      return std::ranges::find(by_resolver[name], wanted) == by_resolver[name].end();
    });
    for (const auto& fallback : fallbacks) {
      const auto other = resolvers_.find(fallback);
      if (left.empty() || other == resolvers_.end() || fallback == name) continue;
      for (auto wanted : left) {
        wanted.wanted_by += fmt::format(", since resolver {} fails", name);
        added[fallback].push_back(std::move(wanted));
      }
      std::erase_if(left, [&](const auto& wanted) { return !other->second->fails(wanted.names); });
    }
  }
  for (auto& [name, wanted] : added) std::ranges::move(wanted, std::back_inserter(by_resolver[name]));
}

std::vector<model::SnapshotCertificate> CertificateKeeper::certificates() const {
  std::vector<model::SnapshotCertificate> certificates;
  for (const auto& [name, resolver] : resolvers_) resolver->append_certificates(certificates);
  local_.append_certificates(certificates);
  return certificates;
}

std::vector<CertificateState> CertificateKeeper::states() const {
  auto states = unserved_;
  for (const auto& [name, resolver] : resolvers_) resolver->append_states(states);
  local_.append_states(states);
  return states;
}

}  // namespace gatehouse::acme
