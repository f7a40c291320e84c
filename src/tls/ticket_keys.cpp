#include "tls/ticket_keys.h"

#include <algorithm>
#include <cstring>

#include <openssl/core_names.h>
#include <openssl/rand.h>

#include "tls/openssl.h"
#include "tls/server_handshake.h"

namespace gatehouse::tls {

namespace {

bool begin_mac(EVP_MAC_CTX* mac, const TicketKeys::Key& key) {
  char digest[] = "SHA256";
  const OSSL_PARAM parameters[] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
                                   OSSL_PARAM_construct_end()};
  return EVP_MAC_init(mac, key.mac.data(), key.mac.size(), parameters) == 1;
}

// The values are OpenSSL's: below 0 an error, 0 no ticket, 1 done, 2 done and the ticket is to be renewed.
constexpr int kNoTicket = 0;
constexpr int kDone = 1;
constexpr int kRenew = 2;

int seal(TicketKeys& keys, unsigned char* name, unsigned char* iv, EVP_CIPHER_CTX* cipher, EVP_MAC_CTX* mac) {
  const auto key = keys.current();
  if (!key || RAND_bytes(iv, EVP_CIPHER_get_iv_length(EVP_aes_256_cbc())) != 1) return kNoTicket;
  std::memcpy(name, key->name.data(), key->name.size());
  const bool begun =
      EVP_EncryptInit_ex(cipher, EVP_aes_256_cbc(), nullptr, key->cipher.data(), iv) == 1 && begin_mac(mac, *key);
  return begun ? kDone : kNoTicket;
}

int open(TicketKeys& keys, bool use_once, unsigned char* name, unsigned char* iv, EVP_CIPHER_CTX* cipher,
         EVP_MAC_CTX* mac) {
  const auto found = keys.find(std::span<const std::uint8_t, TicketKeys::kNameBytes>(name, TicketKeys::kNameBytes));
  if (!found) return kNoTicket;
  const bool begun = EVP_DecryptInit_ex(cipher, EVP_aes_256_cbc(), nullptr, found->key.cipher.data(), iv) == 1 &&
                     begin_mac(mac, found->key);
  if (!begun) return kNoTicket;
  return found->is_old || use_once ? kRenew : kDone;
}

int on_ticket(SSL* ssl, unsigned char* name, unsigned char* iv, EVP_CIPHER_CTX* cipher, EVP_MAC_CTX* mac, int sealing) {
  auto* keys = ticket_keys_of(ssl);
  if (keys == nullptr) return kNoTicket;
  if (sealing != 0) return seal(*keys, name, iv, cipher, mac);
  // Clients use a ticket of TLS 1.3 once (RFC 8446 appendix C.4), so they get another one for it.
  return open(*keys, SSL_version(ssl) == TLS1_3_VERSION, name, iv, cipher, mac);
}

}  // namespace

TicketKeys::~TicketKeys() {
  for (auto& key : keys_) OPENSSL_cleanse(&key, sizeof key);
}

void TicketKeys::install(ssl_ctx_st* context) { SSL_CTX_set_tlsext_ticket_key_evp_cb(context, on_ticket); }

void TicketKeys::rotate(Clock::time_point now) {
  if (!keys_.empty() && now - keys_.front().made < kRotation) return;
  Key key{};
  key.made = now;
  const bool random = RAND_bytes(key.name.data(), static_cast<int>(key.name.size())) == 1 &&
                      RAND_priv_bytes(key.cipher.data(), static_cast<int>(key.cipher.size())) == 1 &&
                      RAND_priv_bytes(key.mac.data(), static_cast<int>(key.mac.size())) == 1;
  if (!random) return keys_.clear();
  keys_.reserve(kKeysMax + 1);  // never moved, so that no copy stays behind
  keys_.insert(keys_.begin(), key);
  while (keys_.size() > kKeysMax || (keys_.size() > 1 && now - keys_.back().made >= kRotation * kKeysMax)) {
    OPENSSL_cleanse(&keys_.back(), sizeof(Key));
    keys_.pop_back();
  }
}

std::optional<TicketKeys::Key> TicketKeys::current(Clock::time_point now) {
  const std::scoped_lock lock(mutex_);
  rotate(now);
  if (keys_.empty()) return std::nullopt;
  return keys_.front();
}

std::optional<TicketKeys::Found> TicketKeys::find(std::span<const std::uint8_t, kNameBytes> name,
                                                  Clock::time_point now) {
  const std::scoped_lock lock(mutex_);
  rotate(now);
  const auto found = std::ranges::find_if(keys_, [&](const Key& key) { return std::ranges::equal(key.name, name); });
  if (found == keys_.end()) return std::nullopt;
  return Found{*found, found != keys_.begin()};
}

}  // namespace gatehouse::tls
