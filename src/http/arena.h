// A monotonic arena of bytes: text of one message is copied in, its views stay valid until clear() or the end of the
// arena, and moving the arena does not move the text. Owned by the Fields of a message; lives on that message's thread.
// clear() keeps the first block, so that a connection which reuses its messages stops allocating.
#pragma once

#include <cstddef>
#include <string_view>

namespace gatehouse::http {

class Arena {
 public:
  static constexpr std::size_t kFirstBlockBytes = 1008;         // with what is in front of them: a KiB
  static constexpr std::size_t kKeptBlockBytesMax = 16 * 1024;  // a larger first block is given back by clear()

  Arena() = default;
  ~Arena() { release(nullptr); }
  Arena(Arena&& other) noexcept { swap(other); }
  Arena& operator=(Arena&& other) noexcept {
    swap(other);
    return *this;
  }

  // Room for that many bytes, not initialised.
  char* allocate(std::size_t bytes) {
    if (bytes > free_) grow(bytes);
    char* const room = next_;
    next_ += bytes;
    free_ -= bytes;
    return room;
  }

  // Gives back the end of the newest allocation: `bytes` of it were not needed.
  void give_back(std::size_t bytes) {
    next_ -= bytes;
    free_ += bytes;
  }

  std::string_view copy(std::string_view text);
  std::string_view join(std::string_view a, std::string_view b, std::string_view c = {});

  // Every view becomes invalid.
  void clear();

 private:
  // In front of its bytes.
  struct Block {
    Block* previous;
    std::size_t size;  // of the bytes
  };

  void grow(std::size_t bytes);
  void swap(Arena& other) noexcept;
  // The newest blocks, down to that one.
  void release(const Block* down_to) noexcept;

  Block* newest_ = nullptr;
  char* next_ = nullptr;
  std::size_t free_ = 0;
};

}  // namespace gatehouse::http
