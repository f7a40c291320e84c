// Any bytes as the beginning of a TLS connection: reading ends, an answer never changes when more arrives, and what is
// said to be missing really is.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "tls/client_hello.h"

namespace {

using namespace gatehouse;
using State = tls::HelloReading::State;

void require(bool condition) {
  if (!condition) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto whole = tls::read_client_hello(bytes);
  if (whole.state == State::kIncomplete) require(whole.wanted > size && whole.wanted <= tls::kHelloWireBytesMax);
  for (const auto& protocol : whole.hello.protocols) require(!protocol.empty());
  bool complete = false;
  for (std::size_t taken = 0; taken < size; taken += 1 + taken / 16) {
    const auto part = tls::read_client_hello(bytes.substr(0, taken));
    if (complete) require(part.state == State::kComplete);
    complete = part.state == State::kComplete;
    if (part.state == State::kBroken) require(whole.state == State::kBroken);
    if (part.state == State::kIncomplete) require(part.wanted > taken);
    if (part.state == State::kIncomplete && part.wanted > size) require(whole.state != State::kComplete);
    if (complete) require(whole.state == State::kComplete && whole.hello.server_name == part.hello.server_name);
  }
  return 0;
}
