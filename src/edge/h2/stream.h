// H2Stream: one request over HTTP/2 and its response. The session calls it when something of it arrives or can be sent;
// a coroutine of its own dispatches the request and gives the response piece by piece: the next one is asked for when
// the last one has gone into a frame, so that a slow client slows the backend down. Made and destroyed by its
// H2Connection, on the worker's thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "async/event.h"
#include "async/group.h"
#include "async/list.h"
#include "base/block_cache.h"
#include "edge/exchange.h"
#include "edge/response.h"
#include "edge/tunnel.h"
#include "http/h2/server_session.h"

namespace gatehouse::edge {

class H2Connection;

class H2Stream final : public http::h2::ServerSession::Stream,
                       public async::ListNode,
                       public base::CachedBlock,
                       private InformationalSink {
 public:
  H2Stream(H2Connection& connection, http::h2::StreamId id, http::h2::Request request, bool ended,
           std::shared_ptr<const Runtime> runtime, const CompiledEntryPoint& entry_point, const ClientInfo& client);
  ~H2Stream();

  void start();

  // --- for the body of the request (edge/h2/request_body.h)

  // What has arrived and was not taken; the bytes stay counted against the client's window until they are consumed.
  [[nodiscard]] std::string& received() { return received_; }
  [[nodiscard]] bool request_ended() const { return request_ended_; }
  [[nodiscard]] const http::Fields& trailers() const { return request_trailers_; }
  void consume(std::size_t bytes);
  // True when something has arrived, false at the deadline.
  async::Task<bool> await_content(async::Deadline deadline);
  // To a client that waits to be told.
  void tell_to_continue();

 private:
  void on_content(std::string_view bytes) override;
  void on_end(http::Fields& trailers) override;
  void on_closed() override;
  http::h2::ServerSession::Piece take(std::span<char> room) override;

  async::Task<void> run();
  async::Task<base::Result<void>> respond();
  async::Task<base::Result<void>> respond_with_content();
  async::Task<base::Result<void>> serve_tunnel();
  async::Task<void> send_to_backend(net::Stream& backend, async::Instant& moved);
  // Gives the piece to the session; back when that has taken it.
  async::Task<base::Result<void>> offer(std::string_view piece, bool last, const http::Fields* trailers);
  void accept_tunnel_request(std::string_view protocol);
  void take_over_body(bool ended);
  void finish(const base::Result<void>& sent);
  async::Task<base::Result<void>> send(const http::ResponseHead& head) override;

  H2Connection& connection_;
  http::h2::StreamId id_;
  Exchange exchange_;
  Response response_;

  std::string received_;
  http::Fields request_trailers_;
  async::Event arrived_;
  bool request_ended_;
  bool content_withheld_ = false;  // the client waits to be told to send it

  std::string_view piece_;
  const http::Fields* trailers_ = nullptr;
  async::Event taken_;  // the piece has gone into frames
  bool is_last_ = false;
  bool is_closed_ = false;  // the session has forgotten the stream
  bool is_finished_ = false;

  async::Group work_;
};

}  // namespace gatehouse::edge
