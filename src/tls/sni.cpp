#include "tls/sni.h"

#include <algorithm>

#include <openssl/ssl.h>

#include "base/text.h"

namespace gatehouse::tls {

namespace {

// A length of two bytes and that many bytes after it, which must be all there is.
std::optional<std::string_view> sized(std::string_view bytes) {
  if (bytes.size() < 2) return std::nullopt;
  const auto size =
      static_cast<std::size_t>(static_cast<unsigned char>(bytes[0]) << 8 | static_cast<unsigned char>(bytes[1]));
  bytes.remove_prefix(2);
  if (bytes.size() != size) return std::nullopt;
  return bytes;
}

bool is_host_byte(char c) { return base::is_alnum(c) || c == '-' || c == '.' || c == '_'; }

}  // namespace

std::optional<std::string> parse_sni(std::string_view extension) {
  constexpr std::size_t kNameMax = 254;
  constexpr char kHostName = 0;
  const auto list = sized(extension);
  if (!list || list->empty() || list->front() != kHostName) return std::nullopt;
  // A list of one: no other type of name was ever defined, and two host names are forbidden.
  const auto name = sized(list->substr(1));
  if (!name || name->empty() || name->size() > kNameMax || !std::ranges::all_of(*name, is_host_byte)) {
    return std::nullopt;
  }
  auto host = base::to_lower(*name);
  if (host.ends_with('.')) host.pop_back();
  if (host.empty()) return std::nullopt;
  return host;
}

std::optional<std::string> read_sni(ssl_st* ssl) {
  const unsigned char* bytes = nullptr;
  std::size_t size = 0;
  if (SSL_client_hello_get0_ext(ssl, TLSEXT_TYPE_server_name, &bytes, &size) != 1) return std::string();
  return parse_sni({reinterpret_cast<const char*>(bytes), size});
}

bool offers_only(ssl_st* ssl, std::string_view protocol) {
  const unsigned char* bytes = nullptr;
  std::size_t size = 0;
  constexpr unsigned kAlpn = TLSEXT_TYPE_application_layer_protocol_negotiation;
  if (SSL_client_hello_get0_ext(ssl, kAlpn, &bytes, &size) != 1) return false;
  const auto list = sized({reinterpret_cast<const char*>(bytes), size});
  return list && list->size() == protocol.size() + 1 && static_cast<unsigned char>(list->front()) == protocol.size() &&
         list->substr(1) == protocol;
}

}  // namespace gatehouse::tls
