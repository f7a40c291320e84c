#include "net/stream.h"

#include <algorithm>
#include <cassert>

#include <sys/socket.h>

namespace gatehouse::net {

using async::Step;
using base::Error;
using base::ErrorCode;
using base::Result;

Error Stream::error(int error_number, std::string_view attempted) const {
  return base::fail_errno(error_number, attempted, peer_).error();
}

Error Stream::timeout(std::string_view attempted) const {
  return {ErrorCode::kTimeout, peer_, base::Retry::kYes, std::string(attempted) + ": the deadline passed", {}};
}

Result<std::size_t> Stream::Read::await_resume() const {
  if (timed_out()) return base::fail(stream_.timeout("reading"));
  if (attempt_.error != 0) return base::fail(stream_.error(attempt_.error, "reading"));
  return attempt_.count;
}

void Stream::abort() { ::shutdown(watch_.fd(), SHUT_RDWR); }

Stream::Write::Write(Stream& stream, std::span<const iovec> parts, async::Deadline deadline)
    : IoAwaiter(stream.watch(), deadline), stream_(stream), end_(parts.size()) {
  assert(parts.size() <= kWritePartsMax);
  std::ranges::copy(parts, parts_.begin());
}

Step Stream::Write::attempt() {
  for (;;) {
    while (first_ < end_ && parts_[first_].iov_len == 0) ++first_;
    if (first_ == end_) return Step::done();
    attempt_ = stream_.try_write({parts_.data() + first_, end_ - first_});
    if (attempt_.step.kind != Step::Kind::kDone || attempt_.error != 0) return attempt_.step;
    advance(attempt_.count);
  }
}

void Stream::Write::advance(std::size_t count) {
  while (count > 0) {
    iovec& current = parts_[first_];
    const auto step = std::min(count, current.iov_len);
    current.iov_base = static_cast<char*>(current.iov_base) + step;
    current.iov_len -= step;
    count -= step;
    if (current.iov_len == 0) ++first_;
  }
}

Result<void> Stream::Write::await_resume() const {
  if (timed_out()) return base::fail(stream_.timeout("writing"));
  if (attempt_.error != 0) return base::fail(stream_.error(attempt_.error, "writing"));
  return {};
}

namespace {

class Shutdown final : public async::IoAwaiter<Shutdown> {
 public:
  Shutdown(Stream& stream, async::Deadline deadline) : IoAwaiter(stream.watch(), deadline), stream_(stream) {}
  Step attempt() {
    attempt_ = stream_.try_shutdown_write();
    return attempt_.step;
  }
  Result<void> await_resume() const {
    if (timed_out()) return base::fail(stream_.timeout("closing"));
    if (attempt_.error != 0) return base::fail(stream_.error(attempt_.error, "closing"));
    return {};
  }

 private:
  Stream& stream_;
  Attempt attempt_;
};

}  // namespace

async::Task<Result<void>> Stream::shutdown_write(async::Deadline deadline) {
  co_return co_await Shutdown(*this, deadline);
}

}  // namespace gatehouse::net
