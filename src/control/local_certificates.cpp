#include "control/local_certificates.h"

#include <algorithm>

#include "base/text.h"
#include "tls/public_name.h"

namespace gatehouse::control {

namespace {

constexpr std::chrono::hours kRenewBefore{30 * 24};

bool has_certificate(const model::SnapshotTls& tls, const std::string& host) {
  return std::ranges::any_of(tls.certificates, [&](const auto& certificate) {
    return std::ranges::any_of(certificate.names,
                               [&](const std::string& name) { return tls::covers_name(name, host); });
  });
}

}  // namespace

bool LocalCertificates::serves(std::string_view name) {
  return !tls::is_public_name(name) && tls::LocalAuthority::serves(name);
}

void LocalCertificates::complete(discovery::BuiltSnapshot& built) {
  auto& tls = built.snapshot.tls;
  for (const auto& name : built.tls_hosts) {
    const auto host = base::to_lower(name);
    if (!serves(host) || has_certificate(tls, host)) continue;
    if (const auto* issued = issue(host)) tls.certificates.push_back(issued->certificate);
  }
}

const LocalCertificates::Issued* LocalCertificates::issue(const std::string& host) {
  const auto known = issued_.find(host);
  if (known != issued_.end() && known->second.not_after - kRenewBefore > tls::WallTime::clock::now()) {
    return &known->second;
  }
  if (!open()) return nullptr;
  const auto made = authority_->issue({host});
  if (!made) {
    log_.error("no certificate for {}: {}", host, made.error().message);
    return nullptr;
  }
  Issued issued{.certificate = {.names = made->chain.names(), .chain = made->chain.to_pem(), .key = made->key.to_pem()},
                .not_after = made->chain.not_after()};
  return &issued_.insert_or_assign(host, std::move(issued)).first->second;
}

bool LocalCertificates::open() {
  if (authority_ || failed_) return authority_.has_value();
  auto opened = tls::LocalAuthority::open(folder_);
  if (!opened) {
    failed_ = true;
    log_.error("private names get the default certificate only: {}", opened.error().message);
    return false;
  }
  authority_ = *std::move(opened);
  log_.info("private names get certificates of the local authority; clients trust them with {}",
            authority_->root_path().string());
  return true;
}

}  // namespace gatehouse::control
