// LocalCertificates: the certificates of this machine's own authority that are wanted, made at once and renewed a month
// before their end; kept in a storage so that clients see the same ones after a restart. Owned by the
// CertificateKeeper, on control's loop.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "acme/certificate_resolver.h"
#include "acme/certificate_state.h"
#include "acme/storage.h"
#include "async/group.h"
#include "model/snapshot.h"
#include "tls/local_authority.h"

namespace gatehouse::acme {

class LocalCertificates {
 public:
  static constexpr const char* kSource = "local";

  // The authority outlives it. A storage that cannot be used is begun anew: all that is in it can be made again.
  LocalCertificates(std::filesystem::path storage, const tls::LocalAuthority& authority,
                    const ResolverContext& context);

  void want(std::vector<WantedCertificate> wanted);
  void append_certificates(std::vector<model::SnapshotCertificate>& certificates) const;
  void append_states(std::vector<CertificateState>& states) const;

 private:
  struct Made {
    WantedCertificate wanted;
    tls::CertificateChain chain;
    model::SnapshotCertificate shown;
  };

  void make_lacking();
  [[nodiscard]] const Made* made_for(const std::vector<std::string>& names) const;
  base::Result<void> make(const WantedCertificate& wanted);
  void hold(Made made);
  void load();
  void save();
  async::Task<void> renew();

  const tls::LocalAuthority& authority_;
  base::Log& log_;
  std::function<void()> changed_;
  Storage storage_;
  std::vector<WantedCertificate> asked_;   // as it was asked for
  std::vector<WantedCertificate> wanted_;  // what of it can be served
  std::map<std::string, Made> made_;       // by their names
  std::unordered_map<std::string, const Made*> by_name_;
  std::vector<CertificateState> unserved_;
  async::Group tasks_;
};

}  // namespace gatehouse::acme
