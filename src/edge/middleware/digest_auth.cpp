#include "edge/middleware/digest_auth.h"

#include <array>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <unordered_map>

#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>

#include "base/parse_int.h"
#include "edge/exchange.h"
#include "edge/middleware/answer.h"
#include "edge/middleware/auth_parameters.h"
#include "edge/middleware/auth_response.h"
#include "edge/middleware/digest_nonces.h"
#include "edge/middleware/invalid_option.h"
#include "http/syntax.h"

namespace gatehouse::edge {

using async::Task;
using base::Secret;

namespace {

constexpr std::size_t kHashDigits = 32;
constexpr std::size_t kCountDigits = 8;

std::string md5_hex(std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  if (EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_md5(), nullptr) != 1) {
    throw std::runtime_error("MD5 is not available");
  }
  std::string hex;
  for (unsigned int i = 0; i < size; ++i) fmt::format_to(std::back_inserter(hex), "{:02x}", digest[i]);
  return hex;
}

struct Proof {
  std::string user;
  std::string nonce;
  std::uint32_t count = 0;
  std::string count_text;
  std::string client_nonce;
  std::string uri;
  std::string response;
};

// What the client says, if it can be right at all: everything but the hash itself is compared here.
std::optional<Proof> proof_of(const Exchange& exchange, std::string_view realm, std::string_view opaque) {
  constexpr std::string_view kScheme = "Digest ";
  const auto value = exchange.request.fields.get(http::FieldId::kAuthorization);
  if (!base::iequals(value.substr(0, kScheme.size()), kScheme)) return std::nullopt;
  const auto parameters = AuthParameters::parse(value.substr(kScheme.size()));
  if (!parameters) return std::nullopt;
  const auto algorithm = parameters->get("algorithm");
  const auto count = base::parse_int<std::uint32_t>(parameters->get("nc"), 16);
  const bool as_challenged = parameters->get("realm") == realm && parameters->get("opaque") == opaque &&
                             parameters->get("qop") == "auth" && (algorithm.empty() || base::iequals(algorithm, "MD5"));
  const auto uri = parameters->get("uri");
  // An answer for one address must not open another one.
  const bool for_this = uri == exchange.request.target;
  if (!as_challenged || !for_this || !count || parameters->get("nc").size() != kCountDigits) return std::nullopt;
  return Proof{.user = std::string(parameters->get("username")),
               .nonce = std::string(parameters->get("nonce")),
               .count = *count,
               .count_text = std::string(parameters->get("nc")),
               .client_nonce = std::string(parameters->get("cnonce")),
               .uri = std::string(uri),
               .response = std::string(parameters->get("response"))};
}

class DigestAuth final : public Handler {
 public:
  using Users = std::unordered_map<std::string, Secret>;  // name -> MD5 of name:realm:password

  DigestAuth(Users users, std::string_view realm, AuthOutcome outcome, HandlerPtr next)
      : users_(std::move(users)),
        realm_(realm),
        opaque_(md5_hex("gatehouse:" + realm_)),
        outcome_(std::move(outcome)),
        nonces_(std::make_unique<DigestNonces>()),
        next_(std::move(next)) {}

  [[nodiscard]] Task<Response> handle(Exchange& exchange) const override {
    const auto now = std::chrono::steady_clock::now();
    const auto proof = proof_of(exchange, realm_, opaque_);
    if (!proof) return answer(challenge(now, false));
    exchange.record.user_name = proof->user;
    const auto use = nonces_->look_at(proof->nonce, proof->count, now);
    if (use == DigestNonces::Use::kForeign || !is_right(*proof, exchange.request.method)) {
      return answer(challenge(now, false));
    }
    if (use == DigestNonces::Use::kStale || !nonces_->use(proof->nonce, proof->count)) {
      return answer(challenge(now, true));
    }
    tell_user(exchange, proof->user, outcome_);
    return next_->handle(exchange);
  }

 private:
  // An unknown name costs as much as a known one.
  [[nodiscard]] bool is_right(const Proof& proof, const http::Method& method) const {
    static constexpr std::string_view kNobody = "00000000000000000000000000000000";
    const auto found = users_.find(proof.user);
    const std::string_view secret = found == users_.end() ? kNobody : std::string_view(found->second.reveal());
    const auto request = md5_hex(fmt::format("{}:{}", method.token, proof.uri));
    const auto expected =
        md5_hex(fmt::format("{}:{}:{}:{}:auth:{}", secret, proof.nonce, proof.count_text, proof.client_nonce, request));
    const bool equal = proof.response.size() == expected.size() &&
                       CRYPTO_memcmp(proof.response.data(), expected.data(), expected.size()) == 0;
    return equal && found != users_.end();
  }

  [[nodiscard]] Response challenge(DigestNonces::Time now, bool stale) const {
    return unauthorized_response(
        fmt::format(R"(Digest realm={}, nonce="{}", opaque="{}", algorithm="MD5", qop="auth"{})", quoted(realm_),
                    nonces_->issue(now), opaque_, stale ? ", stale=true" : ""));
  }

  Users users_;
  std::string realm_;
  std::string opaque_;
  AuthOutcome outcome_;
  std::unique_ptr<DigestNonces> nonces_;
  HandlerPtr next_;
};

}  // namespace

base::Result<HandlerPtr> make_digest_auth(const model::DigestAuth& config, HandlerPtr next, const MiddlewareContext&) {
  const std::string realm = config.realm.empty() ? "traefik" : config.realm;
  DigestAuth::Users users;
  for (std::size_t i = 0; i < config.users.size(); ++i) {
    const auto parts = base::split(base::trim(config.users[i]), ':');
    if (parts.size() != 3) {
      return invalid_option("digestAuth.users: the {}. entry is not of the form name:realm:hash", i + 1);
    }
    // A user of another realm cannot be one here: the realm is part of the hash.
    const bool is_hash = parts[2].size() == kHashDigits;
    if (parts[1] == realm && is_hash) users.try_emplace(std::string(parts[0]), base::to_lower(parts[2]));
  }
  if (!config.header_field.empty() && !http::is_token(config.header_field)) {
    return invalid_option("digestAuth.headerField: \"{}\" is no name of a header", config.header_field);
  }
  return std::make_shared<DigestAuth>(std::move(users), realm, AuthOutcome{config.header_field, config.remove_header},
                                      std::move(next));
}

}  // namespace gatehouse::edge
