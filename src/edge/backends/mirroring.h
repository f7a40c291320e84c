// Mirroring: a service, and copies of some of its requests for others, whose answers nobody sees. A copy leaves when
// the request has been answered, so a mirror that is slow, broken or gone changes nothing for the client. Immutable,
// shared by the workers; a copy belongs to the worker. Behaviour: Traefik v3, which reads the content before it asks
// anybody; here it is copied on its way.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "edge/backends/service.h"

namespace gatehouse::edge {

// Copies under way in one worker; more are not made.
inline constexpr std::size_t kMirroredRequestsMax = 128;
// Of the content of one copy, where the operator sets no limit: it is held in memory.
inline constexpr std::size_t kMirroredBytesMax = std::size_t{8} << 20;

struct MirroringSettings {
  struct Mirror {
    ServicePtr service;
    std::uint64_t percent = 0;
  };

  ServicePtr service;
  std::vector<Mirror> mirrors;
  bool mirrors_content = true;
  std::size_t bytes_max = kMirroredBytesMax;
};

class Mirroring final : public Service {
 public:
  explicit Mirroring(MirroringSettings settings) : settings_(std::move(settings)) {}

  [[nodiscard]] async::Task<Response> handle(Exchange& exchange) const override;
  [[nodiscard]] bool is_up(async::Instant now) const override { return settings_.service->is_up(now); }

 private:
  [[nodiscard]] async::Task<Response> ask_and_mirror(Exchange& exchange, std::uint64_t number) const;

  MirroringSettings settings_;
  mutable std::atomic<std::uint64_t> count_ = 0;
};

}  // namespace gatehouse::edge
