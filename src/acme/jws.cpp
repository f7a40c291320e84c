#include "acme/jws.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "base/text.h"
#include "format/base64.h"
#include "format/json.h"

namespace gatehouse::acme {

using base::ErrorCode;
using base::Fault;
using base::Result;
using format::encode_base64url;
using format::JsonWriter;
using tls::KeyType;

namespace {

std::string_view algorithm(KeyType type) {
  switch (type) {
    case KeyType::kEc256:
      return "ES256";
    case KeyType::kEc384:
      return "ES384";
    default:
      return "RS256";
  }
}

std::string enveloped(std::string_view header, std::string_view payload, std::string_view signature) {
  JsonWriter writer;
  writer.begin_object().key("protected").string(header).key("payload").string(payload);
  writer.key("signature").string(signature).end_object();
  return writer.take();
}

std::string sha256(std::string_view bytes) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  EVP_Digest(bytes.data(), bytes.size(), digest, &size, EVP_sha256(), nullptr);
  return {reinterpret_cast<char*>(digest), size};
}

}  // namespace

Result<std::string> jwk(const tls::PrivateKey& key) {
  const auto type = key.type();
  BASE_TRY(const auto numbers, key.public_numbers());
  JsonWriter writer;
  if (type == KeyType::kEc256 || type == KeyType::kEc384) {
    writer.begin_object().key("crv").string(type == KeyType::kEc256 ? "P-256" : "P-384").key("kty").string("EC");
    writer.key("x").string(encode_base64url(numbers.x)).key("y").string(encode_base64url(numbers.y)).end_object();
  } else {
    writer.begin_object().key("e").string(encode_base64url(numbers.x)).key("kty").string("RSA");
    writer.key("n").string(encode_base64url(numbers.y)).end_object();
  }
  return writer.take();
}

Result<std::string> thumbprint(const tls::PrivateKey& key) {
  BASE_TRY(const auto canonical, jwk(key));
  return encode_base64url(sha256(canonical));
}

Result<std::string> key_authorisation(std::string_view token, const tls::PrivateKey& key) {
  BASE_TRY(const auto print, thumbprint(key));
  return std::string(token) + "." + print;
}

Result<std::string> sign(const tls::PrivateKey& key, const JwsHeader& header, std::string_view payload) {
  JsonWriter writer;
  writer.begin_object().key("alg").string(algorithm(key.type()));
  if (header.account.empty()) {
    BASE_TRY(const auto public_key, jwk(key));
    writer.key("jwk").raw(public_key);
  } else {
    writer.key("kid").string(header.account);
  }
  writer.key("nonce").string(header.nonce).key("url").string(header.url).end_object();
  const auto protected_part = encode_base64url(writer.text());
  const auto payload_part = encode_base64url(payload);
  BASE_TRY(const auto signature, key.sign(protected_part + "." + payload_part));
  return enveloped(protected_part, payload_part, encode_base64url(signature));
}

Result<std::string> bind_external_account(const tls::PrivateKey& key, std::string_view url, std::string_view kid,
                                          const base::Secret& hmac_encoded) {
  // CAs differ in the padding that they show.
  std::string_view encoded = base::trim(hmac_encoded.reveal());
  while (encoded.ends_with('=')) encoded.remove_suffix(1);
  auto decoded = format::decode_base64url(encoded);
  if (!decoded || decoded->empty()) {
    return base::fail(ErrorCode::kInvalid, Fault::kOperator,
                      "eab.hmacEncoded is not base64url: copy the key as the certificate authority shows it");
  }
  const base::Secret hmac_key(*std::move(decoded));
  JsonWriter writer;
  writer.begin_object().key("alg").string("HS256").key("kid").string(kid).key("url").string(url).end_object();
  BASE_TRY(const auto public_key, jwk(key));
  const auto protected_part = encode_base64url(writer.text());
  const auto payload_part = encode_base64url(public_key);
  const auto signed_part = protected_part + "." + payload_part;
  unsigned char mac[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  HMAC(EVP_sha256(), hmac_key.reveal().data(), static_cast<int>(hmac_key.reveal().size()),
       reinterpret_cast<const unsigned char*>(signed_part.data()), signed_part.size(), mac, &size);
  return enveloped(protected_part, payload_part, encode_base64url({reinterpret_cast<char*>(mac), size}));
}

}  // namespace gatehouse::acme
