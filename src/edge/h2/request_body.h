// H2RequestBody: the content of a request over HTTP/2, out of what its stream has received. What is taken is given back
// to the client's window when the next piece is asked for: whoever reads slowly slows the client down. Owned by the
// exchange.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "async/deadline.h"
#include "http/body.h"

namespace gatehouse::edge {

class H2Stream;

class H2RequestBody final : public http::Body {
 public:
  // `declared`: by Content-Length. When nothing arrives for `stall_max`, next() fails.
  H2RequestBody(H2Stream& stream, std::optional<std::uint64_t> declared, async::Duration stall_max)
      : stream_(stream), left_(declared), stall_max_(stall_max) {}

  async::Task<base::Result<std::string_view>> next() override;
  std::optional<std::string_view> next_now() override;
  [[nodiscard]] std::optional<std::uint64_t> remaining() const override;
  [[nodiscard]] const http::Fields* trailers() const override;

 private:
  void give_back();
  std::string_view take();

  H2Stream& stream_;
  std::optional<std::uint64_t> left_;
  async::Duration stall_max_;
  std::string given_;
};

}  // namespace gatehouse::edge
