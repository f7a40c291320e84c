#include "http/client_dialer.h"

#include "net/connect.h"
#include "net/resolver.h"
#include "tls/client_context.h"
#include "tls/tls_stream.h"

namespace gatehouse::http {

using base::ErrorCode;
using base::fail;
using base::Fault;
using base::Result;
using StreamResult = Result<std::unique_ptr<net::Stream>>;
using Context = std::shared_ptr<const tls::ClientContext>;

namespace {

async::Task<StreamResult> open(async::Loop& loop, net::SocketAddress address, const Origin& origin, Context context,
                               async::Deadline deadline) {
  auto socket = co_await net::connect_socket(loop, address, deadline);
  if (!socket) co_return fail(std::move(socket).error());
  if (origin.scheme == Scheme::kHttp) {
    co_return std::make_unique<net::SocketStream>(loop, *std::move(socket), Fault::kBackend);
  }
  if (!context) {
    co_return fail(ErrorCode::kUnsupported, Fault::kInternal, origin.to_string() + " needs TLS, which is not set up");
  }
  auto stream = std::make_unique<tls::TlsStream>(loop, *std::move(socket), std::move(context), origin.host);
  if (auto secured = co_await stream->handshake(deadline); !secured) {
    co_return fail(std::move(secured).error().within(origin.to_string()));
  }
  co_return stream;
}

}  // namespace

async::Task<StreamResult> UnixDialer::dial(Origin, async::Deadline deadline) {
  BASE_CO_TRY(const auto address, net::SocketAddress::from_path(path_));
  BASE_CO_TRY(auto stream, co_await net::connect(loop_, address, deadline));
  co_return stream;
}

NetworkDialer::NetworkDialer(async::Loop& loop, net::Resolver& resolver, Context context)
    : loop_(loop), resolver_(resolver), context_(std::move(context)) {}

NetworkDialer::~NetworkDialer() = default;

async::Task<StreamResult> NetworkDialer::dial(Origin origin, async::Deadline deadline) {
  BASE_CO_TRY(const auto addresses, co_await resolver_.resolve(loop_, origin.host, origin.port, deadline));
  StreamResult last = fail(ErrorCode::kUnreachable, Fault::kBackend, origin.host + " has no address");
  for (const auto& address : addresses) {
    last = co_await open(loop_, address, origin, context_, deadline);
    if (last) break;
  }
  co_return last;
}

AddressDialer::AddressDialer(async::Loop& loop, net::SocketAddress address, Context context)
    : loop_(loop), address_(address), context_(std::move(context)) {}

AddressDialer::~AddressDialer() = default;

async::Task<StreamResult> AddressDialer::dial(Origin origin, async::Deadline deadline) {
  co_return co_await open(loop_, address_, origin, context_, deadline);
}

}  // namespace gatehouse::http
