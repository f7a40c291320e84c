// ServerSession: the server's side of an HTTP/2 connection without its I/O: bytes in, bytes out, requests and their
// streams between. What a peer may make it hold is bounded: streams, heads, windows, and by libnghttp2 what it may make
// us answer (PING, SETTINGS, resets, CONTINUATION). Content counts against the windows until it is consumed, so a slow
// handler slows its client down. Owned by the connection, on its thread; a Stream must not feed or drain the session.
//
// Behaviour: RFC 9113, RFC 8441. Framing and HPACK are libnghttp2's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "async/list.h"
#include "base/block_cache.h"
#include "base/result.h"
#include "http/h2/request_head.h"

struct nghttp2_session;

namespace gatehouse::http::h2 {

using StreamId = std::int32_t;

// Of RFC 9113 section 7, what we say ourselves.
enum class ErrorCode : std::uint32_t {
  kNone = 0x0,
  kProtocol = 0x1,
  kInternal = 0x2,
  kRefusedStream = 0x7,
  kCancel = 0x8,
  kEnhanceYourCalm = 0xb,
};

struct Limits {
  std::uint32_t streams = 250;       // at once
  std::size_t head_bytes = 1 << 20;  // see RequestHeadBuilder
  std::size_t decoder_table_bytes = 4096;
  std::size_t encoder_table_bytes = 4096;
};

inline constexpr std::int32_t kStreamWindowBytes = 256 * 1024;
inline constexpr std::int32_t kConnectionWindowBytes = 1 << 20;

class ServerSession {
 public:
  // What a stream gives to the writer: `size` bytes were put into the room. 0 without `end`: nothing yet, the owner
  // calls resume() when there is.
  struct Piece {
    std::size_t size = 0;
    bool end = false;
    const Fields* trailers = nullptr;  // with `end` only; null: none
  };

  // One request and its response, as the connection's owner sees it. Outlives the stream, or is detached.
  class Stream {
   public:
    virtual void on_content(std::string_view bytes) = 0;
    // The client has said all that it had to say. The trailers may be moved from.
    virtual void on_end(Fields& trailers) = 0;
    virtual void on_closed() = 0;
    virtual Piece take(std::span<char> room) = 0;

   protected:
    ~Stream() = default;
  };

  class Listener {
   public:
    // `ended`: there is no content. Null refuses it.
    virtual Stream* on_request(StreamId id, Request request, bool ended) = 0;
    // A head that breaks the rules; the stream has been ended.
    virtual void on_violation(Violation violation) = 0;

   protected:
    ~Listener() = default;
  };

  ServerSession(const Limits& limits, Listener& listener);
  ~ServerSession();
  ServerSession(const ServerSession&) = delete;
  ServerSession& operator=(const ServerSession&) = delete;

  // Fails when the client breaks the rules of the connection; what there still is to say can be drained then.
  base::Result<void> feed(std::string_view bytes);
  // Appends what is to be sent, in whole frames, until there is nothing or `bytes_max` is reached.
  void drain(std::string& output, std::size_t bytes_max);
  // Nothing will be sent or understood any more.
  [[nodiscard]] bool is_over() const;
  // A head has begun whose end has not come.
  [[nodiscard]] bool is_amid_head() const { return is_amid_head_; }
  [[nodiscard]] std::size_t open_streams() const { return open_streams_; }

  // The final response; its content, if there is any, is taken from the stream.
  void respond(StreamId id, const ResponseHead& head, bool has_content);
  void interim(StreamId id, const ResponseHead& head);  // 1xx
  void resume(StreamId id);
  void consume(StreamId id, std::size_t bytes);
  void reset(StreamId id, ErrorCode error);
  // The stream will not be called any more.
  void detach(StreamId id);

  // No new streams, please: those that are already on their way are still served.
  void announce_end();
  // Ends when the open streams have.
  void end(ErrorCode error);

 private:
  struct Open : async::ListNode, base::CachedBlock {
    Open(StreamId stream_id, std::size_t head_bytes_max) : id(stream_id), head(head_bytes_max) {}
    StreamId id;
    RequestHeadBuilder head;
    Stream* stream = nullptr;
    std::size_t unconsumed_bytes = 0;
    std::size_t trailer_bytes = 0;
    Fields trailers;
    bool is_refused = false;  // what still comes for it is ignored
  };
  friend struct Callbacks;

  void open(StreamId id);
  Open* find(StreamId id);
  void on_head_line(StreamId id, bool is_trailer, std::string_view name, std::string_view value);
  void on_head_end(StreamId id, bool ended);
  void on_end(StreamId id);
  void on_content(StreamId id, std::string_view bytes);
  void on_closed(StreamId id);
  Piece take(StreamId id, std::span<char> room);
  void refuse(StreamId id, Open& open, Violation violation);
  void submit_trailers(StreamId id, const Fields& trailers);

  Limits limits_;
  Listener& listener_;
  async::List<Open> open_;
  std::size_t open_streams_ = 0;
  bool is_amid_head_ = false;
  std::unique_ptr<nghttp2_session, void (*)(nghttp2_session*)> session_;
};

}  // namespace gatehouse::http::h2
