// CertificateResolver: asking its authority when it wants certificates renewed (RFC 9773).
#include <algorithm>
#include <random>

#include <fmt/chrono.h>

#include "acme/certificate_resolver.h"
#include "base/text.h"

namespace gatehouse::acme {

using async::Deadline;
using async::Task;
using base::Result;
using Clock = std::chrono::system_clock;

namespace {

// How often is asked: as the authority says, within these; and where it says nothing, or cannot be asked.
constexpr std::chrono::seconds kIntervalMin = std::chrono::minutes(1);
constexpr std::chrono::seconds kIntervalMax = std::chrono::days(1);
constexpr std::chrono::seconds kIntervalUnsaid = std::chrono::hours(6);
constexpr std::chrono::seconds kIntervalFailed = std::chrono::hours(1);
constexpr std::chrono::minutes kQuestionTimeMax{2};

}  // namespace

// Where the authority has said when, its word counts in place of the schedule.
bool CertificateResolver::is_fresh(const Held& held, std::chrono::seconds ahead) const {
  const auto now = Clock::now();
  if (held.chain.not_after() <= now) return false;
  const auto known = renewals_.find(held.fingerprint);
  const bool is_told = known != renewals_.end() && known->second.window && known->second.at < held.chain.not_after();
  if (ahead.count() == 0) return true;
  return is_told ? now < known->second.at : held.chain.not_after() - ahead > now;
}

bool CertificateResolver::is_wanted(const Held& held) const {
  return std::ranges::any_of(jobs_, [&](const auto& job) {
    return std::ranges::any_of(job.second.wanted.names, [&](const auto& name) { return held.chain.covers(name); });
  });
}

const CertificateResolver::Held* CertificateResolver::next_question() {
  for (const auto& held : held_) {
    if (held.chain.not_after() <= Clock::now() || !is_wanted(held) || !renewal_id(held.chain)) continue;
    if (renewals_[held.fingerprint].next_question <= context_.loop.now()) return &held;
  }
  return nullptr;
}

// What goes wrong is no failure: the schedule stands.
Task<void> CertificateResolver::ask_about(std::string fingerprint, std::string id) {
  auto renewal = renewals_[fingerprint];
  const auto before = renewal.window;
  const auto pause = co_await ask_for_window(renewal, std::move(id));
  if (!pause) {
    context_.log.debug("resolver {}: {}", name_, pause.error().message);
    authority_->disconnect();
  }
  renewal.next_question = context_.loop.now() + pause.value_or(kIntervalFailed);
  renewals_[fingerprint] = renewal;
  if (!renewal.window || renewal.window == before) co_return;
  context_.log.info("resolver {}: the authority wants a certificate renewed: it will be at {:%Y-%m-%d %H:%M} UTC{}{}",
                    name_, fmt::gmtime(Clock::to_time_t(renewal.at)),
                    renewal.window->explanation.empty() ? "" : ", see ", renewal.window->explanation);
}

Task<Result<std::chrono::seconds>> CertificateResolver::ask_for_window(Renewal& renewal, std::string id) {
  const auto deadline = Deadline::after(kQuestionTimeMax);
  BASE_CO_CHECK(co_await authority_->connect(deadline));
  auto url = authority_->session().directory().renewal_info;
  if (url.empty()) co_return kIntervalMax;
  if (!url.ends_with('/')) url += '/';
  BASE_CO_TRY(const auto reply,
              co_await authority_->session().get(url + id, "asking when to renew a certificate", deadline));
  BASE_CO_TRY(auto window, parse_renewal_info(reply.body));
  if (renewal.window != window) {
    std::random_device random;
    renewal.at = pick(window, std::generate_canonical<double, 32>(random));
    renewal.window = std::move(window);
  }
  co_return std::clamp(reply.retry_after.value_or(kIntervalUnsaid), kIntervalMin, kIntervalMax);
}

}  // namespace gatehouse::acme
