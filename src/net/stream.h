// Stream: a connected, ordered, two-way flow of bytes, plain (socket_stream.h) or secured (tls/tls_stream.h).
//
// An implementation gives non-blocking attempts; waiting is done here, once. Owned by whoever holds the unique_ptr;
// lives on the thread of its loop; destroying it closes the connection at once.
// Errors blame the peer that the stream was made for (Fault::kClient or kBackend).
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

#include <sys/uio.h>

#include "async/wait_io.h"
#include "base/result.h"
#include "net/socket_address.h"

namespace gatehouse::net {

using Bytes = std::span<std::byte>;
using ConstBytes = std::span<const std::byte>;

inline ConstBytes bytes_of(std::string_view text) { return std::as_bytes(std::span(text)); }

// The outcome of an attempt: a Step that says whether to wait, and, when done, a count or an error.
struct Attempt {
  async::Step step;
  std::size_t count = 0;
  int error = 0;  // errno; 0 for success

  static Attempt done(std::size_t count) { return {async::Step::done(), count, 0}; }
  static Attempt failed(int error) { return {async::Step::done(), 0, error}; }
  static Attempt want(async::Direction direction) { return {async::Step::want(direction), 0, 0}; }
};

class Stream {
 public:
  class Read;
  class Readable;
  class Write;

  virtual ~Stream() = default;
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  // Done with 0 bytes: the peer has ended its side in order.
  virtual Attempt try_read(Bytes buffer) = 0;
  virtual Attempt try_write(std::span<const iovec> parts) = 0;
  // Tells the peer that no more will be sent. At most once, after the last write.
  virtual Attempt try_shutdown_write() = 0;
  // Bytes that try_read() would give without asking the kernel.
  [[nodiscard]] virtual bool has_buffered_input() const { return false; }

  // Result<size_t>, 0 at the end of the stream; kTimeout at the deadline, kReset when the connection broke.
  [[nodiscard]] Read read(Bytes buffer, async::Deadline deadline);
  // Waits, without a buffer, until a read is worth an attempt: true, or false at the deadline.
  [[nodiscard]] Readable readable(async::Deadline deadline);
  // Result<void>; everything is written, or the stream is of no use any more. The parts are copied, the bytes are not.
  [[nodiscard]] Write write(std::span<const iovec> parts, async::Deadline deadline);
  [[nodiscard]] Write write(std::string_view bytes, async::Deadline deadline);
  async::Task<base::Result<void>> shutdown_write(async::Deadline deadline);

  // Ends the connection both ways at once; whoever waits on it is told.
  void abort();

  [[nodiscard]] async::Watch& watch() { return watch_; }
  [[nodiscard]] async::Loop& loop() const { return watch_.loop(); }
  [[nodiscard]] base::Fault peer() const { return peer_; }
  [[nodiscard]] base::Error error(int error_number, std::string_view attempted) const;
  [[nodiscard]] base::Error timeout(std::string_view attempted) const;

 protected:
  Stream(async::Loop& loop, int fd, base::Fault peer) : watch_(loop, fd), peer_(peer) {}

 private:
  async::Watch watch_;
  base::Fault peer_;
};

class [[nodiscard]] Stream::Read final : public async::IoAwaiter<Read> {
 public:
  Read(Stream& stream, Bytes buffer, async::Deadline deadline)
      : IoAwaiter(stream.watch(), deadline), stream_(stream), buffer_(buffer) {}
  async::Step attempt() {
    attempt_ = stream_.try_read(buffer_);
    return attempt_.step;
  }
  base::Result<std::size_t> await_resume() const;

 private:
  Stream& stream_;
  Bytes buffer_;
  Attempt attempt_;
};

class [[nodiscard]] Stream::Readable final : public async::IoAwaiter<Readable> {
 public:
  Readable(Stream& stream, async::Deadline deadline) : IoAwaiter(stream.watch(), deadline), stream_(stream) {}
  async::Step attempt() {
    const bool worth_it = stream_.has_buffered_input() || watch().maybe(async::Direction::kRead);
    return worth_it ? async::Step::done() : async::Step::want(async::Direction::kRead);
  }
  [[nodiscard]] bool await_resume() const { return !timed_out(); }

 private:
  Stream& stream_;
};

inline constexpr std::size_t kWritePartsMax = 16;

class [[nodiscard]] Stream::Write final : public async::IoAwaiter<Write> {
 public:
  // More than kWritePartsMax parts are a bug.
  Write(Stream& stream, std::span<const iovec> parts, async::Deadline deadline);
  async::Step attempt();
  base::Result<void> await_resume() const;

 private:
  void advance(std::size_t count);

  Stream& stream_;
  std::array<iovec, kWritePartsMax> parts_;
  std::size_t first_ = 0;
  std::size_t end_;
  Attempt attempt_;
};

inline iovec part(std::string_view bytes) { return {const_cast<char*>(bytes.data()), bytes.size()}; }

inline Stream::Read Stream::read(Bytes buffer, async::Deadline deadline) { return {*this, buffer, deadline}; }
inline Stream::Readable Stream::readable(async::Deadline deadline) { return {*this, deadline}; }
inline Stream::Write Stream::write(std::span<const iovec> parts, async::Deadline deadline) {
  return {*this, parts, deadline};
}
inline Stream::Write Stream::write(std::string_view bytes, async::Deadline deadline) {
  const iovec only = part(bytes);
  return {*this, {&only, 1}, deadline};
}

}  // namespace gatehouse::net
