#include "edge/backends/mirroring.h"

#include <algorithm>
#include <utility>

#include "async/race.h"
#include "edge/backends/request_copy.h"
#include "edge/exchange.h"
#include "edge/worker_services.h"

namespace gatehouse::edge {

using async::Task;
using base::Result;

namespace {

constexpr std::chrono::hours kAnsweredTimeMax{1};  // until the request itself is answered
constexpr std::chrono::minutes kMirroredTimeMax{1};
// Read of a mirror's answer, so that its connection can be used again.
constexpr std::size_t kAnswerBytesMax = 64 * 1024;

// Spread evenly: the first of all, then as many of every hundred.
bool is_mirrored(std::uint64_t number, std::uint64_t percent) {
  const auto mirrored_up_to = [percent](std::uint64_t count) { return (count * percent + 99) / 100; };
  return mirrored_up_to(number) > mirrored_up_to(number - 1);
}

class Nobody final : public InformationalSink {
 public:
  Task<Result<void>> send(const http::ResponseHead&) override { co_return Result<void>(); }
};

Task<void> send(RequestCopy copy, std::shared_ptr<ContentCopy> content, ServicePtr mirror) {
  Nobody nobody;
  Exchange exchange(copy.worker(), copy.runtime(), copy.entry_point(), copy.client(), nobody);
  copy.move_into(exchange);
  if (!content->text().empty()) exchange.request_body = std::make_unique<http::TextBody>(content->text());
  auto response = co_await mirror->handle(exchange);
  std::size_t size = 0;
  while (response.body && size < kAnswerBytesMax) {
    const auto piece = co_await response.body->next();
    if (!piece || piece->empty()) co_return;
    size += piece->size();
  }
}

Task<void> send_when_answered(RequestCopy copy, std::shared_ptr<ContentCopy> content, ServicePtr mirror) {
  auto& loop = copy.worker().loop;
  if (!co_await content->wait(loop.deadline(kAnsweredTimeMax))) co_return;
  [[maybe_unused]] const auto sent = co_await async::with_deadline(
      loop, send(std::move(copy), std::move(content), std::move(mirror)), loop.deadline(kMirroredTimeMax));
}

// Whoever leaves without an answer takes the copy along.
class Hope {
 public:
  explicit Hope(std::shared_ptr<ContentCopy> content) : content_(std::move(content)) {}
  ~Hope() {
    if (content_) content_->give_up();
  }
  Hope(const Hope&) = delete;
  Hope& operator=(const Hope&) = delete;
  void fulfil() { std::exchange(content_, nullptr)->request_answered(); }

 private:
  std::shared_ptr<ContentCopy> content_;
};

}  // namespace

Task<Response> Mirroring::handle(Exchange& exchange) const {
  const auto number = count_.fetch_add(1, std::memory_order_relaxed) + 1;
  const bool wanted = std::ranges::any_of(settings_.mirrors,
                                          [number](const auto& mirror) { return is_mirrored(number, mirror.percent); });
  // A conversation cannot be had twice.
  if (!wanted || !exchange.upgrade.empty()) return settings_.service->handle(exchange);
  return ask_and_mirror(exchange, number);
}

Task<Response> Mirroring::ask_and_mirror(Exchange& exchange, std::uint64_t number) const {
  auto& worker = exchange.worker();
  auto content = std::make_shared<ContentCopy>(worker.loop, settings_.bytes_max);
  Hope hope(content);
  for (const auto& mirror : settings_.mirrors) {
    if (!is_mirrored(number, mirror.percent) || worker.background.size() >= kMirroredRequestsMax) continue;
    worker.background.spawn(send_when_answered(RequestCopy(exchange), content, mirror.service));
  }
  if (settings_.mirrors_content && exchange.request_body) {
    exchange.request_body = std::make_unique<CopiedBody>(std::move(exchange.request_body), content);
  } else {
    content->content_ended();
  }
  auto response = co_await settings_.service->handle(exchange);
  const bool client_left = exchange.backend_error && exchange.backend_error->fault == base::Fault::kClient;
  if (!client_left) hope.fulfil();
  co_return std::move(response);
}

}  // namespace gatehouse::edge
