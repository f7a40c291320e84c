// Any bytes as the beginning of a connection: reading a PROXY header ends, an answer never changes when more arrives,
// and what was read can be written and read again.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "net/proxy_protocol.h"

namespace {

using namespace gatehouse;
using State = net::ProxyReading::State;

void require(bool condition) {
  if (!condition) std::abort();
}

void write_again(const net::ProxyReading& reading) {
  for (const auto version : {net::ProxyVersion::kOne, net::ProxyVersion::kTwo}) {
    const auto again = net::read_proxy_header(net::proxy_header(version, *reading.source, *reading.destination));
    require(again.state == State::kComplete && again.source && again.destination);
    require(again.source->to_string() == reading.source->to_string());
    require(again.destination->to_string() == reading.destination->to_string());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto whole = net::read_proxy_header(bytes);
  require(whole.source.has_value() == whole.destination.has_value());
  if (whole.state == State::kComplete) require(whole.size <= size && whole.size <= net::kProxyHeaderBytesMax);
  if (whole.state == State::kIncomplete) require(whole.wanted > size && whole.wanted <= net::kProxyHeaderBytesMax);
  if (whole.source) write_again(whole);
  for (std::size_t taken = 0; taken < size; taken += 1 + taken / 16) {
    const auto part = net::read_proxy_header(bytes.substr(0, taken));
    if (part.state == State::kIncomplete) continue;
    require(part.state == whole.state && part.size == whole.size);
  }
  return 0;
}
