#include "docker/log_reader.h"

namespace gatehouse::docker {

using base::Result;

async::Task<Result<std::vector<LogPiece>>> LogReader::next() {
  for (;;) {
    BASE_CO_TRY(const auto bytes, co_await body_->next());
    if (bytes.empty()) co_return std::vector<LogPiece>{};
    if (framing_ == LogFraming::kPlain) co_return std::vector<LogPiece>{{LogStream::kStdout, bytes}};
    BASE_CO_TRY(auto pieces, frames_.decode(bytes));
    if (!pieces.empty()) co_return pieces;
  }
}

}  // namespace gatehouse::docker
