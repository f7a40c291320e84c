// TraceExporter: sends the spans of a queue to a collector over OTLP/HTTP, in batches, and asks again when the
// collector has no time. What cannot be sent is dropped and counted; nobody waits for it. Made by the edge on its main
// loop.
#pragma once

#include <chrono>
#include <memory>
#include <optional>

#include "async/group.h"
#include "base/log.h"
#include "http/client.h"
#include "model/tracing.h"
#include "net/resolver.h"
#include "observe/otlp_json.h"
#include "observe/span_queue.h"

namespace gatehouse::observe {

struct ExporterTimes {
  std::chrono::milliseconds interval{2000};    // between two looks into the queue
  std::chrono::milliseconds exchange{10'000};  // for one batch
  std::chrono::milliseconds pause{1000};       // before a batch is sent again; twice that the next time
};

class TraceExporter {
 public:
  static constexpr std::size_t kBatchSpansMax = 512;
  static constexpr int kAttemptsMax = 4;

  // All outlive the exporter.
  TraceExporter(async::Loop& loop, net::Resolver& names, SpanQueue& queue, base::Log& log, ExporterTimes times = {});
  ~TraceExporter();

  // Where to, from now on; nullopt: nowhere. kInvalid, and nowhere, when the endpoint or its TLS make no sense.
  base::Result<void> configure(const std::optional<model::Tracing>& tracing, Resource resource);
  // What is queued, in the time that is left.
  async::Task<void> flush(async::Deadline deadline);

  [[nodiscard]] std::uint64_t sent() const { return sent_; }

 private:
  struct Collector;

  async::Task<void> run(Collector& collector);
  async::Task<void> send_all(Collector& collector);
  async::Task<bool> send_next(Collector& collector);
  async::Task<void> send(Collector& collector, std::vector<Span> spans);

  async::Loop& loop_;
  net::Resolver& names_;
  SpanQueue& queue_;
  base::Log& log_;
  ExporterTimes times_;
  std::optional<model::Tracing> config_;
  std::unique_ptr<Collector> collector_;
  std::atomic<std::uint64_t> sent_ = 0;
  async::Group tasks_;
};

}  // namespace gatehouse::observe
