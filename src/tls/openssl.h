// The OpenSSL types of this layer as owners that free themselves, and its error queue as text. Included by .cpp files
// only: what includes this pays for OpenSSL's headers.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "base/result.h"

namespace gatehouse::tls {

template <auto kFree>
struct Freer {
  template <class T>
  void operator()(T* object) const {
    kFree(object);
  }
};

using BioPtr = std::unique_ptr<BIO, Freer<BIO_free_all>>;
using BignumPtr = std::unique_ptr<BIGNUM, Freer<BN_clear_free>>;
using DigestContextPtr = std::unique_ptr<EVP_MD_CTX, Freer<EVP_MD_CTX_free>>;
using ExtensionPtr = std::unique_ptr<X509_EXTENSION, Freer<X509_EXTENSION_free>>;
using NamePtr = std::unique_ptr<X509_NAME, Freer<X509_NAME_free>>;
using RequestPtr = std::unique_ptr<X509_REQ, Freer<X509_REQ_free>>;
using X509Ptr = std::unique_ptr<X509, Freer<X509_free>>;

// The reason on top of the thread's error queue, which is emptied: "no start line", "unsupported".
std::string take_openssl_error();

base::Failure openssl_failure(base::ErrorCode code, base::Fault fault, std::string_view what);

// A reading view of bytes that outlive it.
BioPtr bio_of(std::string_view bytes);
std::string text_of(BIO* memory);

}  // namespace gatehouse::tls
