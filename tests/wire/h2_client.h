// H2Client: a client of HTTP/2 over a peer in the hands of a test. Framing is libnghttp2's, which here checks nothing:
// it says whatever a test wants said. Blocking, on the test's thread.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "wire/peer.h"

struct nghttp2_session;

namespace gatehouse::tests {

using H2Fields = std::vector<std::pair<std::string, std::string>>;

struct H2Reply {
  int status = 0;
  std::vector<int> interim;
  H2Fields fields;
  H2Fields trailers;
  std::string content;
  bool ended = false;                   // by the server, in order
  std::optional<std::uint32_t> closed;  // with this error code

  [[nodiscard]] std::string field(std::string_view name) const;
};

class H2Client {
 public:
  struct Options {
    std::int32_t window_bytes = 65535;
    bool grants_more = true;  // the window, when content has been read
  };
  explicit H2Client(Peer peer) : H2Client(std::move(peer), Options()) {}
  H2Client(Peer peer, Options options);
  ~H2Client();

  // What stays open is ended with send(id, ..., true).
  std::int32_t request(const H2Fields& lines, bool ended = true);
  std::int32_t get(std::string path = "/", std::string host = "a.test");
  void send(std::int32_t id, std::string_view content, bool ended);
  void send_trailers(std::int32_t id, const H2Fields& trailers);
  void reset(std::int32_t id, std::uint32_t error);
  void ping();
  void grant(std::int32_t id, std::int32_t bytes);

  // What there is of a stream's response; take() waits for its end.
  H2Reply& reply(std::int32_t id) { return replies_[id]; }
  H2Reply take(std::int32_t id);
  // Reads until it holds, or the connection ends.
  template <class Predicate>
  bool until(Predicate holds) {
    while (!holds()) {
      if (!read_some()) return holds();
    }
    return true;
  }

  [[nodiscard]] Peer& peer() { return peer_; }
  // Of the last GOAWAY.
  [[nodiscard]] std::optional<std::uint32_t> goaway() const { return goaway_; }
  [[nodiscard]] std::int32_t goaway_last_stream() const { return goaway_last_stream_; }
  [[nodiscard]] std::size_t pongs() const { return pongs_; }

 private:
  friend struct H2ClientCallbacks;
  struct Upload {
    std::string content;
    bool ended = false;
    H2Fields trailers;
  };
  bool read_some();
  void flush();

  Peer peer_;
  std::unique_ptr<nghttp2_session, void (*)(nghttp2_session*)> session_;
  std::map<std::int32_t, H2Reply> replies_;
  std::map<std::int32_t, Upload> uploads_;
  std::optional<std::uint32_t> goaway_;
  std::int32_t goaway_last_stream_ = 0;
  std::size_t pongs_ = 0;
};

// The lines of a GET, for tests that change them.
H2Fields h2_get(std::string path = "/", std::string host = "a.test");

}  // namespace gatehouse::tests
