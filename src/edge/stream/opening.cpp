#include "edge/stream/opening.h"

#include <algorithm>
#include <string>
#include <string_view>

#include "edge/stream/peek.h"

namespace gatehouse::edge {

using async::Deadline;
using async::Task;
using base::ErrorCode;
using base::Fault;
using base::Result;

namespace {

constexpr std::size_t kFirstLook = 1024;  // most hellos, without memory for the longest

std::size_t common_bytes(std::string_view bytes) {
  const auto end = std::ranges::mismatch(bytes, kPostgresTlsRequest).in1;
  return static_cast<std::size_t>(end - bytes.begin());
}

Task<Result<Opening>> read_hello(async::Watch& watch, Deadline deadline) {
  std::string buffer(kFirstLook, '\0');
  std::size_t wanted = 1;
  for (;;) {
    if (buffer.size() < wanted) buffer.resize(tls::kHelloWireBytesMax);
    BASE_CO_TRY(const auto count, co_await Peek(watch, buffer, wanted, deadline));
    auto reading = tls::read_client_hello(std::string_view(buffer).substr(0, count));
    Opening opening{.kind = Opening::Kind::kTls, .hello = {}};
    if (reading.state == tls::HelloReading::State::kComplete) opening.hello = std::move(reading.hello);
    if (reading.state != tls::HelloReading::State::kIncomplete) co_return opening;
    if (count < wanted) {
      co_return base::fail(ErrorCode::kClosed, Fault::kClient, "the client went away in the middle of its hello");
    }
    wanted = reading.wanted;
  }
}

}  // namespace

Task<Result<Opening>> read_opening(async::Loop& loop, int socket, bool sees_tls, Deadline deadline) {
  async::Watch watch(loop, socket);
  std::array<char, kPostgresTlsRequest.size()> first{};
  std::size_t wanted = 1;
  for (;;) {
    const auto count = co_await Peek(watch, first, wanted, deadline);
    if (!count) {
      if (wanted > 1 || count.error().code != ErrorCode::kTimeout) co_return base::fail(count.error());
      co_return Opening{.kind = Opening::Kind::kSilence, .hello = {}};
    }
    if (*count == 0) co_return base::fail(ErrorCode::kClosed, Fault::kClient, "the client connected and went away");
    const std::string_view bytes(first.data(), *count);
    if (!sees_tls) co_return Opening{};
    if (static_cast<unsigned char>(bytes.front()) == tls::kHandshakeRecord) {
      co_return co_await read_hello(watch, deadline);
    }
    const auto common = common_bytes(bytes);
    if (common == first.size()) co_return Opening{.kind = Opening::Kind::kPostgres, .hello = {}};
    if (common < bytes.size() || *count < wanted) co_return Opening{};
    wanted = *count + 1;
  }
}

}  // namespace gatehouse::edge
