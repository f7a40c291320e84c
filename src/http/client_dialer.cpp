#include "http/client_dialer.h"

#include "net/connect.h"

namespace gatehouse::http {

using base::Result;
using StreamResult = Result<std::unique_ptr<net::Stream>>;

async::Task<StreamResult> UnixDialer::dial(Origin, async::Deadline deadline) {
  BASE_CO_TRY(const auto address, net::SocketAddress::from_path(path_));
  BASE_CO_TRY(auto stream, co_await net::connect(loop_, address, deadline));
  co_return stream;
}

async::Task<StreamResult> AddressDialer::dial(Origin, async::Deadline deadline) {
  BASE_CO_TRY(auto stream, co_await net::connect(loop_, address_, deadline));
  co_return stream;
}

}  // namespace gatehouse::http
