#include "deploy/readiness.h"

#include <optional>

#include <fmt/format.h>

#include "async/sleep.h"
#include "base/text.h"

namespace gatehouse::deploy {

using base::Error;
using base::ErrorCode;
using base::fail;
using base::Fault;
using base::Result;
using base::Retry;
using compose::Condition;
using docker::Container;
using docker::ContainerState;
using docker::Health;
using namespace std::chrono_literals;

namespace {

constexpr auto kPollFirst = 20ms;
constexpr auto kPollMost = 500ms;
constexpr std::int64_t kRestartsMax = 3;
constexpr int kLinesShown = 12;

std::string how_it_ended(const Container& container) {
  if (!container.start_error.empty()) return "could not be started: " + container.start_error;
  if (container.out_of_memory) return "was killed because it used more memory than its limit allows";
  return fmt::format("ended with exit code {}", container.exit_code);
}

bool has_ended(const Container& container) {
  return container.state == ContainerState::kExited || container.state == ContainerState::kDead;
}

std::string last_probe(const Container& container) {
  if (container.probes.empty()) return {};
  const auto output = base::trim(container.probes.back().output);
  if (output.empty()) return fmt::format("the last probe ended with {}", container.probes.back().exit_code);
  constexpr std::size_t kShownMax = 200;
  return fmt::format("the last probe said: {}", output.substr(0, kShownMax));
}

// Why it will not become ready, or empty while it still may.
std::string hopeless(const Container& container, Condition condition) {
  if (condition == Condition::kCompletedSuccessfully) {
    const bool failed = has_ended(container) && container.exit_code != 0;
    return failed ? how_it_ended(container) : std::string();
  }
  if (container.restart_count >= kRestartsMax) {
    return fmt::format("{}, and was restarted {} times so far", how_it_ended(container), container.restart_count);
  }
  if (container.state == ContainerState::kRestarting) return {};  // the next attempt may do better
  const bool may_end = condition == Condition::kStarted || container.health == Health::kNone;
  const bool ended_well = may_end && container.exit_code == 0 && container.start_error.empty();
  if (has_ended(container) && !ended_well) return how_it_ended(container);
  if (container.health == Health::kUnhealthy) return "is unhealthy: " + last_probe(container);
  return {};
}

// What one look at it tells; `settled`: it has been running for long enough.
bool is_ready(const Container& container, Condition condition, bool settled) {
  if (condition == Condition::kCompletedSuccessfully) return has_ended(container) && container.exit_code == 0;
  if (has_ended(container)) return true;  // well, or hopeless() would have said so
  if (container.state != ContainerState::kRunning) return false;
  if (condition == Condition::kHealthy && container.health != Health::kNone) {
    return container.health == Health::kHealthy;
  }
  return settled;
}

std::string still_waiting(const Container& container, Condition condition) {
  if (condition == Condition::kCompletedSuccessfully) return "has not ended its work in time";
  if (condition == Condition::kHealthy && container.health == Health::kStarting) {
    const auto probe = last_probe(container);
    return "has not become healthy in time" + (probe.empty() ? "" : ": " + probe);
  }
  return fmt::format("is {} and not ready in time", docker::to_string(container.state));
}

}  // namespace

async::Task<std::string> last_lines(docker::Engine& engine, std::string container, int lines_max) {
  docker::LogOptions options;
  options.tail = std::to_string(lines_max);
  auto reader = co_await engine.container_logs(container, options);
  if (!reader) co_return std::string();
  std::string text;
  for (;;) {
    const auto pieces = co_await reader->next();
    if (!pieces || pieces->empty()) break;
    for (const auto& piece : *pieces) text += piece.bytes;
  }
  std::string lines;
  for (const auto line : base::split(base::trim(text), '\n')) lines.append("  | ").append(line).append("\n");
  co_return text.empty() ? std::string() : lines;
}

async::Task<Result<void>> wait_until_ready(docker::Engine& engine, WaitFor wait) {
  std::chrono::milliseconds pause = kPollFirst;
  std::optional<async::Instant> running_since;
  for (;;) {
    BASE_CO_TRY(const auto container, co_await engine.inspect_container(wait.container));
    const auto now = std::chrono::steady_clock::now();
    if (container.state != ContainerState::kRunning) running_since.reset();
    if (container.state == ContainerState::kRunning && !running_since) running_since = now;
    auto why = hopeless(container, wait.condition);
    const bool settled = running_since && now - *running_since >= wait.settle_time;
    if (why.empty() && is_ready(container, wait.condition, settled)) co_return Result<void>{};
    const bool late = now >= wait.deadline.at;
    if (why.empty() && late) why = still_waiting(container, wait.condition);
    if (!why.empty()) {
      const auto message = fmt::format("service {} {} (container {}); see \"gatehouse logs {} {}\"", wait.service, why,
                                       container.name, wait.stack, wait.service);
      co_return fail(Error{late ? ErrorCode::kTimeout : ErrorCode::kUnavailable, Fault::kOperator, Retry::kNo, message,
                           co_await last_lines(engine, wait.container, kLinesShown)});
    }
    co_await async::sleep(engine.loop(), pause);
    pause = std::min<std::chrono::milliseconds>(pause * 2, kPollMost);
  }
}

}  // namespace gatehouse::deploy
