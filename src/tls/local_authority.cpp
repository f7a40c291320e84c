#include "tls/local_authority.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <openssl/err.h>

#include "base/ip_address.h"
#include "sys/file.h"
#include "tls/openssl.h"
#include "tls/public_name.h"

namespace gatehouse::tls {

using base::ErrorCode;
using base::Fault;
using base::Result;
using base::Secret;
namespace fs = std::filesystem;

namespace {

constexpr mode_t kFolderMode = 0755;  // clients of this machine read root.pem
constexpr mode_t kRootMode = 0644;
constexpr mode_t kKeyMode = 0600;

// The ranges that private networks use; those for documentation and tests need no certificate.
constexpr std::array<std::string_view, 9> kPermittedRanges{"127.0.0.0/8",    "10.0.0.0/8",     "172.16.0.0/12",
                                                           "192.168.0.0/16", "169.254.0.0/16", "100.64.0.0/10",
                                                           "::1/128",        "fc00::/7",       "fe80::/10"};

// "10.0.0.0/8" as address and mask.
std::string masked_form(std::string_view range) {
  const auto cidr = *base::Cidr::parse(range);
  const auto ones =
      *base::IpAddress::parse(cidr.address().is_v4() ? "255.255.255.255" : "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff");
  return cidr.address().to_string() + "/" + ones.masked(cidr.prefix_bits()).to_string();
}

Result<KeyedCertificate> make_root(const fs::path& root_path, const fs::path& key_path) {
  PermittedNames permitted;
  for (const auto suffix : private_suffixes()) permitted.dns.emplace_back(suffix);
  for (const auto range : kPermittedRanges) permitted.ip_ranges.push_back(masked_form(range));
  BASE_TRY(auto root, make_authority("Gatehouse local authority", permitted, valid_for(LocalAuthority::kRootLifetime)));
  // The key first: a root that clients could have seen always has its key.
  BASE_CHECK(sys::write_file_atomically(key_path, root.key.to_pem().reveal(), kKeyMode));
  BASE_CHECK(sys::write_file_atomically(root_path, root.chain.to_pem(), kRootMode));
  return root;
}

Result<KeyedCertificate> read_root(const fs::path& root_path, const fs::path& key_path) {
  BASE_TRY(const auto pem, sys::read_file(root_path));
  BASE_TRY(auto key_text, sys::read_file(key_path));
  auto chain = CertificateChain::from_pem(pem);
  if (!chain) return base::fail(std::move(chain).error().within(root_path.string()));
  auto key = PrivateKey::from_pem(Secret(std::move(key_text)));
  if (!key) return base::fail(std::move(key).error().within(key_path.string()));
  if (!chain->is_authority() || !chain->matches(*key)) {
    return base::fail(ErrorCode::kInvalid, Fault::kOperator,
                      fmt::format("{} and {} are not the certificate and the key of one authority: restore both from a "
                                  "backup, or remove both to have a new authority, which clients must trust anew",
                                  root_path.string(), key_path.string()));
  }
  return KeyedCertificate{*std::move(chain), *std::move(key)};
}

}  // namespace

Result<LocalAuthority> LocalAuthority::open(const fs::path& folder) {
  BASE_CHECK(sys::make_folders(folder, kFolderMode));
  auto root_path = folder / "root.pem";
  const auto key_path = folder / "root.key";
  std::error_code ignored;
  auto root = fs::exists(root_path, ignored) ? read_root(root_path, key_path) : make_root(root_path, key_path);
  if (!root) return base::fail(std::move(root).error().within("local certificate authority"));
  return LocalAuthority(std::move(root_path), *std::move(root));
}

bool LocalAuthority::serves(std::string_view name) {
  if (const auto address = base::IpAddress::parse(name)) {
    return std::ranges::any_of(kPermittedRanges,
                               [&](std::string_view range) { return base::Cidr::parse(range)->contains(*address); });
  }
  if (!is_certificate_name(name) || is_public_name(name)) return false;
  return name == "localhost" || name.find('.') != std::string_view::npos;
}

Result<KeyedCertificate> LocalAuthority::issue(const std::vector<std::string>& names) const {
  if (names.empty()) return base::fail(ErrorCode::kInvalid, Fault::kOperator, "a certificate needs a name");
  for (const auto& name : names) {
    if (!serves(name)) {
      return base::fail(ErrorCode::kInvalid, Fault::kOperator,
                        "the local certificate authority does not serve the name " + name);
    }
  }
  const auto validity = valid_for(kLeafLifetime);
  return tls::issue(root_, {.common_name = names.front(), .names = names}, KeyType::kEc256,
                    {validity.from, std::min(validity.to, root_.chain.not_after())});
}

bool LocalAuthority::issued(const CertificateChain& chain) const {
  const bool ours = X509_verify(chain.leaf(), root_.key.native()) == 1;
  ERR_clear_error();
  return ours;
}

}  // namespace gatehouse::tls
