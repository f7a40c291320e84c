// Peeking: looking at what a client has sent without taking it, so that whoever the connection is for finds all of it
// in the socket. On the worker's thread.
#pragma once

#include <cstddef>
#include <span>

#include "async/wait_io.h"
#include "base/result.h"

namespace gatehouse::edge {

// Result<size_t>: how many bytes there are, from the first on, in `buffer`: at least `wanted`, or fewer at the end of
// the stream. kTimeout at the deadline, with as much in the buffer as has come.
class [[nodiscard]] Peek final : public async::IoAwaiter<Peek> {
 public:
  // 1 <= wanted <= buffer.size()
  Peek(async::Watch& watch, std::span<char> buffer, std::size_t wanted, async::Deadline deadline)
      : IoAwaiter(watch, deadline), buffer_(buffer), wanted_(wanted) {}

  async::Step attempt();
  [[nodiscard]] base::Result<std::size_t> await_resume() const;

 private:
  std::span<char> buffer_;
  std::size_t wanted_;
  std::size_t count_ = 0;
  int error_ = 0;
};

}  // namespace gatehouse::edge
