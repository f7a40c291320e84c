#include "acme/session.h"

#include <algorithm>
#include <ctime>

#include <fmt/format.h>

#include "acme/jws.h"
#include "acme/problem.h"
#include "base/parse_int.h"
#include "base/text.h"
#include "format/json.h"

namespace gatehouse::acme {

using async::Deadline;
using async::Task;
using base::ErrorCode;
using base::Fault;
using base::Result;

namespace {

constexpr std::size_t kAlternatesMax = 8;

bool is_success(int status) { return status >= 200 && status < 300; }

// <https://ca/cert/1/alternate>;rel="alternate" (RFC 8288), as many as there are in one value.
void add_alternates(std::string_view value, std::vector<std::string>& alternates) {
  for (;;) {
    const auto open = value.find('<');
    const auto close = value.find('>', open == std::string_view::npos ? 0 : open);
    if (open == std::string_view::npos || close == std::string_view::npos) return;
    const auto url = value.substr(open + 1, close - open - 1);
    value.remove_prefix(close + 1);
    const auto parameters = value.substr(0, value.find('<'));
    const bool is_alternate = parameters.find("rel=\"alternate\"") != std::string_view::npos ||
                              parameters.find("rel=alternate") != std::string_view::npos;
    if (is_alternate && alternates.size() < kAlternatesMax) alternates.emplace_back(url);
  }
}

Reply reply_of(const http::ResponseHead& head) {
  Reply reply;
  reply.status = head.status;
  reply.location = head.fields.get("Location");
  reply.retry_after = parse_retry_after(head.fields.get("Retry-After"), std::chrono::system_clock::now());
  head.fields.for_each("Link", [&](std::string_view value) { add_alternates(value, reply.alternates); });
  return reply;
}

}  // namespace

std::optional<std::chrono::seconds> parse_retry_after(std::string_view value,
                                                      std::chrono::system_clock::time_point now) {
  if (const auto seconds = base::parse_int<std::uint32_t>(base::trim(value))) return std::chrono::seconds(*seconds);
  std::tm date{};
  const std::string text(base::trim(value));
  const char* end = ::strptime(text.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &date);
  if (end == nullptr || *end != '\0') return std::nullopt;
  const auto at = std::chrono::system_clock::from_time_t(::timegm(&date));
  return std::max(std::chrono::duration_cast<std::chrono::seconds>(at - now), std::chrono::seconds(0));
}

Result<Directory> Directory::parse(std::string_view text) {
  BASE_TRY(const auto document, format::JsonDocument::parse(text));
  Directory directory;
  const auto root = document.root();
  directory.new_nonce = root.find("newNonce").string().value_or("");
  directory.new_account = root.find("newAccount").string().value_or("");
  directory.new_order = root.find("newOrder").string().value_or("");
  directory.renewal_info = root.find("renewalInfo").string().value_or("");
  directory.external_account_required = root.find("meta").find("externalAccountRequired").boolean().value_or(false);
  if (directory.new_nonce.empty() || directory.new_account.empty() || directory.new_order.empty()) {
    return base::fail(ErrorCode::kInvalid, Fault::kOperator,
                      "not an ACME directory: set caServer to the directory's URL of a certificate authority");
  }
  return directory;
}

Session::Session(async::Loop& loop, http::Client& client, std::string directory_url, tls::PrivateKey key,
                 Timeouts timeouts)
    : loop_(loop),
      client_(client),
      directory_url_(std::move(directory_url)),
      key_(std::move(key)),
      timeouts_(timeouts) {}

Task<Result<void>> Session::open(Deadline deadline) {
  auto reply = co_await exchange(http::MethodId::kGet, directory_url_, {}, deadline);
  if (reply && !is_success(reply->status)) {
    co_return base::fail(Problem::parse(reply->body, reply->status).to_error("caServer " + directory_url_));
  }
  if (!reply) co_return base::fail(std::move(reply).error().within("caServer " + directory_url_));
  auto directory = Directory::parse(reply->body);
  if (!directory) co_return base::fail(std::move(directory).error().within("caServer " + directory_url_));
  directory_ = *std::move(directory);
  co_return Result<void>();
}

Task<Result<Reply>> Session::exchange(http::MethodId method, std::string url, std::string body, Deadline deadline) {
  BASE_CO_TRY(auto parsed, http::Url::parse(url));
  http::ClientRequest request;
  request.method = method;
  request.origin = std::move(parsed.origin);
  request.target = std::move(parsed.target);
  request.deadline = deadline.or_earlier(Deadline::after(timeouts_.request));
  if (method == http::MethodId::kPost) {
    request.fields.add("Content-Type", "application/jose+json");
    request.body = std::make_unique<http::TextBody>(std::move(body));
  }
  BASE_CO_TRY(auto response, co_await client_.send(std::move(request)));
  auto reply = reply_of(response.head);
  if (const auto nonce = response.head.fields.get("Replay-Nonce"); !nonce.empty() && nonces_.size() < kNoncesMax) {
    nonces_.emplace_back(nonce);
  }
  BASE_CO_TRY(reply.body, co_await response.body->read_all(kReplyBytesMax));
  co_return reply;
}

Task<Result<Reply>> Session::get(std::string url, std::string attempted, Deadline deadline) {
  auto reply = co_await exchange(http::MethodId::kGet, std::move(url), {}, deadline);
  if (!reply) co_return base::fail(std::move(reply).error().within(attempted));
  if (is_success(reply->status)) co_return reply;
  co_return base::fail(Problem::parse(reply->body, reply->status).to_error(attempted));
}

Task<Result<std::string>> Session::take_nonce(Deadline deadline) {
  if (nonces_.empty()) BASE_CO_CHECK(co_await exchange(http::MethodId::kHead, directory_.new_nonce, {}, deadline));
  if (nonces_.empty()) {
    co_return base::fail(ErrorCode::kInvalid, Fault::kOperator, "the certificate authority gives no nonce");
  }
  auto nonce = std::move(nonces_.back());
  nonces_.pop_back();
  co_return nonce;
}

Task<Result<Reply>> Session::post_once(const std::string& url, const std::string& payload, Deadline deadline) {
  BASE_CO_TRY(auto nonce, co_await take_nonce(deadline));
  BASE_CO_TRY(auto body, sign(key_, {.url = url, .nonce = std::move(nonce), .account = account_}, payload));
  co_return co_await exchange(http::MethodId::kPost, url, std::move(body), deadline);
}

Task<Result<Reply>> Session::post(std::string url, std::string payload, std::string attempted, Deadline deadline) {
  last_problem_.clear();
  last_retry_after_.reset();
  for (int attempt = 1;; ++attempt) {
    auto reply = co_await post_once(url, payload, deadline);
    if (!reply) {
      // An idle connection that the authority has closed in the meantime: every request of ACME may be repeated.
      const bool was_cut = reply.error().code == ErrorCode::kReset || reply.error().code == ErrorCode::kClosed;
      if (was_cut && attempt == 1) continue;
      co_return base::fail(std::move(reply).error().within(attempted));
    }
    if (is_success(reply->status)) co_return reply;
    const auto problem = Problem::parse(reply->body, reply->status);
    if (problem.is("badNonce") && attempt < kAttemptsMax) continue;
    last_problem_ = problem.type;
    last_retry_after_ = reply->retry_after;
    co_return base::fail(problem.to_error(attempted));
  }
}

}  // namespace gatehouse::acme
