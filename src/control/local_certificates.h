// LocalCertificates: certificates of this machine's own authority, for hosts of TLS routers that no public authority
// could vouch for and no file has a certificate for. Made on demand and kept until they get old. Owned by control, on
// its thread.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>

#include "base/log.h"
#include "discovery/snapshot_builder.h"
#include "tls/local_authority.h"

namespace gatehouse::control {

class LocalCertificates {
 public:
  // The folder of the authority, which is made when it is first needed.
  LocalCertificates(std::filesystem::path folder, base::Log& log) : folder_(std::move(folder)), log_(log) {}

  // Adds to the snapshot a certificate for each private host that has none.
  void complete(discovery::BuiltSnapshot& built);

  // Whether a name is one of ours to vouch for.
  [[nodiscard]] static bool serves(std::string_view name);

 private:
  struct Issued {
    model::SnapshotCertificate certificate;
    tls::WallTime not_after;
  };
  const Issued* issue(const std::string& host);
  bool open();

  std::filesystem::path folder_;
  base::Log& log_;
  std::optional<tls::LocalAuthority> authority_;
  bool failed_ = false;  // and told of
  std::map<std::string, Issued> issued_;
};

}  // namespace gatehouse::control
