// ClientConnection: one connection to an origin, and on it one exchange after the other: a request is written, its
// response's head read, its content pulled. Made by a Client, owned by it while idle and by the response's body while
// in use; the loop's thread. After an error it is of no more use.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "async/task.h"
#include "base/result.h"
#include "http/body.h"
#include "http/client_url.h"
#include "http/h1/chunked_decoder.h"
#include "http/h1/framing.h"
#include "http/h1/response_parser.h"
#include "http/message.h"
#include "net/stream.h"

namespace gatehouse::http {

class ClientConnection {
 public:
  static constexpr std::size_t kBufferBytes = std::size_t{32} << 10;
  static constexpr int kInterimResponsesMax = 8;

  ClientConnection(Origin origin, std::unique_ptr<net::Stream> stream);

  [[nodiscard]] const Origin& origin() const { return origin_; }
  // Nothing has arrived and the peer has not hung up, as far as the kernel knows: worth another request.
  [[nodiscard]] bool is_fresh();
  // Did any byte of the current response arrive?
  [[nodiscard]] bool has_answered() const { return has_answered_; }

  // `head` is what append_request() made; `body` may be null. Content that the peer does not take to the end is no
  // error yet: its answer says why.
  async::Task<base::Result<void>> send(std::string head, Body* body, bool chunked, async::Deadline deadline);
  // Interim responses are skipped; the framing of the content becomes known.
  async::Task<base::Result<ResponseHead>> receive_head(MethodId request_method, async::Deadline deadline);

  // The next piece of the content, empty at its end; valid until the next call.
  async::Task<base::Result<std::string_view>> receive_content(async::Deadline deadline);
  [[nodiscard]] bool content_ended() const { return content_ended_; }
  [[nodiscard]] std::optional<std::uint64_t> content_remaining() const;
  // The exchange is over and the peer keeps the connection.
  [[nodiscard]] bool is_reusable() const { return content_ended_ && keeps_alive_ && begin_ == end_; }

 private:
  async::Task<base::Result<void>> send_content(Body& body, bool chunked, async::Deadline deadline);
  async::Task<base::Result<std::size_t>> fill(async::Deadline deadline);
  base::Result<void> begin_content(const ResponseHead& head, MethodId request_method);
  base::Result<std::string_view> take_decoded();
  std::string_view take_plain(std::uint64_t bytes_max);
  [[nodiscard]] base::Error truncated() const;

  Origin origin_;
  std::unique_ptr<net::Stream> stream_;
  std::vector<char> buffer_;
  std::size_t begin_ = 0;  // what has been read and not taken is [begin_, end_) of buffer_
  std::size_t end_ = 0;
  h1::ResponseParser parser_;
  h1::Framing framing_;
  h1::ChunkedDecoder chunks_;
  std::uint64_t left_ = 0;  // of a content of known length
  bool has_answered_ = false;
  bool broke_off_ = false;  // the peer stopped reading our content
  bool keeps_alive_ = false;
  bool content_ended_ = true;
};

}  // namespace gatehouse::http
