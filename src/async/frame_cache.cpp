#include "async/frame_cache.h"

#include <array>
#include <new>
#include <utility>

namespace gatehouse::async {

namespace {

constexpr std::size_t kClassBytes = 64;
constexpr std::size_t kClasses = 64;         // frames up to 4 KiB are kept
constexpr unsigned kFramesPerClassMax = 64;  // the rest goes back to the heap

#if __has_feature(address_sanitizer)
constexpr bool kEnabled = false;
#else
constexpr bool kEnabled = true;
#endif

struct FreeFrame {
  FreeFrame* next;
};

struct FreeList {
  FreeFrame* first = nullptr;
  unsigned count = 0;
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

constexpr std::size_t class_of(std::size_t size) { return (size + kClassBytes - 1) / kClassBytes - 1; }

}  // namespace

void* allocate_frame(std::size_t size) {
  const auto index = class_of(size);
  if (!kEnabled || index >= kClasses) return ::operator new(size);
  auto& list = cache.lists[index];
  if (list.first == nullptr) return ::operator new((index + 1) * kClassBytes);
  auto* frame = list.first;
  list.first = frame->next;
  --list.count;
  return frame;
}

void release_frame(void* frame, std::size_t size) noexcept {
  const auto index = class_of(size);
  if (!kEnabled || index >= kClasses || cache.lists[index].count == kFramesPerClassMax) {
    ::operator delete(frame);
    return;
  }
  auto& list = cache.lists[index];
  list.first = ::new (frame) FreeFrame{list.first};
  ++list.count;
}

}  // namespace gatehouse::async
