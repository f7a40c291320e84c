// OptionsProfile: TLS options made ready to be laid over a connection once the client's hello says which host it wants.
// Immutable, shared by the threads through its ServerContexts. Internal to this layer.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "tls/server_settings.h"

struct ssl_st;
struct ssl_ctx_st;
struct x509_store_st;
struct stack_st_X509_NAME;

namespace gatehouse::tls {

// Which cipher suites and groups a server context of ours has before any options.
void set_server_policy(ssl_ctx_st* context);

// VersionTLS10..VersionTLS13 as OpenSSL's number, 0 for an empty name; kInvalid for another.
base::Result<int> parse_version(std::string_view name);
// IANA names as OpenSSL's list for TLS 1.2 and older; kInvalid when none of them is known.
base::Result<std::string> parse_cipher_suites(const std::vector<std::string>& names);

class OptionsProfile {
 public:
  // On error the hosts of these options must not be served at all: they may have asked for client certificates.
  static base::Result<OptionsProfile> make(std::string name, const ServerOptions& options,
                                           const std::vector<std::string>& protocols);
  // Takes the place of options that could not be made: refuses every handshake.
  static OptionsProfile refusing(std::string name);

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] TlsPolicy policy() const { return policy_; }
  [[nodiscard]] bool refuses_all() const { return refuses_all_; }
  [[nodiscard]] bool sni_strict() const { return sni_strict_; }
  [[nodiscard]] bool wants_client_certificate() const { return verify_mode_ != 0; }

  // False when OpenSSL will not have it.
  [[nodiscard]] bool apply(ssl_st* ssl) const;
  // Without any, ALPN is passed over.
  [[nodiscard]] bool has_protocols() const { return !protocols_.empty(); }
  // The protocol to speak with a client that offers these (RFC 7301 wire form); empty when there is none in common.
  [[nodiscard]] std::string_view choose_protocol(std::string_view offered) const;
  // The same of all that the options name, whether we speak it or not.
  [[nodiscard]] std::string_view choose_configured(std::string_view offered) const;

 private:
  OptionsProfile() = default;
  void identify(const ServerOptions& options);
  base::Result<void> set_client_auth(const ServerOptions& options);

  std::string name_;
  TlsPolicy policy_ = kNoTlsPolicy;
  bool refuses_all_ = false;
  int min_version_ = 0;
  int max_version_ = 0;
  std::string ciphers_;
  std::string groups_;
  int verify_mode_ = 0;
  bool verifies_ = false;
  std::shared_ptr<x509_store_st> client_cas_;
  std::shared_ptr<stack_st_X509_NAME> client_ca_names_;  // sent to clients, so that they know which certificate to show
  bool sni_strict_ = false;
  bool session_tickets_ = true;
  std::vector<std::string> protocols_;
  std::vector<std::string> configured_protocols_;
  std::array<unsigned char, 32> session_context_{};  // a session resumes under equal options only
};

}  // namespace gatehouse::tls
