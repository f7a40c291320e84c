#include "edge/middleware/password_hash.h"

#include <array>
#include <memory>

#include <crypt.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>

#include "edge/middleware/md5_crypt.h"
#include "format/base64.h"

namespace gatehouse::edge {

namespace {

constexpr std::string_view kSha1Prefix = "{SHA}";

bool equal_in_constant_time(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

bool verify_sha1(std::string_view password, std::string_view hash) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  if (EVP_Digest(password.data(), password.size(), digest.data(), &size, EVP_sha1(), nullptr) != 1) return false;
  const std::string_view bytes(reinterpret_cast<const char*>(digest.data()), size);
  return equal_in_constant_time(format::encode_base64(bytes), hash.substr(kSha1Prefix.size()));
}

bool verify_md5(std::string_view password, std::string_view hash) {
  const auto magic_end = hash.find('$', 1);
  const auto salt_end = hash.find('$', magic_end + 1);
  if (salt_end == std::string_view::npos) return false;
  const auto magic = hash.substr(0, magic_end + 1);
  const auto salt = hash.substr(magic_end + 1, salt_end - magic_end - 1);
  return equal_in_constant_time(md5_crypt(password, magic, salt), hash);
}

bool verify_crypt(const std::string& password, const std::string& hash) {
  const auto work = std::make_unique<crypt_data>();  // 32 KiB
  const char* computed = ::crypt_rn(password.c_str(), hash.c_str(), work.get(), sizeof(crypt_data));
  const bool equal = computed != nullptr && equal_in_constant_time(computed, hash);
  OPENSSL_cleanse(work.get(), sizeof(crypt_data));
  return equal;
}

}  // namespace

PasswordHash::PasswordHash(std::string_view text)
    : kind_(text.starts_with(kSha1Prefix)                           ? Kind::kSha1
            : text.starts_with("$apr1$") || text.starts_with("$1$") ? Kind::kMd5
                                                                    : Kind::kCrypt),
      text_(std::string(text)) {}

bool PasswordHash::verify(const base::Secret& password) const {
  const auto& plain = password.reveal();
  // crypt(3) reads up to a NUL; "secret\0anything" must not pass for "secret".
  if (plain.find('\0') != std::string::npos) return false;
  switch (kind_) {
    case Kind::kMd5:
      return verify_md5(plain, text_.reveal());
    case Kind::kSha1:
      return verify_sha1(plain, text_.reveal());
    case Kind::kCrypt:
      return verify_crypt(plain, text_.reveal());
  }
  return false;
}

}  // namespace gatehouse::edge
