#include "edge/access_log_writer.h"

#include <cerrno>

#include <unistd.h>

#include "edge/access_log_format.h"
#include "edge/runtime.h"

namespace gatehouse::edge {

AccessLogWriter::AccessLogWriter() : thread_([this] { work(); }) {}

AccessLogWriter::~AccessLogWriter() {
  {
    const std::scoped_lock lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
}

void AccessLogWriter::redirect(sys::Fd destination) {
  {
    const std::scoped_lock lock(mutex_);
    next_destination_ = std::move(destination);
    redirected_ = true;
  }
  wake_.notify_one();
}

void AccessLogWriter::record(const Exchange& exchange, const Response& response) {
  const auto& config = exchange.runtime()->access_log();
  if (!config) return;
  thread_local std::string line;  // its memory is reused by every request of the worker
  line.clear();
  append_access_line(line, *config, exchange, response, count_.fetch_add(1, std::memory_order_relaxed) + 1);
  if (line.empty()) return;
  bool was_empty = false;
  {
    const std::scoped_lock lock(mutex_);
    if (held_.size() + line.size() > kHeldBytesMax) {
      dropped_.fetch_add(1, std::memory_order_relaxed);
      return;
    }
    was_empty = held_.empty();
    held_ += line;
  }
  if (was_empty) wake_.notify_one();
}

void AccessLogWriter::work() {
  std::string lines;
  std::unique_lock lock(mutex_);
  for (;;) {
    wake_.wait(lock, [this] { return stopping_ || redirected_ || !held_.empty(); });
    if (std::exchange(redirected_, false)) destination_ = std::move(next_destination_);
    if (held_.empty() && stopping_) return;
    lines.clear();
    lines.swap(held_);
    lock.unlock();
    write(lines);
    lock.lock();
  }
}

void AccessLogWriter::write(std::string_view lines) {
  const int fd = destination_.valid() ? destination_.get() : STDOUT_FILENO;
  while (!lines.empty()) {
    const auto count = ::write(fd, lines.data(), lines.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) {  // nobody to tell but the counter: a full disk must not stop the traffic
      dropped_.fetch_add(1, std::memory_order_relaxed);
      return;
    }
    lines.remove_prefix(static_cast<std::size_t>(count));
  }
}

}  // namespace gatehouse::edge
