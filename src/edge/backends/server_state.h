// ServerState: what requests have taught of one server of one service: how many are in flight, how fast it answers,
// how often it failed. Outlives snapshots (edge/lasting.h), shared by the workers without a lock.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>

#include "async/deadline.h"
#include "edge/backends/failures.h"

namespace gatehouse::edge {

// The mean of the last times to a response's head. Behaviour: Traefik's leasttime, which counts whole milliseconds, so
// that servers which are about equally fast take turns.
class ResponseTimes {
 public:
  void add(async::Duration time);
  // In milliseconds; 0 before the first one.
  [[nodiscard]] double mean() const;

 private:
  static constexpr std::size_t kSamples = 100;

  std::array<std::atomic<std::uint32_t>, kSamples> samples_{};
  std::atomic<std::int64_t> sum_ = 0;
  std::atomic<std::uint64_t> count_ = 0;
};

struct ServerState {
  ServerState(std::size_t failures_allowed, async::Duration failure_window)
      : failures(failures_allowed, failure_window) {}

  std::atomic<std::int64_t> in_flight = 0;
  ResponseTimes times;
  Failures failures;
};

// A request in flight at a server, until it goes.
class Flight {
 public:
  explicit Flight(std::shared_ptr<ServerState> state) : state_(std::move(state)) {
    state_->in_flight.fetch_add(1, std::memory_order_relaxed);
  }
  Flight(Flight&&) noexcept = default;
  Flight& operator=(Flight&&) = delete;
  ~Flight() {
    if (state_) state_->in_flight.fetch_sub(1, std::memory_order_relaxed);
  }

 private:
  std::shared_ptr<ServerState> state_;
};

}  // namespace gatehouse::edge
