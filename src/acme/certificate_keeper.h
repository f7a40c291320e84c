// CertificateKeeper: sees to it that every host that is served over TLS has a certificate: from the resolver that its
// router names, or, for names that no public authority can vouch for, from this machine's own authority. Private names
// have theirs as soon as want() returns. Made by control with the static configuration; one loop's thread.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "acme/certificate_resolver.h"
#include "acme/certificate_state.h"
#include "acme/local_certificates.h"
#include "acme/storage.h"
#include "model/resolver.h"
#include "model/snapshot.h"
#include "tls/local_authority.h"

namespace gatehouse::acme {

class CertificateKeeper {
 public:
  // Storages of resolvers that are relative paths lie in `state_folder`, and so does the local authority (ca/). What
  // cannot be used, a storage that others may read for one, is logged and told of in the states of what needs it.
  // `context.changed` is called from the loop, never from within want().
  CertificateKeeper(const std::map<std::string, model::CertificatesResolver>& resolvers,
                    const std::filesystem::path& state_folder, const tls::LocalAuthority& local,
                    const ResolverContext& context);
  ~CertificateKeeper();

  // All that is wanted, in place of what was wanted before. `provided` are the names of the operator's own
  // certificates, wildcards among them: no others are obtained for what they cover.
  void want(const std::vector<WantedCertificate>& wanted, const std::vector<std::string>& provided);

  // Those that are good now.
  [[nodiscard]] std::vector<model::SnapshotCertificate> certificates() const;
  [[nodiscard]] std::vector<CertificateState> states() const;

 private:
  void add_resolver(const std::string& name, const model::AcmeResolver& config, const std::filesystem::path& folder,
                    const ResolverContext& context);
  void hand_over(std::map<std::string, std::vector<WantedCertificate>>& by_resolver) const;
  base::Result<Storage*> storage_at(const std::filesystem::path& path, base::Log& log);

  std::map<std::filesystem::path, std::unique_ptr<Storage>> storages_;
  std::map<std::string, std::unique_ptr<CertificateResolver>> resolvers_;
  std::map<std::string, std::vector<std::string>> fallbacks_;  // by resolver
  LocalCertificates local_;
  std::vector<CertificateState> unserved_;
};

}  // namespace gatehouse::acme
