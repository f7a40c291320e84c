// ReadBuffer: bytes that were read from a stream and not used yet. Its memory comes from the worker's pool and goes
// back whenever it is empty and nobody expects input soon, so that ten thousand idle connections hold none.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "async/task.h"
#include "base/result.h"
#include "net/stream.h"

namespace gatehouse::edge {

inline constexpr std::size_t kReadBufferBytes = 16 * 1024;

class BufferPool {
 public:
  using Block = std::array<std::byte, kReadBufferBytes>;

  std::unique_ptr<Block> take();
  void give_back(std::unique_ptr<Block> block);

 private:
  static constexpr std::size_t kFreeBlocksMax = 256;
  std::vector<std::unique_ptr<Block>> free_;
};

class ReadBuffer {
 public:
  explicit ReadBuffer(BufferPool& pool) : pool_(pool) {}
  ~ReadBuffer() { release(); }
  ReadBuffer(const ReadBuffer&) = delete;
  ReadBuffer& operator=(const ReadBuffer&) = delete;

  [[nodiscard]] std::string_view unread() const {
    return block_ ? std::string_view(reinterpret_cast<const char*>(block_->data()) + begin_, end_ - begin_)
                  : std::string_view();
  }
  // The same bytes, for a decoder that moves content together in place.
  [[nodiscard]] std::span<char> unread_in_place() {
    return block_ ? std::span(reinterpret_cast<char*>(block_->data()) + begin_, end_ - begin_) : std::span<char>();
  }
  void consume(std::size_t count) { begin_ += count; }
  // Only while nothing is unread: reads once into the buffer. 0 at the end of the stream.
  [[nodiscard]] net::Stream::Read fill(net::Stream& stream, async::Deadline deadline) {
    return stream.read(room(), deadline);
  }
  void filled(std::size_t count) { end_ = count; }
  // Where a fill goes: all of the block.
  net::Bytes room();
  // Gives the memory back; what was unread is lost.
  void release();

 private:
  BufferPool& pool_;
  std::unique_ptr<BufferPool::Block> block_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

}  // namespace gatehouse::edge
