#include "edge/stream/proxy_trust.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <string>

#include <sys/socket.h>

#include "edge/stream/peek.h"
#include "net/proxy_protocol.h"

namespace gatehouse::edge {

using async::Deadline;
using async::Task;
using base::ErrorCode;
using base::fail;
using base::Fault;
using base::Result;
using State = net::ProxyReading::State;

namespace {

constexpr std::size_t kFirstLook = 256;  // all headers but those with many additions

Result<void> take(int socket, std::size_t size) {
  std::array<char, net::kProxyHeaderBytesMax> header{};
  const auto count = ::recv(socket, header.data(), size, 0);
  if (count == static_cast<ssize_t>(size)) return {};
  return base::fail_errno(count < 0 ? errno : ECONNRESET, "reading the PROXY header", Fault::kClient);
}

}  // namespace

std::shared_ptr<const ProxyTrust> ProxyTrust::make(const model::EntryPoint& config) {
  const auto& protocol = config.proxy_protocol;
  if (!protocol || (!protocol->insecure && protocol->trusted_ips.empty())) return nullptr;
  auto trust = std::make_shared<ProxyTrust>();
  trust->insecure_ = protocol->insecure;
  for (const auto& text : protocol->trusted_ips) {
    if (const auto range = base::Cidr::parse(text)) trust->trusted_.push_back(*range);
  }
  return trust;
}

bool ProxyTrust::believes(const base::IpAddress& peer) const {
  return insecure_ || std::ranges::any_of(trusted_, [&peer](const auto& range) { return range.contains(peer); });
}

Task<Result<void>> take_proxy_header(async::Loop& loop, int socket, const ProxyTrust& trust, net::SocketAddress& peer,
                                     Deadline deadline) {
  async::Watch watch(loop, socket);
  std::string buffer(kFirstLook, '\0');
  std::size_t wanted = 1;
  for (;;) {
    if (buffer.size() < wanted) buffer.resize(net::kProxyHeaderBytesMax);
    const auto count = co_await Peek(watch, buffer, wanted, deadline);
    // Who says nothing at all may be waiting for a server that speaks first.
    if (!count && wanted == 1 && count.error().code == ErrorCode::kTimeout) co_return Result<void>();
    if (!count) co_return fail(count.error());
    const auto reading = net::read_proxy_header(std::string_view(buffer).substr(0, *count));
    if (reading.state == State::kAbsent) co_return Result<void>();
    if (reading.state == State::kBroken) {
      co_return fail(ErrorCode::kInvalid, Fault::kClient, "the PROXY header is broken");
    }
    if (reading.state == State::kComplete) {
      BASE_CO_CHECK(take(socket, reading.size));
      if (reading.source && trust.believes(peer.ip_address())) peer = *reading.source;
      co_return Result<void>();
    }
    if (*count < wanted) co_return fail(ErrorCode::kClosed, Fault::kClient, "the client connected and went away");
    wanted = reading.wanted;
  }
}

}  // namespace gatehouse::edge
