#include "edge/backends/health_checks.h"

#include <set>
#include <utility>

#include "async/race.h"
#include "async/sleep.h"
#include "edge/backends/probe.h"

namespace gatehouse::edge {

using async::Task;

HealthChecks::HealthChecks(async::Loop& loop, async::Offload& offload, net::Resolver names, base::Log& log)
    : loop_(loop),
      log_(log),
      resolver_(names),
      backends_(loop, resolver_, buffers_),
      telemetry_(unheard_, loop),
      background_(loop),
      services_{loop, offload, log, backends_, buffers_, date_, telemetry_, background_} {}

void HealthChecks::watch(const std::vector<HealthTarget>& targets) {
  std::set<std::string> wanted;
  for (const auto& target : targets) {
    if (!wanted.insert(target.key).second) continue;
    auto& check = checks_[target.key];
    if (check) continue;
    check = std::make_unique<Check>(loop_, target);
    check->task.spawn(run(*check));
  }
  std::erase_if(checks_, [&wanted](const auto& entry) { return !wanted.contains(entry.first); });
}

Task<void> HealthChecks::run(Check& check) {
  const auto& target = check.target;
  const auto unhealthy_interval = target.config.unhealthy_interval.value_or(target.config.interval);
  for (;;) {
    const bool was_up = target.health->is_up();
    co_await async::sleep(loop_, was_up ? target.config.interval : unhealthy_interval);
    const auto outcome =
        co_await async::with_deadline(loop_, probe(services_, nowhere_, target), loop_.deadline(target.config.timeout));
    const bool is_up = outcome && outcome->has_value();
    target.health->record(is_up, loop_.now());
    if (is_up == was_up) continue;
    if (is_up) {
      log_.info("service {}: {} is up again", target.service, target.url);
    } else {
      log_.warn("service {}: {} is down: {}", target.service, target.url,
                outcome ? outcome->error().message : "it did not answer in time");
    }
  }
}

}  // namespace gatehouse::edge
