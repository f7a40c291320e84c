#include "edge/read_buffer.h"

#include <utility>

namespace gatehouse::edge {

std::unique_ptr<BufferPool::Block> BufferPool::take() {
  // Not value-initialised: clearing 16 KiB for every request would be the dearest thing that a request does.
  if (free_.empty()) return std::unique_ptr<Block>(new Block);
  auto block = std::move(free_.back());
  free_.pop_back();
  return block;
}

void BufferPool::give_back(std::unique_ptr<Block> block) {
  if (free_.size() < kFreeBlocksMax) free_.push_back(std::move(block));
}

net::Bytes ReadBuffer::room() {
  if (!block_) block_ = pool_.take();
  begin_ = end_ = 0;
  return *block_;
}

void ReadBuffer::release() {
  if (block_) pool_.give_back(std::move(block_));
  begin_ = end_ = 0;
}

}  // namespace gatehouse::edge
