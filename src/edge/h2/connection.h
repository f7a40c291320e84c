// H2Connection: one client's connection over HTTP/2, from its preface to the goodbye. One coroutine reads and feeds the
// session, one writes what the session has to say; each request has a stream (edge/h2/stream.h) with a coroutine of its
// own. What the streams say in one turn of the loop leaves together. Owned by the connection's coroutine, on the
// worker's thread.
//
// Behaviour: RFC 9113; the limits are the entry point's http2 options and those of http/h2/server_session.h.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "async/event.h"
#include "async/group.h"
#include "edge/connection.h"
#include "edge/exchange.h"
#include "edge/h2/stream.h"
#include "edge/read_buffer.h"
#include "http/h2/server_session.h"

namespace gatehouse::edge {

class H2Connection final : public OpenConnection, private http::h2::ServerSession::Listener {
 public:
  H2Connection(WorkerState& worker, const std::string& entry_point, const CompiledEntryPoint& config,
               std::unique_ptr<net::Stream> stream, ClientInfo client);
  ~H2Connection();

  async::Task<void> run();

  // Tells the client to begin nothing new, serves what it has begun, and closes.
  void end_if_idle() override;

  // --- for the streams

  [[nodiscard]] WorkerState& worker() const { return worker_; }
  [[nodiscard]] async::Loop& loop() const { return stream_->loop(); }
  [[nodiscard]] http::h2::ServerSession& session() { return session_; }
  // There is something to send, or a stream to forget.
  void wake() { work_for_writer_.set(); }
  // The stream is destroyed when the writer next comes to it.
  void finished(H2Stream& stream) {
    stream.unlink();
    finished_.push_back(stream);
    last_use_ = loop().now();
    wake();
  }

 private:
  http::h2::ServerSession::Stream* on_request(http::h2::StreamId id, http::h2::Request request, bool ended) override;
  void on_violation(http::Violation violation) override;

  async::Task<void> read();
  async::Task<bool> await_input();
  async::Task<void> write();
  async::Task<bool> write_output();
  async::Task<void> end_after_notice();
  void start_new_streams();
  void forget_all();
  static void forget(async::List<H2Stream>& streams);
  [[nodiscard]] async::Duration idle_max() const;
  [[nodiscard]] bool is_worn() const;

  WorkerState& worker_;
  const std::string& entry_point_;
  ClientInfo client_;
  std::unique_ptr<net::Stream> stream_;
  ReadBuffer input_;
  std::string output_;
  http::h2::ServerSession session_;
  // Its streams, each in one of these lists, which own them.
  async::List<H2Stream> new_;  // not started yet
  async::List<H2Stream> running_;
  async::List<H2Stream> finished_;
  async::Event work_for_writer_;
  bool is_ending_ = false;    // the client knows that it may begin nothing new, or will in a moment
  bool input_ended_ = false;  // nothing more comes from the client
  async::Instant opened_;
  async::Instant last_use_;
  std::optional<async::Deadline> head_deadline_;  // of the head whose end has not come yet
  std::uint64_t requests_ = 0;
  async::Group tasks_;  // the writer, and the notice of an end
};

}  // namespace gatehouse::edge
