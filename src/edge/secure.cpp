#include "edge/secure.h"

#include <cerrno>

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

// The first byte, left where it is.
class PeekByte final : public async::IoAwaiter<PeekByte> {
 public:
  PeekByte(async::Watch& watch, Deadline deadline) : IoAwaiter(watch, deadline) {}

  Step attempt() {
    for (;;) {
      count_ = ::recv(watch().fd(), &byte_, 1, MSG_PEEK);
      if (count_ < 0 && errno == EINTR) continue;
      if (count_ < 0 && errno == EAGAIN) return Step::want(async::Direction::kRead);
      error_ = count_ < 0 ? errno : 0;
      return Step::done();
    }
  }
  [[nodiscard]] Result<unsigned char> await_resume() const {
    if (timed_out()) return fail(ErrorCode::kTimeout, Fault::kClient, "the client connected and said nothing");
    if (error_ != 0) return base::fail_errno(error_, "reading the first byte", Fault::kClient);
    if (count_ == 0) return fail(ErrorCode::kClosed, Fault::kClient, "the client connected and went away");
    return byte_;
  }

 private:
  ssize_t count_ = 0;
  unsigned char byte_ = 0;
  int error_ = 0;
};

}  // namespace

Task<Result<Spoken>> spoken_first(async::Loop& loop, int socket, Deadline deadline) {
  async::Watch watch(loop, socket);
  BASE_CO_TRY(const auto byte, co_await PeekByte(watch, deadline));
  co_return byte == kTlsHandshakeRecord ? Spoken::kTls : Spoken::kPlain;
}

Task<Result<std::unique_ptr<net::Stream>>> secure(async::Loop& loop, sys::Fd socket,
                                                  std::shared_ptr<const tls::ServerContexts> contexts,
                                                  ClientInfo& client, Deadline deadline) {
  auto stream = std::make_unique<tls::TlsStream>(loop, std::move(socket), std::move(contexts));
  BASE_CO_CHECK(co_await stream->handshake(deadline));
  const auto& facts = stream->facts();
  client.secure = true;
  client.server_name = facts.sni;
  client.tls_version = facts.version;
  client.tls_cipher = facts.cipher;
  client.tls_options = facts.options;
  if (!facts.peer_certificate.empty()) {
    auto certificate = tls::ClientCertificate::from_pem(facts.peer_certificate);
    if (certificate) client.certificate = std::make_shared<const tls::ClientCertificate>(*std::move(certificate));
  }
  co_return stream;
}

}  // namespace gatehouse::edge
