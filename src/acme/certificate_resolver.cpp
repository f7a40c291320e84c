#include "acme/certificate_resolver.h"

#include <algorithm>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "acme/order.h"
#include "base/text.h"

namespace gatehouse::acme {

using async::Deadline;
using async::Task;
using base::Fault;
using base::Result;
using tls::CertificateChain;
using tls::PrivateKey;
using Clock = std::chrono::system_clock;

namespace {

std::string id_of(std::vector<std::string> names) {
  std::ranges::sort(names);
  return base::join(names, ",");
}

bool same_names(const StoredCertificate& certificate, const std::vector<std::string>& names) {
  return id_of(certificate.names()) == id_of(names);
}

ChallengeType challenge_of(const model::AcmeResolver& config) {
  if (config.dns_challenge) return ChallengeType::kDns01;
  return config.tls_challenge ? ChallengeType::kTlsAlpn01 : ChallengeType::kHttp01;
}

}  // namespace

CertificateResolver::CertificateResolver(std::string name, model::AcmeResolver config, ResolverContext context,
                                         Storage* storage, std::string obstacle)
    : name_(std::move(name)),
      config_(std::move(config)),
      context_(std::move(context)),
      storage_(storage),
      obstacle_(std::move(obstacle)),
      schedule_(RenewalSchedule::of(std::chrono::hours(config_.certificates_duration))),
      wake_(context_.loop),
      tasks_(context_.loop) {
  if (storage_ == nullptr) return;
  authority_.emplace(name_, config_, AuthorityContext{context_.loop, context_.offload, context_.names, context_.log},
                     *storage_);
  load();
  if (config_.dns_challenge && obstacle_.empty()) prepare_dns();
  if (obstacle_.empty()) tasks_.spawn(work());
}

void CertificateResolver::prepare_dns() {
  const auto& challenge = *config_.dns_challenge;
  const DnsContext dns{context_.loop, context_.names};
  auto provider = make_dns_provider(challenge.provider, dns, process_environment);
  if (!provider) {
    obstacle_ = provider.error().message;
    context_.log.error("resolver {} cannot be used: {}", name_, obstacle_);
    return;
  }
  dns_ = std::make_unique<DnsPublisher>(dns, *std::move(provider), challenge, context_.log);
}

CertificateResolver::~CertificateResolver() = default;

void CertificateResolver::load() {
  held_.clear();
  for (const auto& certificate : stored().certificates) {
    auto chain = CertificateChain::from_pem(certificate.chain);
    const auto key = PrivateKey::from_pem(certificate.key);
    if (!chain || !key || !chain->matches(*key)) {
      context_.log.warn("{}: the certificate of {} is broken and passed over: it is made anew when it is wanted",
                        storage_->path().string(), certificate.main);
      continue;
    }
    model::SnapshotCertificate shown{chain->names(), certificate.chain, certificate.key};
    auto fingerprint = chain->fingerprint();
    held_.push_back({*std::move(chain), std::move(shown), std::move(fingerprint)});
  }
  std::erase_if(renewals_, [this](const auto& known) {
    return std::ranges::none_of(held_, [&](const Held& held) { return held.fingerprint == known.first; });
  });
}

bool CertificateResolver::serves_private_names() const { return Authority::is_private(config_); }

void CertificateResolver::want(const std::vector<WantedCertificate>& wanted) {
  std::map<std::string, Job> jobs;
  for (const auto& certificate : wanted) {
    auto& job = jobs[id_of(certificate.names)];
    if (!job.wanted.names.empty()) continue;
    if (const auto known = jobs_.find(id_of(certificate.names)); known != jobs_.end()) job = std::move(known->second);
    job.wanted = certificate;
    job.wildcards.clear();
    if (config_.dns_challenge) continue;
    std::erase_if(job.wanted.names, [&job](const std::string& name) {
      const bool is_wildcard = name.starts_with("*");
      if (is_wildcard) job.wildcards.push_back(name);
      return is_wildcard;
    });
  }
  jobs_ = std::move(jobs);
  wake_.set();
}

// The names that no certificate of ours covers for that long.
std::vector<std::string> CertificateResolver::lacking(const std::vector<std::string>& names,
                                                      std::chrono::seconds ahead) const {
  std::vector<std::string> missing;
  for (const auto& name : names) {
    const bool is_covered =
        std::ranges::any_of(held_, [&](const Held& held) { return held.chain.covers(name) && is_fresh(held, ahead); });
    if (!is_covered) missing.push_back(name);
  }
  return missing;
}

std::vector<WantedCertificate> CertificateResolver::given_up() const {
  std::vector<WantedCertificate> wanted;
  for (const auto& [id, job] : jobs_) {
    if (obstacle_.empty() && job.failures == 0) continue;
    if (job.wanted.names.empty() || lacking(job.wanted.names, schedule_.ahead / 2).empty()) continue;
    wanted.push_back(job.wanted);
  }
  return wanted;
}

bool CertificateResolver::fails(const std::vector<std::string>& names) const {
  return std::ranges::any_of(given_up(), [&](const auto& wanted) { return id_of(wanted.names) == id_of(names); });
}

CertificateResolver::Job* CertificateResolver::next_due() {
  Job* next = nullptr;
  for (auto& [id, job] : jobs_) {
    if (job.not_before > context_.loop.now() || lacking(job.wanted.names, schedule_.ahead).empty()) continue;
    if (next == nullptr || job.not_before < next->not_before) next = &job;
  }
  return next;
}

Deadline CertificateResolver::next_look() const {
  auto at = Deadline::after(schedule_.interval);
  const auto now = Clock::now();
  for (const auto& [fingerprint, renewal] : renewals_) {
    at = at.or_earlier({renewal.next_question});
    if (renewal.window && renewal.at > now) at = at.or_earlier(Deadline::after(renewal.at - now));
  }
  for (const auto& [id, job] : jobs_) {
    if (!lacking(job.wanted.names, schedule_.ahead).empty()) at = at.or_earlier({job.not_before});
  }
  return at;
}

Task<void> CertificateResolver::work() {
  for (;;) {
    if (unsaved_) unsaved_ = !authority_->save();
    auto* job = next_due();
    if (const auto* held = job == nullptr ? next_question() : nullptr) {
      co_await ask_about(held->fingerprint, renewal_id(held->chain).value_or(""));
      continue;
    }
    if (job == nullptr) {
      static_cast<void>(co_await wake_.wait(next_look()));
      wake_.reset();
      continue;
    }
    // The job may be gone, or another, once we are back.
    auto names = lacking(job->wanted.names, schedule_.ahead);
    const auto id = id_of(job->wanted.names);
    context_.log.info("resolver {}: obtaining a certificate of {}", name_, base::join(names, ", "));
    const auto result = co_await obtain(std::move(names));
    settle(id, result);
    if (!result) authority_->disconnect();
    context_.changed();
  }
}

void CertificateResolver::settle(const std::string& id, const Result<void>& result) {
  for (auto& [key, job] : jobs_) {
    if (id_of(job.wanted.names) != id) continue;
    if (result) {
      job.failures = 0;
      job.problem.clear();
      continue;
    }
    const auto& error = result.error();
    const auto kind = error.fault == Fault::kBackend ? Failure::kUnreached : Failure::kRefused;
    auto pause = back_off(kind, ++job.failures);
    if (authority_->is_connected()) {
      pause = std::max(pause, authority_->session().last_retry_after().value_or(std::chrono::seconds(0)));
    }
    job.not_before = context_.loop.now() + pause;
    job.problem = error.message;
    context_.log.error("resolver {}, {}: {}; next attempt in {} minutes{}{}", name_, job.wanted.wanted_by,
                       error.message, std::chrono::ceil<std::chrono::minutes>(pause).count(),
                       error.detail.empty() ? "" : "\n", error.detail);
  }
}

Task<Result<void>> CertificateResolver::obtain(std::vector<std::string> names) {
  const auto deadline = Deadline::after(kOrderTimeout);
  BASE_CO_CHECK(co_await authority_->connect(deadline));
  BASE_CO_TRY(const auto type, tls::parse_key_type(config_.key_type));
  BASE_CO_TRY(const auto key, co_await authority_->generate_key(type));
  auto chain = co_await order(names, key, deadline);
  if (!chain && authority_->session().last_problem() == "accountDoesNotExist") {
    BASE_CO_CHECK(co_await authority_->register_again(deadline));
    chain = co_await order(names, key, deadline);
  }
  if (!chain) co_return base::fail(std::move(chain).error());
  keep(names, *chain, key);
  co_return Result<void>();
}

Task<Result<CertificateChain>> CertificateResolver::order(std::vector<std::string> names, PrivateKey key,
                                                          Deadline deadline) {
  OrderRequest request{.names = std::move(names),
                       .key = std::move(key),
                       .preferred_chain = config_.preferred_chain,
                       .profile = config_.profile,
                       .replaces = {},
                       .has_common_name = !config_.disable_common_name};
  const auto& main = request.names.front();
  const auto predecessor =
      std::ranges::find_if(held_, [&](const Held& held) { return held.chain.covers(main) && is_fresh(held, {}); });
  if (predecessor != held_.end() && renewals_.contains(predecessor->fingerprint)) {
    request.replaces = renewal_id(predecessor->chain).value_or("");
  }
  request.challenge = challenge_of(config_);
  if (config_.http_challenge) request.challenge_delay = config_.http_challenge->delay;
  if (config_.tls_challenge) request.challenge_delay = config_.tls_challenge->delay;
  ChallengePublisher& publisher = dns_ ? *dns_ : context_.publisher;
  co_return co_await order_certificate(authority_->session(), publisher, std::move(request), deadline);
}

void CertificateResolver::keep(const std::vector<std::string>& names, const CertificateChain& chain,
                               const PrivateKey& key) {
  auto& certificates = stored().certificates;
  auto place = std::ranges::find_if(certificates, [&](const auto& known) { return same_names(known, names); });
  if (place == certificates.end()) {
    place = certificates.insert(place, StoredCertificate{});
    place->main = names.front();
    place->sans.assign(names.begin() + 1, names.end());
  }
  place->chain = chain.to_pem();
  place->key = key.to_pem();
  unsaved_ = !authority_->save();
  load();
  context_.log.info("resolver {}: obtained a certificate of {}, good until {:%Y-%m-%d %H:%M} UTC", name_,
                    base::join(names, ", "), fmt::gmtime(Clock::to_time_t(chain.not_after())));
}

void CertificateResolver::append_certificates(std::vector<model::SnapshotCertificate>& certificates) const {
  for (const auto& held : held_) {
    if (held.chain.not_after() > Clock::now()) certificates.push_back(held.shown);
  }
}

void CertificateResolver::append_states(std::vector<CertificateState>& states) const {
  using Stage = CertificateState::Stage;
  for (const auto& [id, job] : jobs_) {
    if (!job.wildcards.empty()) {
      states.push_back(
          {job.wildcards, name_, job.wanted.wanted_by, Stage::kFailed, std::nullopt,
           "a wildcard needs the DNS-01 challenge: set dnsChallenge of the resolver, name the hosts one by one, "
           "or give a certificate of your own in tls.certificates"});
    }
    if (job.wanted.names.empty()) continue;
    CertificateState state{job.wanted.names, name_,        job.wanted.wanted_by,
                           Stage::kPending,  std::nullopt, obstacle_.empty() ? job.problem : obstacle_};
    const bool is_served = lacking(job.wanted.names, std::chrono::seconds(0)).empty();
    for (const auto& held : held_) {
      if (!is_served || !held.chain.covers(job.wanted.names.front())) continue;
      state.not_after = std::max(state.not_after.value_or(Clock::time_point::min()), held.chain.not_after());
    }
    if (!state.problem.empty()) state.stage = Stage::kFailed;
    if (is_served) state.stage = Stage::kServed;
    states.push_back(std::move(state));
  }
}

}  // namespace gatehouse::acme
