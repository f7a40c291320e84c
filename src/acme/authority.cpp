#include "acme/authority.h"

#include <fmt/format.h>

#include "acme/account.h"
#include "http/client.h"
#include "http/client_url.h"
#include "sys/file.h"
#include "tls/client_context.h"
#include "tls/public_name.h"

namespace gatehouse::acme {

using async::Deadline;
using async::Task;
using base::Result;
using tls::PrivateKey;

namespace {

// Of all types the one that Traefik can read back.
constexpr tls::KeyType kAccountKeyType = tls::KeyType::kRsa2048;

std::string host_of(std::string_view url) {
  const auto parsed = http::Url::parse(url);
  return parsed ? parsed->origin.host : std::string();
}

// caCertificates are paths or PEM text.
Result<std::string> pem_of(const std::string& text) {
  if (text.find("-----BEGIN") != std::string::npos) return text;
  return sys::read_file(text);
}

Result<std::shared_ptr<const tls::ClientContext>> client_context(const model::AcmeResolver& config) {
  tls::ClientSettings settings;
  settings.system_roots = config.ca_certificates.empty() || config.ca_system_cert_pool;
  settings.server_name = config.ca_server_name;
  for (const auto& text : config.ca_certificates) {
    BASE_TRY(auto pem, pem_of(text));
    settings.root_cas.push_back(std::move(pem));
  }
  return tls::ClientContext::make(settings);
}

std::vector<std::string> contacts_of(const model::AcmeResolver& config) {
  if (!config.email_addresses.empty()) return config.email_addresses;
  if (config.email.empty()) return {};
  return {config.email};
}

}  // namespace

struct Authority::Connection {
  Connection(const AuthorityContext& context, std::shared_ptr<const tls::ClientContext> tls)
      : dialer(context.loop, context.names, std::move(tls)), client(dialer) {}

  http::NetworkDialer dialer;
  http::Client client;
};

Authority::Authority(std::string resolver, const model::AcmeResolver& config, const AuthorityContext& context,
                     Storage& storage)
    : resolver_(std::move(resolver)), config_(config), context_(context), storage_(storage) {}

Authority::~Authority() = default;

bool Authority::is_private(const model::AcmeResolver& config) {
  return !tls::is_public_name(host_of(config.ca_server));
}

void Authority::disconnect() {
  session_.reset();
  connection_.reset();
}

Task<Result<void>> Authority::connect(Deadline deadline) {
  if (session_) co_return Result<void>();
  BASE_CO_CHECK(co_await ensure_key());
  auto key = PrivateKey::from_der(account()->key);
  if (!key) {
    co_return base::fail(std::move(key).error().within(
        fmt::format("the account of resolver {} in {}", resolver_, storage_.path().string())));
  }
  BASE_CO_TRY(auto context, client_context(config_));
  connection_ = std::make_unique<Connection>(context_, std::move(context));
  session_ = std::make_unique<Session>(context_.loop, connection_->client, config_.ca_server, *std::move(key),
                                       Session::Timeouts{.request = config_.client_timeout});
  BASE_CO_CHECK(co_await session_->open(deadline));
  co_return co_await ensure_account(deadline);
}

// An account belongs to one authority: with another caServer it is of no use, and neither is its key.
Task<Result<void>> Authority::ensure_key() {
  if (account() && !account()->uri.empty() && host_of(account()->uri) != host_of(config_.ca_server)) {
    context_.log.warn("resolver {}: the account in {} is one of {}, not of caServer: a new one is made", resolver_,
                      storage_.path().string(), host_of(account()->uri));
    account().reset();
  }
  if (account()) co_return Result<void>();
  BASE_CO_TRY(const auto key, co_await generate_key(kAccountKeyType));
  auto& made = account().emplace();
  made.email = config_.email;
  made.key = key.to_der();
  co_return Result<void>();
}

Task<Result<void>> Authority::ensure_account(Deadline deadline) {
  if (!account()->uri.empty()) {
    session_->set_account(account()->uri);
    co_return Result<void>();
  }
  save();  // the key first: an account whose key is lost is lost
  std::optional<ExternalAccount> external;
  if (config_.eab) external = ExternalAccount{config_.eab->kid, config_.eab->hmac_encoded};
  auto contacts = contacts_of(config_);
  BASE_CO_TRY(auto registration,
              co_await register_account(*session_, std::move(contacts), std::move(external), deadline));
  account()->uri = std::move(registration.uri);
  account()->registration = std::move(registration.body);
  save();
  co_return Result<void>();
}

Task<Result<void>> Authority::register_again(Deadline deadline) {
  account()->uri.clear();
  co_return co_await ensure_account(deadline);
}

Task<Result<PrivateKey>> Authority::generate_key(tls::KeyType type) {
  co_return co_await context_.offload.run<Result<PrivateKey>>(context_.loop,
                                                              [type] { return PrivateKey::generate(type); });
}

bool Authority::save() {
  const auto saved = storage_.save();
  if (!saved) context_.log.error("resolver {}: {}", resolver_, saved.error().message);
  return saved.has_value();
}

}  // namespace gatehouse::acme
