#include "http/arena.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace gatehouse::http {

std::string_view Arena::copy(std::string_view text) {
  if (text.empty()) return {};
  char* const room = allocate(text.size());
  std::memcpy(room, text.data(), text.size());
  return {room, text.size()};
}

std::string_view Arena::join(std::string_view a, std::string_view b, std::string_view c) {
  const std::size_t size = a.size() + b.size() + c.size();
  if (size == 0) return {};
  char* const room = allocate(size);
  std::copy_n(c.data(), c.size(), std::copy_n(b.data(), b.size(), std::copy_n(a.data(), a.size(), room)));
  return {room, size};
}

void Arena::clear() {
  if (blocks_.empty()) return;
  blocks_.erase(blocks_.begin() + 1, blocks_.end());
  if (blocks_.front().size > kKeptBlockBytesMax) blocks_.clear();
  next_ = blocks_.empty() ? nullptr : blocks_.front().bytes.get();
  free_ = blocks_.empty() ? 0 : blocks_.front().size;
}

void Arena::grow(std::size_t bytes) {
  // Doubling keeps the number of blocks logarithmic in the size of the message.
  const std::size_t size = std::max({bytes, kFirstBlockBytes, blocks_.empty() ? 0 : blocks_.back().size * 2});
  blocks_.push_back({std::make_unique_for_overwrite<char[]>(size), size});
  next_ = blocks_.back().bytes.get();
  free_ = size;
}

void Arena::swap(Arena& other) noexcept {
  std::swap(blocks_, other.blocks_);
  std::swap(next_, other.next_);
  std::swap(free_, other.free_);
}

}  // namespace gatehouse::http
