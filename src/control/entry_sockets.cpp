#include "control/entry_sockets.h"

#include <algorithm>
#include <cerrno>

#include <fcntl.h>
#include <fmt/format.h>
#include <netdb.h>
#include <sys/socket.h>

#include "control/port_owner.h"
#include "net/datagram.h"
#include "net/listener.h"

namespace gatehouse::control {

using base::ErrorCode;
using base::fail;
using base::Fault;
using base::Result;

namespace {

sys::Fd copy_of(const sys::Fd& socket) { return sys::Fd(::fcntl(socket.get(), F_DUPFD_CLOEXEC, 0)); }

std::vector<sys::Fd> copies_of(const std::vector<sys::Fd>& sockets) {
  std::vector<sys::Fd> copies;
  for (const auto& socket : sockets) copies.push_back(copy_of(socket));
  return copies;
}

// Every address: IPv6 takes IPv4 too, where the kernel has it.
net::SocketAddress every_address(std::uint16_t port) {
  const sys::Fd probe(::socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (probe.valid()) return net::SocketAddress::any(port);
  return *net::SocketAddress::from_ip("0.0.0.0", port);
}

Result<net::SocketAddress> resolve(const model::Address& address) {
  if (address.host.empty()) return every_address(address.port);
  if (auto literal = net::SocketAddress::from_ip(address.host, address.port)) return literal;
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int error = ::getaddrinfo(address.host.c_str(), std::to_string(address.port).c_str(), &hints, &found);
  if (error != 0) {
    return fail(ErrorCode::kNotFound, Fault::kOperator,
                fmt::format("the host {} has no address: {}", address.host, ::gai_strerror(error)));
  }
  const auto result = net::SocketAddress::from_native(found->ai_addr, found->ai_addrlen);
  ::freeaddrinfo(found);
  return result;
}

bool listens_on(const sys::Fd& socket, const net::SocketAddress& wanted, bool udp) {
  if (net::is_datagram_socket(socket.get()) != udp) return false;
  const auto actual = net::SocketAddress::local_of(socket.get());
  if (wanted.port() == 0) return actual.family() == wanted.family() && actual.ip() == wanted.ip();
  return actual.to_string() == wanted.to_string();
}

// What to do about it, for the operator.
base::Error explain(base::Error error, const std::string& name, const net::SocketAddress& address) {
  const auto option = fmt::format("--entrypoints.{}.address", name);
  if (error.code == ErrorCode::kConflict) {
    const auto owner = port_owner(address.port());
    error.message = fmt::format("entry point {}: {} is taken by {}: stop that one, or choose another address with {}",
                                name, address.to_string(), owner.empty() ? "another program" : owner, option);
    return error;
  }
  constexpr std::uint16_t kFirstUnprivileged = 1024;
  const bool is_low = error.code == ErrorCode::kPermission && address.port() < kFirstUnprivileged;
  const auto next = is_low ? "start as root, or choose a port from 1024 on with " : "choose another address with ";
  error.message = fmt::format("entry point {}: {}: {}{}", name, error.message, next, option);
  return error;
}

}  // namespace

void EntrySockets::adopt(ipc::Listeners listeners) {
  held_.clear();
  for (auto& entry : listeners.entries) {
    if (!entry.sockets.empty()) held_[entry.entry_point] = std::move(entry.sockets);
  }
}

unsigned EntrySockets::sockets_each() const {
  return held_.empty() ? 0 : static_cast<unsigned>(held_.begin()->second.size());
}

ipc::Listeners EntrySockets::copies() const {
  ipc::Listeners result;
  for (const auto& [name, sockets] : held_) result.entries.push_back({name, copies_of(sockets)});
  return result;
}

bool EntrySockets::is_ours(std::uint16_t port, bool udp) const {
  return std::ranges::any_of(held_, [port, udp](const auto& entry) {
    const int socket = entry.second.front().get();
    return net::is_datagram_socket(socket) == udp && net::SocketAddress::local_of(socket).port() == port;
  });
}

Result<EntrySockets::Sockets> EntrySockets::open(const std::string& name, const net::SocketAddress& address, bool udp,
                                                 unsigned count) const {
  // Sockets that share a port would otherwise share it with a stranger who allows that too.
  if (!is_ours(address.port(), udp)) {
    auto free = udp ? net::check_datagram_free(address) : net::check_free(address);
    if (!free) return fail(explain(std::move(free).error(), name, address));
  }
  Sockets sockets;
  auto next = address;
  for (unsigned i = 0; i < count; ++i) {
    auto socket =
        udp ? net::open_datagram_listener(next, net::SharePort::kYes) : net::open_listener(next, net::SharePort::kYes);
    if (!socket) return fail(explain(std::move(socket).error(), name, address));
    next = net::SocketAddress::local_of(socket->get());  // port 0 is the same one for all
    sockets.push_back(*std::move(socket));
  }
  return sockets;
}

Result<EntrySockets::Changes> EntrySockets::reconcile(const std::map<std::string, model::EntryPoint>& entry_points,
                                                      unsigned workers) {
  std::map<std::string, Sockets> opened;
  std::map<std::string, std::string> names_by_address;
  for (const auto& [name, entry_point] : entry_points) {
    const auto within = "entry point " + name;
    const auto parsed = model::parse_address(entry_point.address);
    if (!parsed) return fail(parsed.error().within(within));
    const auto address = resolve(*parsed);
    if (!address) return fail(address.error().within(within));
    const auto [other, is_first] =
        names_by_address.try_emplace(address->to_string() + (parsed->udp ? "/udp" : ""), name);
    if (!is_first && address->port() != 0) {
      return fail(ErrorCode::kConflict, Fault::kOperator,
                  fmt::format("entry points {} and {} both listen on {}: give one of them another address with "
                              "--entrypoints.{}.address",
                              other->second, name, address->to_string(), name));
    }
    const auto held = held_.find(name);
    if (held != held_.end() && listens_on(held->second.front(), *address, parsed->udp)) continue;
    BASE_TRY(opened[name], open(name, *address, parsed->udp, workers));
  }

  Changes changes;
  std::erase_if(held_, [&](const auto& entry) {
    const bool is_wanted = entry_points.contains(entry.first) && !opened.contains(entry.first);
    if (!is_wanted) changes.gone.push_back(entry.first);
    return !is_wanted;
  });
  for (auto& [name, sockets] : opened) {
    changes.fresh.entries.push_back({name, copies_of(sockets)});
    held_[name] = std::move(sockets);
  }
  return changes;
}

}  // namespace gatehouse::control
