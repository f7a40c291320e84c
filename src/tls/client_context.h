// ClientContext: how we speak TLS to servers: backends over https, certificate authorities, our own edge when a deploy
// is verified. Whom we trust, which certificate we show. Immutable, shared by threads; made once for each
// configuration.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "tls/server_settings.h"

struct ssl_ctx_st;

namespace gatehouse::tls {

struct ClientSettings {
  bool verify = true;                   // false: whatever certificate (insecureSkipVerify)
  bool system_roots = true;             // trust the authorities of the system
  std::vector<std::string> root_cas{};  // PEM; trusted besides, also when they are no authorities
  std::vector<CertificateSource> certificates{};
  std::vector<std::string> cipher_suites{};  // IANA names, for TLS 1.2 and older
  std::string min_version{};                 // VersionTLS12, ...
  std::string max_version{};
  std::string server_name{};             // asked for and verified in place of the host's name
  std::vector<std::string> protocols{};  // ALPN, in order of preference; empty: none offered
};

class ClientContext {
 public:
  // kInvalid when a part of the settings cannot be used; the message names it.
  static base::Result<std::shared_ptr<const ClientContext>> make(const ClientSettings& settings);

  [[nodiscard]] ssl_ctx_st* native() const { return context_.get(); }
  [[nodiscard]] bool verifies() const { return verifies_; }
  [[nodiscard]] const std::string& server_name() const { return server_name_; }

  ClientContext(std::shared_ptr<ssl_ctx_st> context, bool verifies, std::string server_name)
      : context_(std::move(context)), verifies_(verifies), server_name_(std::move(server_name)) {}

 private:
  std::shared_ptr<ssl_ctx_st> context_;
  bool verifies_;
  std::string server_name_;
};

}  // namespace gatehouse::tls
