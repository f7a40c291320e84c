#include "control/publisher.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <string>

#include <fmt/format.h>

#include "async/sleep.h"
#include "base/text.h"

namespace gatehouse::control {

using async::Deadline;
using async::Task;
using base::Result;

namespace {

constexpr std::chrono::milliseconds kFirstWordTimeMax{200};
constexpr std::chrono::seconds kFirstWordTimeMaxServing{10};
constexpr std::chrono::seconds kAppliedTimeMax{20};
constexpr std::chrono::seconds kFilesInterval{1};
constexpr std::string_view kDocker = "docker";  // whose configuration is kept for when it is away

// Every server that requests may be sent to.
std::set<std::string> servers_of(const model::DynamicConfig& config) {
  std::set<std::string> urls;
  for (const auto& [name, service] : config.http.services) {
    if (!service.load_balancer) continue;
    for (const auto& server : service.load_balancer->servers) urls.insert(server.url);
  }
  return urls;
}

}  // namespace

Publisher::Publisher(Parts parts)
    : parts_(parts),
      claims_saved_(parts.claims.version()),
      changed_(parts.loop),
      urgent_(parts.loop),
      stapling_(parts.loop),
      keeper_(parts.config.certificates_resolvers, parts.state_folder, parts.authority,
              {.loop = parts.loop,
               .offload = parts.offload,
               .names = parts.names,
               .log = parts.log,
               .publisher = *this,
               .changed = [this] { change_urgently(); }}) {
  if (!parts_.config.ocsp) return;
  stapler_ = std::make_unique<OcspStapler>(
      OcspStapler::Parts{
          .loop = parts_.loop, .names = parts_.names, .log = parts_.log, .changed = [this] { change_urgently(); }},
      *parts_.config.ocsp);
  stapling_.spawn(stapler_->run());
}

void Publisher::change_urgently() {
  changed_.set();
  urgent_.set();
}

void Publisher::provide(std::string provider, model::DynamicConfig config, std::vector<discovery::Problem> problems) {
  if (provider == kDocker) {
    const auto& docker = parts_.config.providers.docker;
    auto labels = parts_.adopted.labels(!docker || docker->exposed_by_default, problems);
    // What the operator's Traefik was told counts more than what a container says under the same name.
    labels.http.routers.merge(config.http.routers);
    labels.http.middlewares.merge(config.http.middlewares);
    for (const auto& [name, router] : config.http.routers) {
      problems.push_back(
          {"router " + name + "@docker", "the adopted Traefik has a router of that name: give it another"});
    }
    config.http.routers = std::move(labels.http.routers);
    config.http.middlewares = std::move(labels.http.middlewares);
  }
  parts_.adopted.translate_paths(config);
  note("provider " + provider, problems);
  std::vector<model::SnapshotIssue> issues;
  for (const auto& problem : problems) issues.push_back({problem.object, problem.message});
  const bool has_news = std::exchange(provider_issues_[provider], issues) != issues;
  const bool is_first = awaited_.erase(provider) != 0;
  const auto [known, is_new] = configs_.try_emplace(provider);
  if (!is_new && !is_first && known->second == config && !has_news) return;
  // What has gone must get no further request: that does not wait for the throttle.
  const bool loses_servers = !std::ranges::includes(servers_of(config), servers_of(known->second));
  known->second = std::move(config);
  is_docker_saved_ = is_docker_saved_ && provider != kDocker;
  changed_.set();
  if (is_first || loses_servers) urgent_.set();
}

Task<void> Publisher::wait_for_providers() {
  const auto patience = parts_.edge.edge_serves() ? kFirstWordTimeMaxServing : kFirstWordTimeMax;
  const auto deadline = parts_.loop.deadline(patience);
  while (!awaited_.empty()) {
    urgent_.reset();
    if (!co_await urgent_.wait(deadline)) break;
  }
}

// Providers that do not answer are still awaited; until then what they said last counts.
void Publisher::stand_in_for_the_absent() {
  for (const auto& provider : awaited_) {
    auto last = parts_.store.load(provider);
    if (!last) continue;
    parts_.log.warn("provider {} does not answer: serving what it said last", provider);
    configs_.insert_or_assign(provider, *std::move(last));
  }
}

void Publisher::save_providers() {
  save_claims();
  const auto docker = configs_.find(std::string(kDocker));
  if (is_docker_saved_ || docker == configs_.end()) return;
  is_docker_saved_ = true;
  if (const auto saved = parts_.store.save(docker->first, docker->second); !saved) {
    parts_.log.warn("{}", saved.error().message);
  }
}

void Publisher::save_claims() {
  if (std::exchange(claims_saved_, parts_.claims.version()) == parts_.claims.version()) return;
  if (const auto saved = parts_.claim_store.save(parts_.claims); !saved) parts_.log.warn("{}", saved.error().message);
}

Task<void> Publisher::run() {
  co_await wait_for_providers();
  stand_in_for_the_absent();
  for (;;) {
    changed_.reset();
    urgent_.reset();
    const bool published = publish_changes();
    if (!published) save_claims();
    const auto next = parts_.loop.deadline(parts_.config.providers.providers_throttle_duration);
    static_cast<void>(co_await changed_.wait(Deadline::never()));
    if (published) static_cast<void>(co_await urgent_.wait(next));
  }
}

bool Publisher::publish_changes() {
  auto built = discovery::build_snapshot(
      {.static_config = parts_.config, .providers = configs_, .claims = parts_.claims, .files = files_});
  note("configuration", built.problems);
  want_certificates(built);
  for (const auto& [provider, issues] : provider_issues_) {
    std::ranges::copy(issues, std::back_inserter(built.snapshot.refused.issues));
  }
  auto& certificates = built.snapshot.tls.certificates;
  for (auto& certificate : keeper_.certificates()) certificates.push_back(std::move(certificate));
  set_default_certificate(built);
  if (stapler_) stapler_->staple(certificates);
  built.snapshot.acme_tokens = tokens_;
  if (has_published_ && built.snapshot == published_) return false;
  published_ = std::move(built.snapshot);
  has_published_ = true;
  parts_.edge.publish(published_);
  return true;
}

// The one that a resolver has obtained to be the default one, where no file is.
void Publisher::set_default_certificate(discovery::BuiltSnapshot& built) {
  auto& tls = built.snapshot.tls;
  if (tls.default_certificate || built.default_names.empty()) return;
  const auto in_order = [](std::vector<std::string> names) {
    for (auto& name : names) name = base::to_lower(name);
    std::ranges::sort(names);
    return names;
  };
  const auto wanted = in_order(built.default_names);
  const auto found = std::ranges::find_if(
      tls.certificates, [&](const auto& certificate) { return in_order(certificate.names) == wanted; });
  if (found != tls.certificates.end()) tls.default_certificate = *found;
}

Task<void> Publisher::follow_files() {
  for (;;) {
    co_await async::sleep(parts_.loop, kFilesInterval);
    if (files_.have_changed()) changed_.set();
  }
}

void Publisher::want_certificates(const discovery::BuiltSnapshot& built) {
  std::vector<acme::WantedCertificate> wanted;
  std::set<std::string> named;
  const auto want = [&](std::string resolver, std::vector<std::string> names) {
    for (auto& name : names) name = base::to_lower(name);
    named.insert(names.begin(), names.end());
    const auto by = "host " + names.front();
    wanted.push_back({.resolver = std::move(resolver), .names = std::move(names), .wanted_by = by});
  };
  for (const auto& need : built.certificates) want(need.resolver, need.names);
  for (const auto& host : built.tls_hosts) {
    if (!named.contains(base::to_lower(host))) want("", {host});
  }
  std::vector<std::string> provided;
  for (const auto& certificate : built.snapshot.tls.certificates) {
    provided.insert(provided.end(), certificate.names.begin(), certificate.names.end());
  }
  keeper_.want(wanted, provided);
}

Task<Result<void>> Publisher::publish(acme::Challenge challenge, Deadline) {
  tokens_.push_back({.host = std::move(challenge.name),
                     .token = std::move(challenge.token),
                     .key_authorisation = std::move(challenge.key_authorisation),
                     .by_tls = challenge.type == acme::ChallengeType::kTlsAlpn01});
  co_return Result<void>();
}

Task<Result<void>> Publisher::await_visible(Deadline deadline) {
  if (has_published_) {
    published_.acme_tokens = tokens_;
    parts_.edge.publish(published_);
  }
  co_return co_await parts_.edge.applied(parts_.loop.deadline(kAppliedTimeMax).or_earlier(deadline));
}

void Publisher::withdraw(const std::string& token) {
  std::erase_if(tokens_, [&](const auto& known) { return known.token == token; });
  changed_.set();
}

// Each problem is logged once for as long as it lasts.
void Publisher::note(const std::string& source, const std::vector<discovery::Problem>& problems) {
  std::set<std::string> lines;
  for (const auto& problem : problems) lines.insert(fmt::format("{}: {}", problem.object, problem.message));
  auto& known = problems_[source];
  for (const auto& line : lines) {
    if (!known.contains(line)) parts_.log.error("{}", line);
  }
  known = std::move(lines);
}

}  // namespace gatehouse::control
