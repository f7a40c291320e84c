#include "tls/openssl.h"

#include <new>

#include <openssl/err.h>

namespace gatehouse::tls {

std::string take_openssl_error() {
  const auto code = ERR_peek_last_error();
  ERR_clear_error();
  if (code == 0) return "no reason given";
  if (ERR_SYSTEM_ERROR(code)) return std::string("system error ") + std::to_string(ERR_GET_REASON(code));
  const char* reason = ERR_reason_error_string(code);
  return reason != nullptr ? reason : "error " + std::to_string(code);
}

base::Failure openssl_failure(base::ErrorCode code, base::Fault fault, std::string_view what) {
  return base::fail(code, fault, std::string(what) + ": " + take_openssl_error());
}

BioPtr bio_of(std::string_view bytes) {
  BioPtr bio(BIO_new_mem_buf(bytes.data(), static_cast<int>(bytes.size())));
  if (!bio) throw std::bad_alloc();
  return bio;
}

std::string text_of(BIO* memory) {
  char* data = nullptr;
  const auto size = BIO_get_mem_data(memory, &data);
  return {data, static_cast<std::size_t>(size)};
}

}  // namespace gatehouse::tls
