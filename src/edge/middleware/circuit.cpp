#include "edge/middleware/circuit.h"

namespace gatehouse::edge {

namespace {

constexpr unsigned kPhaseBits = 2;

// What the window has seen up to now.
class Readings final : public CircuitReadings {
 public:
  Readings(const CircuitWindow& window, CircuitWindow::Time now) : window_(window), now_(now) {}

  [[nodiscard]] double network_error_ratio() const override { return window_.network_error_ratio(now_); }
  [[nodiscard]] double response_code_ratio(int a, int b, int c, int d) const override {
    return window_.response_code_ratio(a, b, c, d, now_);
  }
  [[nodiscard]] double latency_ms_at(double quantile) const override { return window_.latency_ms_at(quantile, now_); }

 private:
  const CircuitWindow& window_;
  CircuitWindow::Time now_;
};

}  // namespace

std::uint64_t Circuit::pack(State state) {
  const auto until = static_cast<std::uint64_t>(Duration(state.until.time_since_epoch()).count());
  return until << kPhaseBits | static_cast<std::uint64_t>(state.phase);
}

Circuit::State Circuit::unpack(std::uint64_t word) {
  const auto phase = static_cast<Phase>(word & ((1U << kPhaseBits) - 1));
  return {phase, Time(Duration(static_cast<std::int64_t>(word >> kPhaseBits)))};
}

bool Circuit::admits(Time now) {
  const auto word = word_.load(std::memory_order_acquire);
  const auto [phase, until] = unpack(word);
  if (phase == Phase::kClosed) return true;
  if (phase == Phase::kRecovering) {
    if (now <= until) return admits_recovering(now, until);
    change(word, {Phase::kClosed, {}});
    return true;
  }
  if (now < until) return false;
  if (change(word, {Phase::kRecovering, now + rule_.recovery_time})) {
    admitted_ = 0;
    refused_ = 0;
  }
  return admits(now);
}

// The share that may pass grows from nothing to a half; then as many have passed as were refused, and all may.
bool Circuit::admits_recovering(Time now, Time until) {
  const auto passed = std::chrono::duration<double>(rule_.recovery_time - (until - now));
  const auto target = 0.5 * passed / std::chrono::duration<double>(rule_.recovery_time);
  const double admitted = admitted_.load(std::memory_order_relaxed) + 1.0;
  const double refused = refused_.load(std::memory_order_relaxed);
  const bool admits = admitted / (admitted + refused) < target;
  (admits ? admitted_ : refused_).fetch_add(1, std::memory_order_relaxed);
  return admits;
}

bool Circuit::record(int status, Duration latency, Time now) {
  window_.record(status, latency, now);
  const auto instant = Duration(now.time_since_epoch()).count();
  auto next = next_check_.load(std::memory_order_relaxed);
  if (instant <= next) return false;
  if (!next_check_.compare_exchange_strong(next, instant + rule_.check_period.count(), std::memory_order_relaxed)) {
    return false;
  }
  const auto word = word_.load(std::memory_order_acquire);
  if (unpack(word).phase == Phase::kOpen || !rule_.condition.holds(Readings(window_, now))) return false;
  if (!change(word, {Phase::kOpen, now + rule_.open_time})) return false;
  window_.clear();
  return true;
}

}  // namespace gatehouse::edge
