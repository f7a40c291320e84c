#include "observe/span_queue.h"

#include <algorithm>
#include <iterator>

namespace gatehouse::observe {

void SpanQueue::push(std::vector<Span> spans) {
  const std::scoped_lock lock(mutex_);
  if (spans_.size() + spans.size() > kSpansMax) {
    drop(spans.size());
    return;
  }
  std::ranges::move(spans, std::back_inserter(spans_));
}

std::vector<Span> SpanQueue::take(std::size_t count_max) {
  const std::scoped_lock lock(mutex_);
  if (spans_.size() <= count_max) return std::exchange(spans_, {});
  const auto end = spans_.begin() + static_cast<std::ptrdiff_t>(count_max);
  std::vector<Span> taken(std::make_move_iterator(spans_.begin()), std::make_move_iterator(end));
  spans_.erase(spans_.begin(), end);
  return taken;
}

}  // namespace gatehouse::observe
