// Circuit: the state of a circuit breaker. Closed, it lets all requests pass and watches their answers; when its
// condition holds it opens and refuses all for a while; then it recovers, letting more and more of them pass. Shared by
// the workers without a lock: the phase and its end are one word. Outlives snapshots (edge/lasting.h). Behaviour: oxy,
// which Traefik uses.
#pragma once

#include <atomic>
#include <cstdint>

#include "edge/middleware/circuit_expression.h"
#include "edge/middleware/circuit_window.h"

namespace gatehouse::edge {

class Circuit {
 public:
  using Time = CircuitWindow::Time;
  using Duration = CircuitWindow::Duration;

  struct Rule {
    CircuitExpression condition;
    Duration check_period;
    Duration open_time;
    Duration recovery_time;
  };

  explicit Circuit(Rule rule) : rule_(std::move(rule)) {}

  // May a request pass?
  bool admits(Time now);
  // How an admitted one was answered. True when that has opened the circuit.
  bool record(int status, Duration latency, Time now);

 private:
  enum class Phase : std::uint8_t { kClosed, kOpen, kRecovering };
  struct State {
    Phase phase;
    Time until;
  };

  static std::uint64_t pack(State state);
  static State unpack(std::uint64_t word);
  bool change(std::uint64_t from, State to) { return word_.compare_exchange_strong(from, pack(to)); }
  bool admits_recovering(Time now, Time until);

  Rule rule_;
  CircuitWindow window_;
  std::atomic<std::uint64_t> word_ = 0;
  std::atomic<std::int64_t> next_check_ = 0;  // nanoseconds of the steady clock
  std::atomic<std::uint32_t> admitted_ = 0;   // while it recovers
  std::atomic<std::uint32_t> refused_ = 0;
};

}  // namespace gatehouse::edge
