#include "http/arena.h"

#include <algorithm>
#include <cstring>
#include <new>
#include <utility>

#include "base/block_cache.h"

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
  if (newest_ == nullptr) return;
  const Block* first = newest_;
  while (first->previous != nullptr) first = first->previous;
  release(first->size > kKeptBlockBytesMax ? nullptr : first);
  next_ = newest_ == nullptr ? nullptr : reinterpret_cast<char*>(newest_ + 1);
  free_ = newest_ == nullptr ? 0 : newest_->size;
}

void Arena::release(const Block* down_to) noexcept {
  while (newest_ != down_to) {
    auto* const block = std::exchange(newest_, newest_->previous);
    base::release_block(block, sizeof(Block) + block->size);
  }
}

void Arena::grow(std::size_t bytes) {
  // Doubling keeps the number of blocks logarithmic in the size of the message.
  const std::size_t size = std::max({bytes, kFirstBlockBytes, newest_ == nullptr ? 0 : newest_->size * 2});
  newest_ = ::new (base::allocate_block(sizeof(Block) + size)) Block{.previous = newest_, .size = size};
  next_ = reinterpret_cast<char*>(newest_ + 1);
  free_ = size;
}

void Arena::swap(Arena& other) noexcept {
  std::swap(newest_, other.newest_);
  std::swap(next_, other.next_);
  std::swap(free_, other.free_);
}

}  // namespace gatehouse::http
