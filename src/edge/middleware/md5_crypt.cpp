#include "edge/middleware/md5_crypt.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <new>

#include <fmt/format.h>
#include <openssl/evp.h>

namespace gatehouse::edge {

namespace {

constexpr std::size_t kSaltBytesMax = 8;
constexpr int kRounds = 1000;

using Digest = std::array<unsigned char, 16>;

class Md5 {
 public:
  Md5() : context_(EVP_MD_CTX_new(), &EVP_MD_CTX_free) {
    if (!context_ || EVP_DigestInit_ex(context_.get(), EVP_md5(), nullptr) != 1) throw std::bad_alloc();
  }
  void add(std::string_view text) { EVP_DigestUpdate(context_.get(), text.data(), text.size()); }
  void add(const Digest& digest, std::size_t bytes = sizeof(Digest)) {
    EVP_DigestUpdate(context_.get(), digest.data(), bytes);
  }
  // Ready for the next message then.
  Digest finish() {
    Digest digest{};
    EVP_DigestFinal_ex(context_.get(), digest.data(), nullptr);
    EVP_DigestInit_ex(context_.get(), nullptr, nullptr);
    return digest;
  }

 private:
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context_;
};

// Six bits a character, lowest first; an alphabet and an order of bytes of its own.
std::string encode(const Digest& digest) {
  static constexpr std::string_view kAlphabet = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  constexpr std::array<std::array<std::size_t, 3>, 5> kGroups = {
      {{0, 6, 12}, {1, 7, 13}, {2, 8, 14}, {3, 9, 15}, {4, 10, 5}}};
  std::string text;
  const auto append = [&text](std::uint32_t bits, int characters) {
    for (int i = 0; i < characters; ++i, bits >>= 6) text += kAlphabet[bits & 63];
  };
  for (const auto& [a, b, c] : kGroups) {
    append(std::uint32_t{digest[a]} << 16 | std::uint32_t{digest[b]} << 8 | digest[c], 4);
  }
  append(digest[11], 2);
  return text;
}

Digest first_digest(Md5& md5, std::string_view password, std::string_view magic, std::string_view salt) {
  md5.add(password);
  md5.add(salt);
  md5.add(password);
  const auto mixed = md5.finish();
  md5.add(password);
  md5.add(magic);
  md5.add(salt);
  for (std::size_t left = password.size(); left > 0; left -= std::min(left, sizeof(Digest))) {
    md5.add(mixed, std::min(left, sizeof(Digest)));
  }
  for (std::size_t length = password.size(); length != 0; length >>= 1) {
    md5.add((length & 1) != 0 ? std::string_view("\0", 1) : password.substr(0, 1));
  }
  return md5.finish();
}

}  // namespace

std::string md5_crypt(std::string_view password, std::string_view magic, std::string_view salt) {
  salt = salt.substr(0, kSaltBytesMax);
  Md5 md5;
  auto digest = first_digest(md5, password, magic, salt);
  for (int round = 0; round < kRounds; ++round) {
    const bool odd = (round & 1) != 0;
    if (odd) md5.add(password);
    if (!odd) md5.add(digest);
    if (round % 3 != 0) md5.add(salt);
    if (round % 7 != 0) md5.add(password);
    if (odd) md5.add(digest);
    if (!odd) md5.add(password);
    digest = md5.finish();
  }
  return fmt::format("{}{}${}", magic, salt, encode(digest));
}

}  // namespace gatehouse::edge
