// Memory that is wanted for every request anew, kept per thread and size class: coroutine frames, exchanges, the text
// of messages. A connection that does the same things for every request allocates nothing after the first. The
// thread-local cache is the one exception to "no globals": an allocator has nobody to be handed by. Under
// AddressSanitizer it is off, so that memory used after its end is found.
#pragma once

#include <cstddef>

namespace gatehouse::base {

void* allocate_block(std::size_t size);
// With the size that it was allocated with; on any thread.
void release_block(void* block, std::size_t size) noexcept;

// A base of classes whose objects come and go with requests.
struct CachedBlock {
  static void* operator new(std::size_t size) { return allocate_block(size); }
  static void operator delete(void* block, std::size_t size) noexcept { release_block(block, size); }
};

// For containers of such objects.
template <class T>
struct BlockAllocator {
  using value_type = T;

  BlockAllocator() = default;
  template <class U>
  explicit BlockAllocator(const BlockAllocator<U>&) {}
  T* allocate(std::size_t count) { return static_cast<T*>(allocate_block(count * sizeof(T))); }
  void deallocate(T* block, std::size_t count) noexcept { release_block(block, count * sizeof(T)); }
  friend bool operator==(const BlockAllocator&, const BlockAllocator&) { return true; }
};

}  // namespace gatehouse::base
