#include "control/publisher.h"

#include <fmt/format.h>

namespace gatehouse::control {

using async::Deadline;
using async::Task;

namespace {

constexpr std::chrono::milliseconds kFirstWordTimeMax{200};
constexpr std::chrono::seconds kFirstWordTimeMaxServing{10};

}  // namespace

Publisher::Publisher(async::Loop& loop, Parts parts) : loop_(loop), parts_(parts), changed_(loop), urgent_(loop) {}

void Publisher::provide(std::string provider, model::DynamicConfig config, std::vector<discovery::Problem> problems) {
  report("provider " + provider, problems);
  const bool is_first = awaited_.erase(provider) != 0;
  const auto [known, is_new] = configs_.try_emplace(provider);
  if (!is_new && !is_first && known->second == config) return;
  known->second = std::move(config);
  changed_.set();
  if (is_first) urgent_.set();
}

Task<void> Publisher::wait_for_providers() {
  const auto patience = parts_.edge.edge_serves() ? kFirstWordTimeMaxServing : kFirstWordTimeMax;
  const auto deadline = loop_.deadline(patience);
  while (!awaited_.empty()) {
    urgent_.reset();
    if (!co_await urgent_.wait(deadline)) break;
  }
}

Task<void> Publisher::run() {
  co_await wait_for_providers();
  for (;;) {
    changed_.reset();
    urgent_.reset();
    const bool published = publish_changes();
    const auto next = loop_.deadline(parts_.config.providers.providers_throttle_duration);
    static_cast<void>(co_await changed_.wait(Deadline::never()));
    if (published) static_cast<void>(co_await urgent_.wait(next));
  }
}

bool Publisher::publish_changes() {
  auto built = discovery::build_snapshot({.static_config = parts_.config, .providers = configs_});
  parts_.local_certificates.complete(built);
  report("configuration", built.problems);
  if (has_published_ && built.snapshot == published_) return false;
  published_ = std::move(built.snapshot);
  has_published_ = true;
  parts_.edge.publish(published_);
  return true;
}

// Each problem is logged once for as long as it lasts.
void Publisher::report(const std::string& source, const std::vector<discovery::Problem>& problems) {
  std::set<std::string> lines;
  for (const auto& problem : problems) lines.insert(fmt::format("{}: {}", problem.object, problem.message));
  auto& known = reported_[source];
  for (const auto& line : lines) {
    if (!known.contains(line)) parts_.log.error("{}", line);
  }
  known = std::move(lines);
}

}  // namespace gatehouse::control
