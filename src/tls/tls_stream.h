// TlsStream: a net::Stream whose bytes are secured by TLS 1.2 or 1.3, over a connected socket that it owns. Made by
// whoever accepted or connected the socket; of use once handshake() has succeeded. One loop's thread.
//
// Nothing is allocated for a client that has connected and says nothing: OpenSSL's part of a connection takes tens of
// kilobytes, and begins with the client's first byte. The end of the socket without TLS's own goodbye is kReset: what
// was read may have been cut short by anybody (RFC 8446 section 6.1).
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "net/socket_stream.h"
#include "tls/server_handshake.h"
#include "tls/server_settings.h"

struct bio_st;
struct ssl_st;

namespace gatehouse::tls {

class ClientContext;
class ServerContexts;

// What a handshake has settled.
struct TlsFacts {
  std::string sni;                  // the name that the client asked for, lower case; empty when it named none
  std::string_view version;         // "1.2", "1.3"
  std::string_view cipher;          // IANA name
  std::string alpn;                 // empty: none
  std::string options;              // name of the options that the server side used
  TlsPolicy policy = kNoTlsPolicy;  // of these options
  std::string peer_certificate;     // PEM of the other side's own; empty when it has shown none
  bool resumed = false;
};

class TlsStream final : private net::detail::OwnedSocket, public net::Stream {
 public:
  // The server's side. The socket is connected and non-blocking.
  // `options`: the name of the options to go by, whatever host the client asks for; empty: those of that host.
  TlsStream(async::Loop& loop, sys::Fd connected, std::shared_ptr<const ServerContexts> contexts,
            base::Fault peer = base::Fault::kClient, std::string options = {});
  // The client's side: `server_name` is asked for and must be in the server's certificate, a DNS name or an IP address.
  TlsStream(async::Loop& loop, sys::Fd connected, std::shared_ptr<const ClientContext> context, std::string server_name,
            base::Fault peer = base::Fault::kBackend);
  ~TlsStream() override;

  // At most once. kTimeout, kReset, or kInvalid with what TLS has against it; the stream is of no use then.
  async::Task<base::Result<void>> handshake(async::Deadline deadline);
  [[nodiscard]] const TlsFacts& facts() const { return facts_; }

  net::Attempt try_read(net::Bytes buffer) override;
  net::Attempt try_write(std::span<const iovec> parts) override;
  net::Attempt try_shutdown_write() override;
  [[nodiscard]] bool has_buffered_input() const override { return has_buffered_input_; }

  [[nodiscard]] int fd() const { return socket.get(); }

 private:
  class FirstByte;
  class Handshake;
  friend class SocketBio;
  friend ServerHandshake* handshake_of(ssl_st* ssl);

  base::Result<void> begin();
  base::Result<void> begin_client();
  net::Attempt attempt_handshake();
  net::Attempt write_record(const void* data, std::size_t size);
  net::Attempt outcome(int result);
  void settle();
  [[nodiscard]] base::Error handshake_error(int error_number);

  std::shared_ptr<const ClientContext> client_context_;
  std::string server_name_;
  std::unique_ptr<ServerHandshake> server_;  // while it lasts
  ssl_st* ssl_ = nullptr;
  TlsFacts facts_;
  int socket_error_ = 0;
  bool socket_ended_ = false;
  bool has_buffered_input_ = false;
  bool broken_ = false;  // OpenSSL must not be asked for anything any more
};

}  // namespace gatehouse::tls
