#include "base/block_cache.h"

#include <array>
#include <new>
#include <utility>

namespace gatehouse::base {

namespace {

constexpr std::size_t kClassBytes = 64;
constexpr std::size_t kClasses = 64;                // blocks up to 4 KiB are kept
constexpr std::size_t kKeptBytesMax = 1024 * 1024;  // of each class; the rest goes back to the heap

#if __has_feature(address_sanitizer)
constexpr bool kEnabled = false;
#else
constexpr bool kEnabled = true;
#endif

struct FreeBlock {
  FreeBlock* next;
};

struct FreeList {
  FreeBlock* first = nullptr;
  std::size_t bytes = 0;
};

struct Cache {
  ~Cache() {
    for (auto& list : lists) {
      while (list.first != nullptr) ::operator delete(std::exchange(list.first, list.first->next));
    }
  }
  std::array<FreeList, kClasses> lists;
};

thread_local Cache cache;

constexpr std::size_t class_of(std::size_t size) { return size == 0 ? 0 : (size - 1) / kClassBytes; }
constexpr std::size_t bytes_of(std::size_t index) { return (index + 1) * kClassBytes; }

}  // namespace

void* allocate_block(std::size_t size) {
  const auto index = class_of(size);
  if (!kEnabled || index >= kClasses) return ::operator new(size);
  auto& list = cache.lists[index];
  if (list.first == nullptr) return ::operator new(bytes_of(index));
  auto* block = list.first;
  list.first = block->next;
  list.bytes -= bytes_of(index);
  return block;
}

void release_block(void* block, std::size_t size) noexcept {
  const auto index = class_of(size);
  if (!kEnabled || index >= kClasses || cache.lists[index].bytes >= kKeptBytesMax) {
    ::operator delete(block);
    return;
  }
  auto& list = cache.lists[index];
  list.first = ::new (block) FreeBlock{list.first};
  list.bytes += bytes_of(index);
}

}  // namespace gatehouse::base
