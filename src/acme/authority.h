// Authority: a resolver's certificate authority as we are connected to it, under the account that its storage keeps.
// Owned by a CertificateResolver, on control's loop.
#pragma once

#include <memory>
#include <string>

#include "acme/session.h"
#include "acme/storage.h"
#include "async/offload.h"
#include "base/log.h"
#include "model/resolver.h"
#include "net/resolver.h"
#include "tls/private_key.h"

namespace gatehouse::acme {

// Where names are looked up and keys made; outlives what uses it.
struct AuthorityContext {
  async::Loop& loop;
  async::Offload& offload;
  net::Resolver& names;
  base::Log& log;
};

class Authority {
 public:
  // The storage outlives it.
  Authority(std::string resolver, const model::AcmeResolver& config, const AuthorityContext& context, Storage& storage);
  ~Authority();

  // Does nothing while it is connected. Afterwards the session has an account: that of the storage, if it is one of
  // this authority, else a new one, which is in the storage then.
  async::Task<base::Result<void>> connect(async::Deadline deadline);
  // Under the same key, after the authority said that it does not know the account.
  async::Task<base::Result<void>> register_again(async::Deadline deadline);
  void disconnect();
  [[nodiscard]] bool is_connected() const { return session_ != nullptr; }
  [[nodiscard]] Session& session() { return *session_; }

  // Off the loop.
  async::Task<base::Result<tls::PrivateKey>> generate_key(tls::KeyType type);
  // False when the storage could not be written; the log has been told, and memory holds what the file lacks.
  bool save();

  // At a private address, like one of this network's own: it can vouch for private names too.
  [[nodiscard]] static bool is_private(const model::AcmeResolver& config);

 private:
  struct Connection;

  async::Task<base::Result<void>> ensure_key();
  async::Task<base::Result<void>> ensure_account(async::Deadline deadline);
  [[nodiscard]] std::optional<StoredAccount>& account() { return storage_.resolver(resolver_).account; }

  std::string resolver_;
  const model::AcmeResolver& config_;
  AuthorityContext context_;
  Storage& storage_;
  std::unique_ptr<Connection> connection_;
  std::unique_ptr<Session> session_;
};

}  // namespace gatehouse::acme
