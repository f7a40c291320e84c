// RequestCopy: a copy of a request, kept in memory while the request itself goes to its backend, to be sent to another
// one afterwards. Owned by the task that will send it and by the body that fills it; the worker's thread.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "async/event.h"
#include "async/task.h"
#include "edge/exchange.h"

namespace gatehouse::edge {

// The content, copied piece by piece as somebody else reads it.
class ContentCopy {
 public:
  // Content that is longer is not kept.
  ContentCopy(async::Loop& loop, std::size_t bytes_max) : settled_(loop), bytes_max_(bytes_max) {}

  void add(std::string_view piece);
  void content_ended() { settle(content_ended_); }
  void request_answered() { settle(request_answered_); }
  // There is nothing to send: the content broke off, was too long, or the client has gone.
  void give_up();

  // True when the request has been answered and all of its content is here.
  async::Task<bool> wait(async::Deadline deadline);
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  void settle(bool& part);

  async::Event settled_;
  std::size_t bytes_max_;
  std::string text_;
  bool content_ended_ = false;
  bool request_answered_ = false;
  bool given_up_ = false;
};

// Hands the body on, and copies it. Gives the copy up when it goes before its end.
class CopiedBody final : public http::Body {
 public:
  CopiedBody(std::unique_ptr<http::Body> body, std::shared_ptr<ContentCopy> copy);
  ~CopiedBody() override;

  async::Task<base::Result<std::string_view>> next() override;
  std::optional<std::string_view> next_now() override;
  [[nodiscard]] std::optional<std::uint64_t> remaining() const override { return body_->remaining(); }
  [[nodiscard]] const http::Fields* trailers() const override { return body_->trailers(); }

 private:
  void take(std::string_view piece);

  std::unique_ptr<http::Body> body_;
  std::shared_ptr<ContentCopy> copy_;
  bool ended_ = false;
};

// The head, and all else that an exchange refers to.
class RequestCopy {
 public:
  explicit RequestCopy(Exchange& exchange);

  // Makes the exchange one of this request; once.
  void move_into(Exchange& exchange);

  [[nodiscard]] const std::shared_ptr<const Runtime>& runtime() const { return runtime_; }
  [[nodiscard]] const CompiledEntryPoint& entry_point() const { return *entry_point_; }
  [[nodiscard]] const ClientInfo& client() const { return client_; }
  [[nodiscard]] WorkerServices& worker() const { return *worker_; }

 private:
  WorkerServices* worker_;
  std::shared_ptr<const Runtime> runtime_;
  const CompiledEntryPoint* entry_point_;
  const CompiledRouter* router_;
  ClientInfo client_;
  http::RequestHead head_;
  http::Target target_;
  bool client_appended_;
};

}  // namespace gatehouse::edge
