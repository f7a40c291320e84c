// TicketKeys: what session tickets are sealed with (RFC 5077, RFC 8446 section 4.6.1). A new key every twelve hours,
// and the two before it still open tickets, so that no key that is in memory opens sessions older than a day or two.
// Shared by all contexts of a process, also across snapshots; any thread (a handshake takes a lock for a copy).
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

struct ssl_ctx_st;

namespace gatehouse::tls {

class TicketKeys {
 public:
  using Clock = std::chrono::steady_clock;
  static constexpr std::chrono::hours kRotation{12};
  static constexpr std::size_t kKeysMax = 3;
  static constexpr std::size_t kNameBytes = 16;

  struct Key {
    std::array<std::uint8_t, kNameBytes> name;
    std::array<std::uint8_t, 32> cipher;
    std::array<std::uint8_t, 32> mac;
    Clock::time_point made;
  };

  TicketKeys() = default;
  ~TicketKeys();
  TicketKeys(const TicketKeys&) = delete;
  TicketKeys& operator=(const TicketKeys&) = delete;

  // The key for new tickets; nullopt when the system gives no random numbers, and then there are no tickets.
  std::optional<Key> current(Clock::time_point now = Clock::now());
  // The key of a ticket, and whether the ticket should be replaced by one with the current key.
  struct Found {
    Key key;
    bool is_old;
  };
  std::optional<Found> find(std::span<const std::uint8_t, kNameBytes> name, Clock::time_point now = Clock::now());

  // Tickets of the context are sealed by the keys that TicketKeys::of() finds for a connection.
  static void install(ssl_ctx_st* context);

 private:
  void rotate(Clock::time_point now);

  std::mutex mutex_;
  std::vector<Key> keys_;  // the newest first
};

}  // namespace gatehouse::tls
