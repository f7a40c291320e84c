#include "edge/h2/request_body.h"

#include <utility>

#include "edge/client_limits.h"
#include "edge/h2/stream.h"

namespace gatehouse::edge {

using async::Task;
using base::Result;

void H2RequestBody::give_back() {
  stream_.consume(given_.size());
  given_.clear();
}

std::string_view H2RequestBody::take() {
  given_.swap(stream_.received());
  if (left_) *left_ -= given_.size();
  return given_;
}

Task<Result<std::string_view>> H2RequestBody::next() {
  give_back();
  if (stream_.received().empty() && !stream_.request_ended()) {
    stream_.tell_to_continue();
    if (!co_await stream_.await_content(async::Deadline::after(stall_max_))) {
      co_return base::fail(base::ErrorCode::kTimeout, base::Fault::kClient, "the client stopped sending its content");
    }
  }
  co_return take();
}

std::optional<std::string_view> H2RequestBody::next_now() {
  give_back();
  if (stream_.received().empty() && !stream_.request_ended()) return std::nullopt;
  return take();
}

std::optional<std::uint64_t> H2RequestBody::remaining() const {
  return stream_.request_ended() ? stream_.received().size() : left_;
}

const http::Fields* H2RequestBody::trailers() const {
  return stream_.request_ended() && !stream_.trailers().empty() ? &stream_.trailers() : nullptr;
}

}  // namespace gatehouse::edge
