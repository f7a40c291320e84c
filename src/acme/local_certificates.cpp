#include "acme/local_certificates.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "acme/renewal.h"
#include "async/sleep.h"
#include "base/text.h"

namespace gatehouse::acme {

using base::Result;
using tls::CertificateChain;
using tls::LocalAuthority;
using tls::PrivateKey;
using Clock = std::chrono::system_clock;
using Stage = CertificateState::Stage;

namespace {

RenewalSchedule schedule() { return RenewalSchedule::of(LocalAuthority::kLeafLifetime); }

Storage open_storage(const std::filesystem::path& path, base::Log& log) {
  auto opened = Storage::open(path);
  if (opened) return *std::move(opened);
  log.warn("{}: its certificates are made again", opened.error().message);
  return Storage(path);
}

}  // namespace

LocalCertificates::LocalCertificates(std::filesystem::path storage, const LocalAuthority& authority,
                                     const ResolverContext& context)
    : authority_(authority),
      log_(context.log),
      changed_(context.changed),
      storage_(open_storage(storage, context.log)),
      tasks_(context.loop) {
  load();
  tasks_.spawn(renew());
}

// Those that have ended, or are of an authority that was replaced, are left out.
void LocalCertificates::load() {
  auto& certificates = storage_.resolver(kSource).certificates;
  std::erase_if(certificates, [this](const StoredCertificate& stored) {
    auto chain = CertificateChain::from_pem(stored.chain);
    const auto key = PrivateKey::from_pem(stored.key);
    const bool is_whole = chain && key && chain->matches(*key);
    if (!is_whole || !authority_.issued(*chain) || chain->not_after() <= Clock::now()) return true;
    model::SnapshotCertificate shown{chain->names(), stored.chain, stored.key};
    hold({{kSource, stored.names(), {}}, *std::move(chain), std::move(shown)});
    return false;
  });
}

void LocalCertificates::want(std::vector<WantedCertificate> wanted) {
  if (wanted == asked_) return;
  asked_ = wanted;
  unserved_.clear();
  wanted_.clear();
  for (auto& certificate : wanted) {
    std::vector<std::string> refused;
    std::erase_if(certificate.names, [&refused](const std::string& name) {
      const bool is_refused = !LocalAuthority::serves(name);
      if (is_refused) refused.push_back(name);
      return is_refused;
    });
    if (!refused.empty()) {
      unserved_.push_back({refused, kSource, certificate.wanted_by, Stage::kFailed, std::nullopt,
                           "no authority vouches for such a name: use one below a suffix, like " + refused.front() +
                               ".internal; until then the default certificate is shown"});
    }
    if (!certificate.names.empty()) wanted_.push_back(std::move(certificate));
  }
  make_lacking();
}

void LocalCertificates::hold(Made made) {
  auto& held = made_.insert_or_assign(base::join(made.wanted.names, ","), std::move(made)).first->second;
  for (const auto& name : held.shown.names) by_name_[name] = &held;
}

// The one that was made for just these names, else one that covers them all.
const LocalCertificates::Made* LocalCertificates::made_for(const std::vector<std::string>& names) const {
  if (const auto found = made_.find(base::join(names, ",")); found != made_.end()) return &found->second;
  const auto& first = names.front();
  const auto dot = first.find('.');
  for (const auto& name : {first, dot == std::string::npos ? first : "*" + first.substr(dot)}) {
    const auto found = by_name_.find(name);
    if (found == by_name_.end()) continue;
    const auto covers = [&found](const auto& wanted) { return found->second->chain.covers(wanted); };
    if (std::ranges::all_of(names, covers)) return found->second;
  }
  return nullptr;
}

void LocalCertificates::make_lacking() {
  bool made_any = false;
  for (const auto& wanted : wanted_) {
    const auto* made = made_for(wanted.names);
    if (made != nullptr && made->chain.not_after() - schedule().ahead > Clock::now()) continue;
    const auto result = make(wanted);
    if (!result) log_.error("{}: {}", wanted.wanted_by, result.error().message);
    made_any = true;
  }
  if (made_any) save();
}

Result<void> LocalCertificates::make(const WantedCertificate& wanted) {
  BASE_TRY(auto issued, authority_.issue(wanted.names));
  model::SnapshotCertificate shown{issued.chain.names(), issued.chain.to_pem(), issued.key.to_pem()};
  hold({wanted, std::move(issued.chain), std::move(shown)});
  return {};
}

void LocalCertificates::save() {
  auto& certificates = storage_.resolver(kSource).certificates;
  certificates.clear();
  for (const auto& [names, made] : made_) {
    StoredCertificate stored;
    stored.main = made.wanted.names.front();
    stored.sans.assign(made.wanted.names.begin() + 1, made.wanted.names.end());
    stored.chain = made.shown.chain;
    stored.key = made.shown.key;
    certificates.push_back(std::move(stored));
  }
  if (const auto saved = storage_.save(); !saved) log_.error("{}", saved.error().message);
}

async::Task<void> LocalCertificates::renew() {
  for (;;) {
    co_await async::sleep(tasks_.loop(), schedule().interval);
    make_lacking();
    changed_();
  }
}

// Those that are wanted; others stay in the storage for when they are wanted again.
void LocalCertificates::append_certificates(std::vector<model::SnapshotCertificate>& certificates) const {
  std::set<const Made*> used;
  for (const auto& wanted : wanted_) {
    const auto* made = made_for(wanted.names);
    if (made == nullptr || !used.insert(made).second) continue;
    certificates.push_back(made->shown);
  }
}

void LocalCertificates::append_states(std::vector<CertificateState>& states) const {
  states.insert(states.end(), unserved_.begin(), unserved_.end());
  for (const auto& wanted : wanted_) {
    const auto* made = made_for(wanted.names);
    CertificateState state{
        wanted.names,   kSource,      wanted.wanted_by,
        Stage::kFailed, std::nullopt, made == nullptr ? "the local authority could not make it: see the log" : ""};
    if (made != nullptr) {
      state.stage = Stage::kServed;
      state.not_after = made->chain.not_after();
    }
    states.push_back(std::move(state));
  }
}

}  // namespace gatehouse::acme
