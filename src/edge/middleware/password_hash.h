// PasswordHash: what a users list keeps of a password: apr1 MD5, SHA-1 ({SHA}), bcrypt, and whatever else crypt(3)
// knows. Immutable; verifying is safe from several threads at once, and slow on purpose.
#pragma once

#include <string>
#include <string_view>

#include "base/secret.h"

namespace gatehouse::edge {

class PasswordHash {
 public:
  // A text that is no hash of a known kind matches no password, as in Traefik.
  explicit PasswordHash(std::string_view text);

  [[nodiscard]] bool verify(const base::Secret& password) const;
  // Does verifying take so long that it has no place on a loop's thread?
  [[nodiscard]] bool is_slow() const { return kind_ != Kind::kSha1; }

 private:
  enum class Kind : unsigned char { kMd5, kSha1, kCrypt };

  Kind kind_;
  base::Secret text_;
};

}  // namespace gatehouse::edge
