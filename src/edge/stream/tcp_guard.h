// TcpGuard: a TCP middleware: says whether a client's connection is passed on at all. Compiled with a snapshot,
// immutable, shared by the workers. Behaviour: Traefik v3 (tcp ipAllowList, ipWhiteList, inFlightConn).
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ip_address.h"
#include "base/result.h"
#include "edge/kept.h"
#include "edge/middleware/in_flight_table.h"
#include "model/stream.h"

namespace gatehouse::edge {

// Who is passing counts for as long as they hold this.
class TcpPass {
 public:
  TcpPass() = default;
  TcpPass(std::shared_ptr<InFlightTable> table, std::size_t place) : table_(std::move(table)), place_(place) {}
  TcpPass(TcpPass&&) noexcept = default;
  TcpPass& operator=(TcpPass&&) = delete;
  ~TcpPass() {
    if (table_) table_->leave(place_);
  }

 private:
  std::shared_ptr<InFlightTable> table_;
  std::size_t place_ = 0;
};

class TcpGuard {
 public:
  // `key` names middleware and router: what is counted goes on with the next snapshot under the same one.
  static base::Result<TcpGuard> make(const model::TcpMiddleware& config, const std::string& key,
                                     Kept<InFlightTable>& tables);

  // Nothing: the client is turned away.
  [[nodiscard]] std::optional<TcpPass> admit(const base::IpAddress& client, std::string_view client_text) const;

 private:
  std::vector<base::Cidr> allowed_;
  std::shared_ptr<InFlightTable> table_;  // null: an allow list
  std::int64_t connections_max_ = 0;      // of one client
};

}  // namespace gatehouse::edge
