// Storage: a file of accounts and certificates in the format of Traefik's acme.json, which holds private keys and must
// be readable by its owner alone. Read once, kept in memory, written whole and atomically after a change. Members that
// we do not know, and entries that we cannot read, are written back as they were. Owned by control, one thread.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/secret.h"

namespace gatehouse::acme {

// Members that we do not know: name and JSON.
using OtherMembers = std::vector<std::pair<std::string, std::string>>;

struct StoredAccount {
  std::string email;
  std::string registration;  // JSON, as the authority gave it
  std::string uri;           // its host tells which authority knows the account
  base::Secret key;          // DER, PKCS#1 or SEC1
  OtherMembers others;
  OtherMembers registration_others;
};

struct StoredCertificate {
  std::string main;
  std::vector<std::string> sans;
  std::string chain;  // PEM
  base::Secret key;   // PEM
  std::string store = "default";
  OtherMembers others;
  OtherMembers domain_others;

  [[nodiscard]] std::vector<std::string> names() const;
};

struct StoredResolver {
  std::optional<StoredAccount> account;
  std::vector<StoredCertificate> certificates;
  std::vector<base::Secret> unreadable;  // entries of Certificates, JSON
  OtherMembers others;
};

class Storage {
 public:
  static constexpr mode_t kMode = 0600;

  // A file that does not exist, or is empty, is an empty storage. kPermission when others may read it; kInvalid when it
  // is no storage: then a copy of it has been kept beside it, under a name that the message gives, and the caller may
  // begin anew with Storage(path).
  static base::Result<Storage> open(std::filesystem::path path);
  explicit Storage(std::filesystem::path path) : path_(std::move(path)) {}

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  // Of a resolver that is not in it: an empty one, which becomes part of it.
  StoredResolver& resolver(const std::string& name) { return resolvers_[name]; }
  [[nodiscard]] const std::map<std::string, StoredResolver>& resolvers() const { return resolvers_; }
  // What could not be read, an entry each; for the log.
  [[nodiscard]] const std::vector<std::string>& complaints() const { return complaints_; }

  // On error the file is as it was; the message names it, the cause and the next step.
  [[nodiscard]] base::Result<void> save() const;

  // The text of the file; it holds private keys.
  [[nodiscard]] base::Secret encode() const;
  // kInvalid when it is not JSON of objects of resolvers. Broken entries are kept, and told of in complaints().
  base::Result<void> decode(std::string_view text);

 private:
  std::filesystem::path path_;
  std::map<std::string, StoredResolver> resolvers_;
  std::vector<std::string> complaints_;
};

}  // namespace gatehouse::acme
