#include "tls/tls_stream.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <new>

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <sys/socket.h>

#include "base/ip_address.h"
#include "tls/client_context.h"
#include "tls/openssl.h"
#include "tls/server_contexts.h"
#include "tls/socket_bio.h"

namespace gatehouse::tls {

using async::Deadline;
using async::Direction;
using async::Step;
using base::Error;
using base::ErrorCode;
using base::Fault;
using base::Result;
using net::Attempt;

namespace {

constexpr std::size_t kRecordBytesMax = SSL3_RT_MAX_PLAIN_LENGTH;

std::string_view version_name(const SSL* ssl) {
  switch (SSL_version(ssl)) {
    case TLS1_VERSION:
      return "1.0";
    case TLS1_1_VERSION:
      return "1.1";
    case TLS1_2_VERSION:
      return "1.2";
    case TLS1_3_VERSION:
      return "1.3";
    default:
      return "unknown";
  }
}

std::string peer_certificate_of(const SSL* ssl) {
  X509* certificate = SSL_get0_peer_certificate(ssl);
  if (certificate == nullptr) return {};
  const BioPtr bio(BIO_new(BIO_s_mem()));
  if (!bio || PEM_write_bio_X509(bio.get(), certificate) != 1) return {};
  return text_of(bio.get());
}

}  // namespace

// Waits for input without taking any.
class [[nodiscard]] TlsStream::FirstByte final : public async::IoAwaiter<FirstByte> {
 public:
  FirstByte(TlsStream& stream, Deadline deadline) : IoAwaiter(stream.watch(), deadline) {}
  Step attempt() {
    char byte = 0;
    if (!watch().maybe(Direction::kRead)) return Step::want(Direction::kRead);
    if (::recv(watch().fd(), &byte, 1, MSG_PEEK) >= 0 || errno != EAGAIN) return Step::done();
    watch().exhausted(Direction::kRead);
    return Step::want(Direction::kRead);
  }
  [[nodiscard]] bool await_resume() const { return !timed_out(); }
};

class [[nodiscard]] TlsStream::Handshake final : public async::IoAwaiter<Handshake> {
 public:
  Handshake(TlsStream& stream, Deadline deadline) : IoAwaiter(stream.watch(), deadline), stream_(stream) {}
  Step attempt() {
    attempt_ = stream_.attempt_handshake();
    return attempt_.step;
  }
  [[nodiscard]] Result<void> await_resume() const {
    if (timed_out()) return base::fail(stream_.timeout("the TLS handshake"));
    if (attempt_.error != 0) return base::fail(stream_.handshake_error(attempt_.error));
    return {};
  }

 private:
  TlsStream& stream_;
  Attempt attempt_;
};

TlsStream::TlsStream(async::Loop& loop, sys::Fd connected, std::shared_ptr<const ServerContexts> contexts, Fault peer,
                     std::string options)
    : OwnedSocket{std::move(connected)},
      Stream(loop, socket.get(), peer),
      server_(std::make_unique<ServerHandshake>(std::move(contexts), socket.get(), std::move(options))) {}

TlsStream::TlsStream(async::Loop& loop, sys::Fd connected, std::shared_ptr<const ClientContext> context,
                     std::string server_name, Fault peer)
    : OwnedSocket{std::move(connected)},
      Stream(loop, socket.get(), peer),
      client_context_(std::move(context)),
      server_name_(std::move(server_name)) {
  if (!client_context_->server_name().empty()) server_name_ = client_context_->server_name();
}

TlsStream::~TlsStream() { SSL_free(ssl_); }

ServerHandshake* handshake_of(ssl_st* ssl) {
  auto* stream = static_cast<TlsStream*>(SSL_get_app_data(ssl));
  return stream != nullptr ? stream->server_.get() : nullptr;
}

TicketKeys* ticket_keys_of(ssl_st* ssl) {
  const auto* handshake = handshake_of(ssl);
  return handshake != nullptr ? &handshake->contexts->ticket_keys() : nullptr;
}

async::Task<Result<void>> TlsStream::handshake(Deadline deadline) {
  if (server_ && !co_await FirstByte(*this, deadline)) co_return base::fail(timeout("the TLS handshake"));
  BASE_CO_CHECK(begin());
  BASE_CO_CHECK(co_await Handshake(*this, deadline));
  settle();
  co_return Result<void>();
}

Result<void> TlsStream::begin() {
  ssl_ = SSL_new(server_ ? server_->contexts->base() : client_context_->native());
  if (ssl_ == nullptr) return openssl_failure(ErrorCode::kInternal, Fault::kInternal, "cannot begin a TLS connection");
  SSL_set_app_data(ssl_, this);
  auto* bio = SocketBio::make(*this);
  SSL_set_bio(ssl_, bio, bio);
  if (!server_) return begin_client();
  SSL_set_accept_state(ssl_);
  return {};
}

Result<void> TlsStream::begin_client() {
  SSL_set_connect_state(ssl_);
  const bool is_address = base::IpAddress::parse(server_name_).has_value();
  bool named = true;
  if (!is_address && !server_name_.empty()) named = SSL_set_tlsext_host_name(ssl_, server_name_.c_str()) == 1;
  if (client_context_->verifies()) {
    named = named && !server_name_.empty() &&
            (is_address ? X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl_), server_name_.c_str()) == 1
                        : SSL_set1_host(ssl_, server_name_.c_str()) == 1);
  }
  if (named) return {};
  ERR_clear_error();
  return base::fail(ErrorCode::kInvalid, Fault::kOperator,
                    fmt::format("\"{}\" is no name that a TLS server can have", server_name_));
}

Attempt TlsStream::attempt_handshake() {
  ERR_clear_error();
  const int result = SSL_do_handshake(ssl_);
  return result == 1 ? Attempt::done(0) : outcome(result);
}

// What became of a call that did not succeed. OpenSSL's queue keeps the reason.
Attempt TlsStream::outcome(int result) {
  switch (SSL_get_error(ssl_, result)) {
    case SSL_ERROR_WANT_READ:
      return Attempt::want(Direction::kRead);
    case SSL_ERROR_WANT_WRITE:
      return Attempt::want(Direction::kWrite);
    case SSL_ERROR_ZERO_RETURN:
      return Attempt::done(0);
    default:
      break;
  }
  broken_ = true;
  if (socket_error_ != 0) return Attempt::failed(socket_error_);
  return Attempt::failed(socket_ended_ ? ECONNRESET : EPROTO);
}

Error TlsStream::handshake_error(int error_number) {
  const auto reason = take_openssl_error();
  if (error_number != EPROTO) return error(error_number, "the TLS handshake");
  const Error refused{ErrorCode::kInvalid, peer(), base::Retry::kNo, {}, {}};
  auto result = refused;
  const auto verified = ssl_ != nullptr ? SSL_get_verify_result(ssl_) : X509_V_OK;
  if (server_ && !server_->refusal.empty()) {
    result.message = "the TLS handshake was refused: " + server_->refusal;
  } else if (verified != X509_V_OK) {
    result.message = fmt::format("the certificate of {} is not trusted: {}", server_ ? "the client" : server_name_,
                                 X509_verify_cert_error_string(verified));
  } else {
    result.message = "the TLS handshake failed: " + reason;
  }
  return result;
}

void TlsStream::settle() {
  facts_.version = version_name(ssl_);
  if (const auto* cipher = SSL_get_current_cipher(ssl_)) facts_.cipher = SSL_CIPHER_standard_name(cipher);
  const unsigned char* protocol = nullptr;
  unsigned size = 0;
  SSL_get0_alpn_selected(ssl_, &protocol, &size);
  facts_.alpn.assign(reinterpret_cast<const char*>(protocol), size);
  facts_.resumed = SSL_session_reused(ssl_) == 1;
  if (server_) {
    facts_.sni = std::move(server_->sni);
    facts_.options = server_->options->name();
    facts_.policy = server_->options->policy();
    if (server_->options->wants_client_certificate()) facts_.peer_certificate = peer_certificate_of(ssl_);
    server_.reset();  // and with it the hold on a configuration that may be replaced
  } else {
    facts_.sni = server_name_;
    facts_.peer_certificate = peer_certificate_of(ssl_);
  }
  has_buffered_input_ = SSL_has_pending(ssl_) == 1;
}

Attempt TlsStream::try_read(net::Bytes buffer) {
  if (broken_) return Attempt::failed(ECONNRESET);
  ERR_clear_error();
  std::size_t count = 0;
  const int result = SSL_read_ex(ssl_, buffer.data(), buffer.size(), &count);
  // OpenSSL also calls half a record pending: after a read that wants more it is nothing to wake up for.
  has_buffered_input_ = result == 1 && SSL_has_pending(ssl_) == 1;
  return result == 1 ? Attempt::done(count) : outcome(result);
}

// One record for a head and a small content: parts are gathered up to a record's size. A part that fills a record, or
// is alone, goes without a copy.
Attempt TlsStream::try_write(std::span<const iovec> parts) {
  while (!parts.empty() && parts.front().iov_len == 0) parts = parts.subspan(1);
  if (parts.empty()) return Attempt::done(0);
  const auto& first = parts.front();
  if (parts.size() == 1 || first.iov_len >= kRecordBytesMax) return write_record(first.iov_base, first.iov_len);
  [[clang::uninitialized]] char record[kRecordBytesMax];
  std::size_t size = 0;
  for (const auto& part : parts) {
    const auto taken = std::min(part.iov_len, kRecordBytesMax - size);
    std::memcpy(record + size, part.iov_base, taken);
    size += taken;
  }
  return write_record(record, size);
}

Attempt TlsStream::write_record(const void* data, std::size_t size) {
  if (broken_) return Attempt::failed(EPIPE);
  ERR_clear_error();
  std::size_t count = 0;
  const int result = SSL_write_ex(ssl_, data, size, &count);
  if (result == 1) return Attempt::done(count);
  const auto attempt = outcome(result);
  if (attempt.step.kind != Step::Kind::kDone || attempt.error != 0) return attempt;
  // To OpenSSL it is the end in order when the peer had said goodbye before the connection broke.
  broken_ = true;
  return Attempt::failed(socket_error_ != 0 ? socket_error_ : EPIPE);
}

Attempt TlsStream::try_shutdown_write() {
  if (!broken_ && ssl_ != nullptr && SSL_is_init_finished(ssl_) == 1) {
    ERR_clear_error();
    const int result = SSL_shutdown(ssl_);
    if (result < 0) {
      const auto attempt = outcome(result);
      if (attempt.step.kind == Step::Kind::kWantWrite) return attempt;
    }
  }
  return ::shutdown(socket.get(), SHUT_WR) == 0 ? Attempt::done(0) : Attempt::failed(errno);
}

}  // namespace gatehouse::tls
