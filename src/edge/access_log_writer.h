// AccessLogWriter: takes the workers' lines and writes them to the log's descriptor from a thread of its own, so that a
// slow disk or a blocked pipe never holds up a request. Made by the edge, outlives the workers.
//
// What it may hold back is bounded; when the destination stands still for too long, lines are dropped and counted.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>

#include "edge/exchange.h"
#include "edge/response.h"
#include "sys/fd.h"

namespace gatehouse::edge {

class AccessLogWriter {
 public:
  static constexpr std::size_t kHeldBytesMax = 16u << 20;

  AccessLogWriter();
  ~AccessLogWriter();  // writes what it holds
  AccessLogWriter(const AccessLogWriter&) = delete;
  AccessLogWriter& operator=(const AccessLogWriter&) = delete;

  // Where lines go from now on; an invalid descriptor stands for standard output. Any thread.
  void redirect(sys::Fd destination);
  // A worker's thread, at the end of an exchange; nothing when the runtime of the exchange keeps no access log.
  void record(const Exchange& exchange, const Response& response);
  [[nodiscard]] std::uint64_t dropped() const { return dropped_.load(); }

 private:
  void work();
  void write(std::string_view lines);

  std::atomic<std::uint64_t> count_ = 0;
  std::atomic<std::uint64_t> dropped_ = 0;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::string held_;
  sys::Fd next_destination_;
  bool redirected_ = false;
  bool stopping_ = false;
  sys::Fd destination_;  // of the writing thread
  std::jthread thread_;
};

}  // namespace gatehouse::edge
