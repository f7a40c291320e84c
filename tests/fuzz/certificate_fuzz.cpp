// Certificates and keys in PEM form, and the server name of a client's hello: the bytes of files, of an authority and
// of strangers.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "tls/certificate_chain.h"
#include "tls/private_key.h"
#include "tls/sni.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace gatehouse;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto sni = tls::parse_sni(text); sni && (sni->empty() || sni->ends_with('.'))) std::abort();
  static_cast<void>(tls::PrivateKey::from_pem(base::Secret(std::string(text))));
  const auto chain = tls::CertificateChain::from_pem(text);
  if (!chain) return 0;
  static_cast<void>(chain->covers("a.test"));
  static_cast<void>(chain->issuers());
  static_cast<void>(chain->serial());
  if (!tls::CertificateChain::from_pem(chain->to_pem())) std::abort();
  return 0;
}
