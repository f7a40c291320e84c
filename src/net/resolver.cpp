#include "net/resolver.h"

#include <netdb.h>
#include <sys/socket.h>

#include "async/race.h"
#include "base/text.h"
#include "net/name_process.h"

namespace gatehouse::net {

using base::ErrorCode;
using base::fail;
using base::Fault;
using base::Result;
using base::Retry;

namespace {

using Addresses = std::vector<SocketAddress>;

}  // namespace

Result<Addresses> look_up(const std::string& host, std::uint16_t port) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_ADDRCONFIG | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const int code = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found);
  if (code != 0) {
    const bool passes = code == EAI_AGAIN;
    return fail(passes ? ErrorCode::kUnreachable : ErrorCode::kNotFound, Fault::kBackend,
                "cannot resolve " + host + ": " + ::gai_strerror(code), passes ? Retry::kYes : Retry::kNo);
  }
  Addresses addresses;
  for (const auto* entry = found; entry != nullptr; entry = entry->ai_next) {
    addresses.push_back(SocketAddress::from_native(entry->ai_addr, entry->ai_addrlen));
  }
  ::freeaddrinfo(found);
  return addresses;
}

async::Task<Result<Addresses>> Resolver::resolve(async::Loop& loop, std::string host, std::uint16_t port,
                                                 async::Deadline deadline) {
  if (auto literal = SocketAddress::from_ip(host, port)) co_return Addresses{*literal};
  if (base::iequals(host, "localhost") || base::to_lower(host).ends_with(".localhost")) {
    co_return Addresses{*SocketAddress::from_ip("127.0.0.1", port), *SocketAddress::from_ip("::1", port)};
  }
  auto answer = co_await async::with_deadline(
      loop,
      offload_.run<Result<Addresses>>(
          loop,
          [names = names_, host, port] { return names == nullptr ? look_up(host, port) : names->ask(host, port); }),
      deadline);
  if (!answer) {
    co_return fail(ErrorCode::kTimeout, Fault::kBackend, "cannot resolve " + host + ": the deadline passed",
                   Retry::kYes);
  }
  co_return *std::move(answer);
}

}  // namespace gatehouse::net
