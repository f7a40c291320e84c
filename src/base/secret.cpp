#include "base/secret.h"

#include <cstring>

namespace gatehouse::base {

void Secret::wipe() noexcept {
  value_.resize(value_.capacity());  // no allocation: the spare bytes may hold an older value
  explicit_bzero(value_.data(), value_.size());
  value_.clear();
}

bool operator==(const Secret& a, const Secret& b) {
  if (a.value_.size() != b.value_.size()) return false;
  unsigned difference = 0;
  for (std::size_t i = 0; i < a.value_.size(); ++i) {
    difference |= static_cast<unsigned char>(a.value_[i]) ^ static_cast<unsigned char>(b.value_[i]);
  }
  return difference == 0;
}

}  // namespace gatehouse::base
