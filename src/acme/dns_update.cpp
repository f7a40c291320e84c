#include "acme/dns_update.h"

#include <array>
#include <chrono>

#include <fmt/format.h>
#include <openssl/rand.h>

namespace gatehouse::acme {

using async::Deadline;
using async::Task;
using base::Result;

Task<Result<void>> DnsUpdate::add(std::string name, std::string value, Deadline deadline) {
  TxtChange addition{.zone = {}, .name = std::move(name), .value = std::move(value), .ttl = settings_.ttl};
  co_return co_await change(std::move(addition), deadline);
}

Task<Result<void>> DnsUpdate::remove(std::string name, std::string value, Deadline deadline) {
  TxtChange removal{.zone = {}, .name = std::move(name), .value = std::move(value), .is_removal = true};
  co_return co_await change(std::move(removal), deadline);
}

Task<Result<void>> DnsUpdate::change(TxtChange change, Deadline deadline) {
  change.zone = settings_.zone;
  if (change.zone.empty()) {
    BASE_CO_TRY(change.zone, co_await find_zone(context_, settings_.server, change.name, deadline));
  }
  std::array<unsigned char, 2> id{};
  RAND_bytes(id.data(), id.size());
  BASE_CO_TRY(auto message, make_dns_update(static_cast<std::uint16_t>(id[0] << 8 | id[1]), change));
  if (settings_.key) {
    const auto now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
    BASE_CO_TRY(message, sign_dns_message(std::move(message), *settings_.key, now));
  }
  BASE_CO_TRY(const auto reply, co_await ask(context_, settings_.server, std::move(message), deadline));
  if (reply.code == 0) co_return Result<void>();
  co_return base::fail(base::ErrorCode::kRefused, base::Fault::kOperator,
                       fmt::format("name server {} refuses to change {} in the zone {}: {}; let its key "
                                   "(RFC2136_TSIG_KEY) update TXT records there",
                                   settings_.server.to_string(), change.name, change.zone, dns_code_name(reply.code)));
}

}  // namespace gatehouse::acme
