#include "edge/secure.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <string_view>

#include <sys/socket.h>

#include "async/wait_io.h"
#include "edge/exchange.h"
#include "tls/client_certificate.h"
#include "tls/server_contexts.h"
#include "tls/tls_stream.h"

namespace gatehouse::edge {

using async::Deadline;
using async::Step;
using async::Task;
using base::ErrorCode;
using base::fail;
using base::Fault;
using base::Result;

namespace {

constexpr unsigned char kTlsHandshakeRecord = 22;  // RFC 8446 section 5.1; no method of HTTP begins with it

// Of the preface of HTTP/2 (RFC 9113 section 3.4): as much as no method of HTTP/1 begins with.
constexpr std::string_view kHttp2Start = "PRI ";

// The first bytes, left where they are: as many as it takes to decide.
class PeekStart final : public async::IoAwaiter<PeekStart> {
 public:
  PeekStart(async::Watch& watch, Deadline deadline) : IoAwaiter(watch, deadline) {}

  Step attempt() {
    for (;;) {
      const auto count = ::recv(watch().fd(), start_.data(), start_.size(), MSG_PEEK);
      if (count < 0 && errno == EINTR) continue;
      if (count < 0 && errno == EAGAIN) return Step::want(async::Direction::kRead);
      error_ = count < 0 ? errno : 0;
      const auto size = static_cast<std::size_t>(std::max<ssize_t>(count, 0));
      seen_ = {start_.data(), size};
      const bool is_open = size > 0 && size < kHttp2Start.size() && kHttp2Start.starts_with(seen_);
      return is_open && !watch().hung_up() ? Step::want(async::Direction::kRead) : Step::done();
    }
  }
  [[nodiscard]] Result<std::string_view> await_resume() const {
    if (timed_out()) return fail(ErrorCode::kTimeout, Fault::kClient, "the client connected and said nothing");
    if (error_ != 0) return base::fail_errno(error_, "reading the first bytes", Fault::kClient);
    if (seen_.empty()) return fail(ErrorCode::kClosed, Fault::kClient, "the client connected and went away");
    return seen_;
  }

 private:
  std::array<char, kHttp2Start.size()> start_{};
  std::string_view seen_;
  int error_ = 0;
};

}  // namespace

Task<Result<Spoken>> spoken_first(async::Loop& loop, int socket, Deadline deadline) {
  async::Watch watch(loop, socket);
  PeekStart peek(watch, deadline);
  BASE_CO_TRY(const auto start, co_await peek);
  if (static_cast<unsigned char>(start.front()) == kTlsHandshakeRecord) co_return Spoken::kTls;
  co_return start == kHttp2Start ? Spoken::kHttp2 : Spoken::kHttp1;
}

Task<Result<std::unique_ptr<net::Stream>>> secure(async::Loop& loop, sys::Fd socket,
                                                  std::shared_ptr<const tls::ServerContexts> contexts,
                                                  ClientInfo& client, Deadline deadline) {
  auto stream = std::make_unique<tls::TlsStream>(loop, std::move(socket), std::move(contexts));
  BASE_CO_CHECK(co_await stream->handshake(deadline));
  const auto& facts = stream->facts();
  if (facts.alpn == tls::kChallengeProtocol) {
    co_return fail(ErrorCode::kClosed, Fault::kClient, "a certificate authority has seen what it came for");
  }
  client.secure = true;
  client.speaks_http2 = facts.alpn == "h2";
  client.server_name = facts.sni;
  client.tls_version = facts.version;
  client.tls_cipher = facts.cipher;
  client.tls_policy = facts.policy;
  if (!facts.peer_certificate.empty()) {
    auto certificate = tls::ClientCertificate::from_pem(facts.peer_certificate);
    if (certificate) client.certificate = std::make_shared<const tls::ClientCertificate>(*std::move(certificate));
  }
  co_return stream;
}

}  // namespace gatehouse::edge
