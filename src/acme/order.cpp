#include "acme/order.h"

#include <algorithm>

#include <fmt/format.h>

#include "acme/jws.h"
#include "acme/problem.h"
#include "async/sleep.h"
#include "base/ip_address.h"
#include "base/text.h"
#include "format/base64.h"
#include "format/json.h"
#include "tls/issue.h"

namespace gatehouse::acme {

using async::Deadline;
using async::Task;
using base::ErrorCode;
using base::Fault;
using base::Result;
using format::JsonDocument;
using namespace std::chrono_literals;

namespace {

constexpr std::size_t kAuthorisationsMax = 100;
constexpr auto kPollMin = 500ms;
constexpr auto kPollMax = 5s;
constexpr std::chrono::seconds kRetryAfterMax = 1min;

// An order or an authorisation as the authority last told of it.
struct Resource {
  std::string url;
  JsonDocument document;

  [[nodiscard]] std::string text(std::string_view name) const {
    return std::string(document.root().find(name).string().value_or(""));
  }
  [[nodiscard]] std::string status() const { return text("status"); }
};

// A proof that the authority waits for.
struct Proof {
  std::string name;
  std::string authorisation_url;
  std::string url;
  std::string token;
};

// Withdraws what it has published, however the order ends.
class Published {
 public:
  explicit Published(ChallengePublisher& publisher) : publisher_(publisher) {}
  ~Published() {
    for (const auto& token : tokens_) publisher_.withdraw(token);
  }
  Published(const Published&) = delete;
  Published& operator=(const Published&) = delete;

  Task<Result<void>> add(ChallengeType type, const Proof& proof, const tls::PrivateKey& key, Deadline deadline) {
    BASE_CO_TRY(auto answer, key_authorisation(proof.token, key));
    tokens_.push_back(proof.token);
    Challenge challenge{.type = type, .name = proof.name, .token = proof.token, .key_authorisation = std::move(answer)};
    co_return co_await publisher_.publish(std::move(challenge), deadline);
  }
  Task<Result<void>> await_visible(Deadline deadline) { co_return co_await publisher_.await_visible(deadline); }

 private:
  ChallengePublisher& publisher_;
  std::vector<std::string> tokens_;
};

base::Failure unexpected(std::string_view what) {
  return base::fail(ErrorCode::kInvalid, Fault::kOperator,
                    fmt::format("the certificate authority's answer makes no sense: {}", what), base::Retry::kYes);
}

class Ordering {
 public:
  Ordering(Session& session, ChallengePublisher& publisher, const OrderRequest& request, Deadline deadline)
      : session_(session), published_(publisher), request_(request), deadline_(deadline) {}

  Task<Result<tls::CertificateChain>> run() {
    BASE_CO_TRY(auto order, co_await create());
    BASE_CO_CHECK(co_await authorise(order));
    BASE_CO_TRY(order, co_await wait_while(std::move(order), {"pending"}));
    if (order.status() == "ready") {
      BASE_CO_TRY(order, co_await finalise(std::move(order)));
    }
    BASE_CO_TRY(order, co_await wait_while(std::move(order), {"pending", "ready", "processing"}));
    if (order.status() != "valid") co_return base::fail(refusal(order, "the order"));
    co_return co_await download(order.text("certificate"));
  }

 private:
  Task<Result<Resource>> create() {
    format::JsonWriter writer;
    writer.begin_object().key("identifiers").begin_array();
    for (const auto& name : request_.names) {
      const bool is_ip = base::IpAddress::parse(name).has_value();  // RFC 8738
      writer.begin_object().key("type").string(is_ip ? "ip" : "dns").key("value").string(name).end_object();
    }
    writer.end_array();
    if (!request_.profile.empty()) writer.key("profile").string(request_.profile);
    if (!request_.replaces.empty()) writer.key("replaces").string(request_.replaces);
    writer.end_object();
    BASE_CO_TRY(auto reply, co_await session_.post(session_.directory().new_order, writer.take(),
                                                   "ordering a certificate", deadline_));
    if (reply.location.empty()) co_return unexpected("the order has no URL");
    BASE_CO_TRY(auto document, JsonDocument::parse(reply.body));
    co_return Resource{std::move(reply.location), std::move(document)};
  }

  Task<Result<Resource>> get(std::string url) {
    BASE_CO_TRY(auto reply, co_await session_.post(url, {}, "asking for the state of the order", deadline_));
    retry_after_ = reply.retry_after;
    BASE_CO_TRY(auto document, JsonDocument::parse(reply.body));
    co_return Resource{std::move(url), std::move(document)};
  }

  // Proofs that the authority still remembers are not asked for again. All that are missing run side by side.
  Task<Result<void>> authorise(const Resource& order) {
    const auto urls = order.document.root().find("authorizations");
    if (!urls.is_array() || urls.size() > kAuthorisationsMax) co_return unexpected("the order's authorizations");
    std::vector<Proof> proofs;
    for (std::size_t i = 0; i < urls.size(); ++i) {
      BASE_CO_TRY(const auto authorisation, co_await get(std::string(urls.at(i).string().value_or(""))));
      if (authorisation.status() == "valid") continue;
      BASE_CO_TRY(auto proof, find_challenge(authorisation));
      proofs.push_back(std::move(proof));
    }
    if (proofs.empty()) co_return Result<void>();
    for (const auto& proof : proofs) {
      BASE_CO_CHECK(co_await published_.add(request_.challenge, proof, session_.key(), deadline_));
    }
    BASE_CO_CHECK(co_await published_.await_visible(deadline_));
    co_await async::sleep(session_.loop(), request_.challenge_delay);
    for (const auto& proof : proofs) {
      BASE_CO_CHECK(co_await session_.post(proof.url, "{}", "answering the challenge for " + proof.name, deadline_));
    }
    for (const auto& proof : proofs) BASE_CO_CHECK(co_await wait_for_proof(proof));
    co_return Result<void>();
  }

  [[nodiscard]] Result<Proof> find_challenge(const Resource& authorisation) const {
    const auto name = authorisation.document.root().find("identifier").find("value").string().value_or("");
    if (authorisation.status() != "pending") return base::fail(refusal(authorisation, name));
    const auto offered = authorisation.document.root().find("challenges");
    for (std::size_t i = 0; i < offered.size() && offered.is_array(); ++i) {
      const auto challenge = offered.at(i);
      const auto token = challenge.find("token").string().value_or("");
      // It becomes a part of a path and a key of a table (RFC 8555 section 8.3: base64url).
      const bool is_token = !token.empty() && token.size() <= 256 && std::ranges::all_of(token, [](char c) {
        return base::is_alnum(c) || c == '-' || c == '_';
      });
      if (challenge.find("type").string() != to_string(request_.challenge) || !is_token) continue;
      return Proof{std::string(name), authorisation.url, std::string(challenge.find("url").string().value_or("")),
                   std::string(token)};
    }
    return base::fail(ErrorCode::kUnsupported, Fault::kOperator,
                      fmt::format("the certificate authority offers no {} challenge for {}: give the resolver another "
                                  "one, wildcards need dnsChallenge",
                                  to_string(request_.challenge), name));
  }

  Task<Result<void>> wait_for_proof(const Proof& proof) {
    BASE_CO_TRY(auto authorisation, co_await get(proof.authorisation_url));
    BASE_CO_TRY(authorisation, co_await wait_while(std::move(authorisation), {"pending", "processing"}));
    if (authorisation.status() != "valid") co_return base::fail(refusal(authorisation, proof.name));
    co_return Result<void>();
  }

  Task<Result<Resource>> wait_while(Resource resource, std::vector<std::string> states) {
    auto pause = std::chrono::milliseconds(kPollMin);
    while (std::ranges::find(states, resource.status()) != states.end()) {
      const auto asked = retry_after_ ? std::min(*retry_after_, kRetryAfterMax) : 0s;
      const auto until = Deadline::after(std::max<async::Duration>(asked, pause));
      if (until.at >= deadline_.at) {
        co_return base::fail(ErrorCode::kTimeout, Fault::kOperator,
                             fmt::format("the certificate authority has not come to an end in time ({}): it is asked "
                                         "again later",
                                         resource.status()),
                             base::Retry::kYes);
      }
      co_await async::sleep_until(session_.loop(), until);
      pause = std::min(pause * 2, std::chrono::milliseconds(kPollMax));
      BASE_CO_TRY(resource, co_await get(std::move(resource.url)));
    }
    co_return resource;
  }

  Task<Result<Resource>> finalise(Resource order) {
    const tls::Subject subject{.common_name = request_.has_common_name ? request_.names.front() : std::string(),
                               .names = request_.names};
    BASE_CO_TRY(const auto csr, tls::make_request(subject, request_.key));
    format::JsonWriter writer;
    writer.begin_object().key("csr").string(format::encode_base64url(csr)).end_object();
    BASE_CO_TRY(auto reply,
                co_await session_.post(order.text("finalize"), writer.take(), "finalising the order", deadline_));
    retry_after_ = reply.retry_after;
    BASE_CO_TRY(auto document, JsonDocument::parse(reply.body));
    co_return Resource{std::move(order.url), std::move(document)};
  }

  Task<Result<tls::CertificateChain>> download(std::string url) {
    BASE_CO_TRY(auto reply, co_await session_.post(std::move(url), {}, "downloading the certificate", deadline_));
    BASE_CO_TRY(auto chain, tls::CertificateChain::from_pem(reply.body));
    if (!chain.matches(request_.key)) co_return unexpected("the certificate is for another key");
    if (request_.preferred_chain.empty() || chain.issuers().back() == request_.preferred_chain) co_return chain;
    for (auto& alternate : reply.alternates) {
      BASE_CO_TRY(const auto other, co_await session_.post(alternate, {}, "downloading another chain", deadline_));
      auto candidate = tls::CertificateChain::from_pem(other.body);
      if (!candidate || !candidate->matches(request_.key)) continue;
      if (candidate->issuers().back() == request_.preferred_chain) co_return *std::move(candidate);
    }
    co_return chain;
  }

  // What the authority holds against it: of an authorisation its challenge's error, of an order its own.
  static base::Error refusal(const Resource& resource, std::string_view name) {
    const auto root = resource.document.root();
    auto error = root.find("error");
    const auto challenges = root.find("challenges");
    for (std::size_t i = 0; i < challenges.size() && challenges.is_array() && !error.exists(); ++i) {
      error = challenges.at(i).find("error");
    }
    const auto attempted = fmt::format("proving control over {}", name);
    if (error.is_object()) {
      return Problem::of(error, static_cast<int>(error.find("status").integer().value_or(0))).to_error(attempted);
    }
    return {ErrorCode::kRefused,
            Fault::kOperator,
            base::Retry::kYes,
            fmt::format("{}: the certificate authority says only that it is {}", attempted, resource.status()),
            {}};
  }

  Session& session_;
  Published published_;
  const OrderRequest& request_;
  Deadline deadline_;
  std::optional<std::chrono::seconds> retry_after_;
};

}  // namespace

Task<Result<tls::CertificateChain>> order_certificate(Session& session, ChallengePublisher& publisher,
                                                      OrderRequest request, Deadline deadline) {
  Ordering ordering(session, publisher, request, deadline);
  auto chain = co_await ordering.run();
  if (!chain) {
    co_return base::fail(std::move(chain).error().within("certificate of " + base::join(request.names, ", ")));
  }
  co_return chain;
}

}  // namespace gatehouse::acme
