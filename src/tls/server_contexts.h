// ServerContexts: the certificates and TLS options of a configuration, ready for handshakes. A connection's certificate
// is chosen by the name that the client asks for (SNI, RFC 6066 section 3): that very name, else a wildcard in place of
// its first label, else the default certificate, or no handshake at all under sniStrict. Of a name's certificates an EC
// one serves the clients that can, an RSA one the others. A client without SNI gets the certificate of the address that
// it has reached, if there is one.
//
// Immutable, shared by the workers; made by the edge with each snapshot. What did not change is taken over from the
// previous one, and so are the keys of session tickets, so that sessions outlive a configuration.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "tls/options_profile.h"
#include "tls/server_settings.h"
#include "tls/ticket_keys.h"

struct ssl_st;
struct ssl_ctx_st;

namespace gatehouse::tls {

class CertificateChain;
struct ServerHandshake;

class ServerContexts {
 public:
  // What was left out and why: "certificate of example.com", "TLS options modern@file". A broken certificate is left
  // out; options that are broken refuse the handshakes of their hosts.
  using Report = std::function<void(std::string object, std::string message)>;

  // Never null. Throws where OpenSSL itself does not work.
  static std::shared_ptr<const ServerContexts> compile(const ServerSettings& settings, const ServerContexts* previous,
                                                       const Report& report);

  // What a host's connections have to be negotiated under; a request for it on another one is misdirected (421). The
  // host in lower case, without port and root dot.
  [[nodiscard]] TlsPolicy policy_of(std::string_view host) const {
    return has_one_policy_ ? default_options_->policy() : options_of(host).policy();
  }
  // The policy of the options where they ask for client certificates, else none: what goes by them must not be reached
  // by a connection that was not asked. Options that cannot be used are reached by no connection.
  [[nodiscard]] TlsPolicy guarding_policy(std::string_view options) const;

  // For a new connection: its context before anything is known of the client.
  [[nodiscard]] ssl_ctx_st* base() const { return base_.get(); }
  [[nodiscard]] TicketKeys& ticket_keys() const { return *ticket_keys_; }

 private:
  using Context = std::shared_ptr<ssl_ctx_st>;
  struct Loaded;
  struct NameHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view name) const { return std::hash<std::string_view>{}(name); }
  };
  template <class T>
  using ByName = std::unordered_map<std::string, T, NameHash, std::equal_to<>>;

  static int on_client_hello(ssl_st* ssl, int* alert, void*);
  bool select(ssl_st* ssl, ServerHandshake& handshake, int& alert) const;
  [[nodiscard]] ssl_ctx_st* context_for(std::string_view name) const;
  [[nodiscard]] const OptionsProfile& options_of(std::string_view host) const;
  void add_certificates(const ServerSettings& settings, const ServerContexts* previous, const Report& report);
  void add_options(const ServerSettings& settings, const Report& report);
  void add_challenges(const ServerSettings& settings, const ServerContexts* previous);
  void set_default_certificate(const ServerSettings& settings, const ServerContexts* previous, const Report& report);
  Context context_of(const std::vector<const Loaded*>& certificates, const ServerContexts* previous,
                     const Report& report);

  std::shared_ptr<TicketKeys> ticket_keys_;
  Context base_;
  ByName<Context> exact_;
  ByName<Context> wildcards_;  // by what follows the star: ".example.com"
  bool has_addresses_ = false;
  std::map<std::string, Context> contexts_;  // by what their certificates are, to be taken over
  std::map<std::string, OptionsProfile, std::less<>> options_;
  ByName<const OptionsProfile*> options_by_host_;
  ByName<const OptionsProfile*> options_by_parent_;  // of wildcards, as wildcards_
  bool has_one_policy_ = true;
  struct Challenge {
    std::string key_authorisation;
    Context context;
  };
  ByName<Challenge> challenges_;
  std::optional<OptionsProfile> challenge_options_;
  const OptionsProfile* default_options_ = nullptr;
  CertificateSource self_signed_;
};

}  // namespace gatehouse::tls
