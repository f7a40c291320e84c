#include "edge/middleware/prefixed_body.h"

#include <utility>

namespace gatehouse::edge {

async::Task<base::Result<std::string_view>> PrefixedBody::next() {
  if (!std::exchange(prefix_given_, true)) return ready(prefix_);
  return rest_ ? rest_->next() : ready({});
}

std::optional<std::string_view> PrefixedBody::next_now() {
  if (!std::exchange(prefix_given_, true)) return prefix_;
  return rest_ ? rest_->next_now() : std::string_view();
}

std::optional<std::uint64_t> PrefixedBody::remaining() const {
  const std::uint64_t ahead = prefix_given_ ? 0 : prefix_.size();
  if (!rest_) return ahead;
  const auto behind = rest_->remaining();
  return behind ? std::optional(ahead + *behind) : std::nullopt;
}

}  // namespace gatehouse::edge
