// Peer: one end of a connection in the hands of a test, byte for byte. Blocking, on the test's thread; a wait that
// takes too long throws, with what came until then, and the test fails.
//
// Server: a listening socket of the test's own, that plays a backend.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "sys/fd.h"

struct ssl_st;

namespace gatehouse::tests {

// Long enough for a busy machine with sanitizers; nothing waits for so long unless it is broken.
inline constexpr std::chrono::seconds kPatience{20};

class Peer {
 public:
  static Peer connect(std::uint16_t port);
  explicit Peer(sys::Fd socket);

  // Goes on as TLS: names the server (or none, and takes any certificate), and trusts that authority alone. Throws when
  // the handshake fails.
  void secure(const std::string& server_name, const std::string& authority_pem);

  void send(std::string_view bytes);
  // As many bytes as the kernel takes now; 0: it takes none.
  std::size_t send_some(std::string_view bytes);

  // The bytes that should be `expected`: reading ends at the first that differs.
  std::string take(std::string_view expected);
  std::string take(std::size_t count);
  // What there is, but at least a byte; empty at the end of the stream.
  std::string take_some() { return receive(64 * 1024); }
  // All up to and with the text.
  std::string take_through(std::string_view end);
  // All that comes up to the end of the stream.
  std::string take_rest();
  // Has the other end closed, in order resp. not, with nothing before that?
  bool ended();
  bool was_reset();
  // Does nothing arrive for so long?
  bool is_silent(std::chrono::milliseconds time = std::chrono::milliseconds(50));

  void end_writing();
  void close() { socket_ = sys::Fd(); }
  void reset();  // closes, and discards what was on its way

  [[nodiscard]] int fd() const { return socket_.get(); }

 private:
  std::string receive(std::size_t count);  // 1..count bytes, or none at the end

  sys::Fd socket_;
  std::shared_ptr<ssl_st> tls_;  // null: plain
  std::string ahead_;            // received, not taken
};

class Server {
 public:
  Server();

  Peer accept();
  // Is no connection waiting to be accepted?
  bool is_quiet(std::chrono::milliseconds time = std::chrono::milliseconds(50));
  // From now on connections are refused.
  void close() { socket_ = sys::Fd(); }

  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] std::string url() const;

 private:
  sys::Fd socket_;
  std::uint16_t port_;
};

// A final response as far as tests that do not count bytes want to know it.
struct Reply {
  int status = 0;
  std::string head;     // with its empty line
  std::string content;  // chunks put together

  // The value of the only field of that name; empty when there is none, all of them joined by " | " otherwise.
  [[nodiscard]] std::string field(std::string_view name) const;
};

// `to_head`: the response to HEAD, which has no content.
Reply take_reply(Peer& peer, bool to_head = false);
// A request as it came, with its content where it has a Content-Length.
std::string take_request(Peer& peer);

}  // namespace gatehouse::tests
