#include "edge/backends/request_copy.h"

#include <utility>

namespace gatehouse::edge {

using async::Task;
using base::Result;

void ContentCopy::add(std::string_view piece) {
  if (given_up_) return;
  if (piece.size() > bytes_max_ - text_.size()) return give_up();
  text_ += piece;
}

void ContentCopy::give_up() {
  given_up_ = true;
  text_ = {};
  settled_.set();
}

void ContentCopy::settle(bool& part) {
  part = true;
  if (content_ended_ && request_answered_) settled_.set();
}

Task<bool> ContentCopy::wait(async::Deadline deadline) {
  while (!settled_.is_set()) {
    if (!co_await settled_.wait(deadline)) co_return false;
  }
  co_return !given_up_;
}

CopiedBody::CopiedBody(std::unique_ptr<http::Body> body, std::shared_ptr<ContentCopy> copy)
    : body_(std::move(body)), copy_(std::move(copy)) {}

CopiedBody::~CopiedBody() {
  if (!ended_) copy_->give_up();
}

void CopiedBody::take(std::string_view piece) {
  copy_->add(piece);
  // Who knows the length does not ask for the end.
  if (ended_ || (!piece.empty() && body_->remaining() != 0)) return;
  ended_ = true;
  copy_->content_ended();
}

Task<Result<std::string_view>> CopiedBody::next() {
  auto piece = co_await body_->next();
  if (piece) take(*piece);
  co_return piece;
}

std::optional<std::string_view> CopiedBody::next_now() {
  const auto piece = body_->next_now();
  if (piece) take(*piece);
  return piece;
}

RequestCopy::RequestCopy(Exchange& exchange)
    : worker_(&exchange.worker()),
      runtime_(exchange.runtime()),
      entry_point_(&exchange.entry_point()),
      router_(exchange.router),
      client_(exchange.client()),
      head_(exchange.request.clone()),
      target_(exchange.target),
      client_appended_(exchange.client_appended) {
  auto& storage = head_.storage();
  for (auto* text : {&target_.authority, &target_.host, &target_.path, &target_.routing_path, &target_.query}) {
    *text = storage.copy(*text);
  }
}

void RequestCopy::move_into(Exchange& exchange) {
  exchange.request = std::move(head_);
  exchange.target = target_;
  exchange.router = router_;
  exchange.client_appended = client_appended_;
}

}  // namespace gatehouse::edge
