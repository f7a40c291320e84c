#include "edge/middleware/basic_auth.h"

#include <atomic>
#include <optional>
#include <string>
#include <unordered_map>

#include "edge/exchange.h"
#include "edge/middleware/answer.h"
#include "edge/middleware/auth_response.h"
#include "edge/middleware/invalid_option.h"
#include "edge/middleware/password_hash.h"
#include "edge/middleware/verified_credentials.h"
#include "edge/worker_services.h"
#include "format/base64.h"
#include "http/syntax.h"

namespace gatehouse::edge {

using async::Task;
using base::Secret;

namespace {

// Guesses that come in faster than hashes can be computed are turned away instead of piling up.
constexpr int kVerificationsMax = 64;
// Nobody types a longer one, and some hashes take time that grows with the square of it.
constexpr std::size_t kPasswordBytesMax = 1024;

struct Credentials {
  std::string name;
  Secret password;
};

std::optional<Credentials> credentials_of(const http::RequestHead& request) {
  constexpr std::string_view kScheme = "Basic ";
  const auto value = request.fields.get(http::FieldId::kAuthorization);
  if (!base::iequals(value.substr(0, kScheme.size()), kScheme)) return std::nullopt;
  auto decoded = format::decode_base64(base::trim(value.substr(kScheme.size())));
  if (!decoded) return std::nullopt;
  const Secret text(*std::move(decoded));
  const auto colon = text.reveal().find(':');
  if (colon == std::string::npos) return std::nullopt;
  return Credentials{text.reveal().substr(0, colon), Secret(text.reveal().substr(colon + 1))};
}

// The users and what is known of them. Jobs that compute hashes hold it: they may outlive the request and the snapshot.
class Users {
 public:
  void add(std::string name, std::string_view hash) {
    if (!decoy_) decoy_ = PasswordHash(hash);
    hashes_.try_emplace(std::move(name), hash);
  }

  // An unknown name is verified against another one's hash, so that the time does not tell which names exist.
  [[nodiscard]] const PasswordHash* hash_for(const std::string& name) const {
    const auto found = hashes_.find(name);
    if (found != hashes_.end()) return &found->second;
    return decoy_ ? &*decoy_ : nullptr;
  }
  [[nodiscard]] bool knows(const std::string& name) const { return hashes_.contains(name); }

  VerifiedCredentials verified;
  std::atomic<int> verifications = 0;  // under way

 private:
  std::unordered_map<std::string, PasswordHash> hashes_;
  std::optional<PasswordHash> decoy_;
};

// Counts a verification for as long as somebody may still work on it.
class Verification {
 public:
  explicit Verification(std::shared_ptr<Users> users) : users_(std::move(users)) {
    may_start_ = users_->verifications.fetch_add(1, std::memory_order_relaxed) < kVerificationsMax;
  }
  Verification(Verification&& other) noexcept = default;
  Verification& operator=(Verification&&) = delete;
  ~Verification() {
    if (users_) users_->verifications.fetch_sub(1, std::memory_order_relaxed);
  }
  [[nodiscard]] bool may_start() const { return may_start_; }

 private:
  std::shared_ptr<Users> users_;
  bool may_start_ = false;
};

enum class Verdict : std::uint8_t { kRight, kWrong, kBusy };

Task<Verdict> verify(WorkerServices& worker, std::shared_ptr<Users> users, Credentials credentials) {
  const auto* hash = users->hash_for(credentials.name);
  if (hash == nullptr || credentials.password.reveal().size() > kPasswordBytesMax) co_return Verdict::kWrong;
  const bool known = users->knows(credentials.name);
  const auto verdict = [known](bool matches) { return matches && known ? Verdict::kRight : Verdict::kWrong; };
  if (!hash->is_slow()) co_return verdict(hash->verify(credentials.password));
  const auto digest = users->verified.digest_of(credentials.name, credentials.password);
  if (users->verified.contains(digest)) co_return Verdict::kRight;
  Verification verification(users);
  if (!verification.may_start()) co_return Verdict::kBusy;
  std::move_only_function<bool()> job = [users, hash, verification = std::move(verification),
                                         password = std::move(credentials.password)] { return hash->verify(password); };
  const bool matches = co_await worker.offload.run<bool>(worker.loop, std::move(job));
  if (matches && known) users->verified.insert(digest);
  co_return verdict(matches);
}

class BasicAuth final : public Handler {
 public:
  BasicAuth(std::shared_ptr<Users> users, std::string_view realm, AuthOutcome outcome, HandlerPtr next)
      : users_(std::move(users)),
        challenge_("Basic realm=" + quoted(realm)),
        outcome_(std::move(outcome)),
        next_(std::move(next)) {}

  [[nodiscard]] Task<Response> handle(Exchange& exchange) const override {
    auto credentials = credentials_of(exchange.request);
    if (!credentials) co_return unauthorized_response(challenge_);
    const std::string name = credentials->name;
    exchange.record.user_name = name;  // also of a refused one: whoever watches the log for guesses wants to know
    switch (co_await verify(exchange.worker(), users_, *std::move(credentials))) {
      case Verdict::kWrong:
        co_return unauthorized_response(challenge_);
      case Verdict::kBusy:
        co_return status_response(503);
      case Verdict::kRight:
        break;
    }
    tell_user(exchange, name, outcome_);
    co_return co_await next_->handle(exchange);
  }

 private:
  std::shared_ptr<Users> users_;
  std::string challenge_;
  AuthOutcome outcome_;
  HandlerPtr next_;
};

}  // namespace

base::Result<HandlerPtr> make_basic_auth(const model::BasicAuth& config, HandlerPtr next, const MiddlewareContext&) {
  auto users = std::make_shared<Users>();
  for (std::size_t i = 0; i < config.users.size(); ++i) {
    const auto user = base::trim(config.users[i]);
    const auto colon = user.find(':');
    if (colon == std::string_view::npos) {
      return invalid_option("basicAuth.users: the {}. entry is not of the form name:hash", i + 1);
    }
    users->add(std::string(user.substr(0, colon)), user.substr(colon + 1));
  }
  if (!config.header_field.empty() && !http::is_token(config.header_field)) {
    return invalid_option("basicAuth.headerField: \"{}\" is no name of a header", config.header_field);
  }
  return std::make_shared<BasicAuth>(std::move(users), config.realm.empty() ? "traefik" : config.realm,
                                     AuthOutcome{config.header_field, config.remove_header}, std::move(next));
}

}  // namespace gatehouse::edge
