// ConnectionPool: the connections of one worker to its backends, kept alive between requests. Owned by the worker,
// on its thread; nothing is shared with other workers, so nothing is locked.
//
// A lease is one connection that carries one exchange. It goes back by give_back() when the exchange ended at a message
// boundary, and is closed by being dropped otherwise.
#pragma once

#include <chrono>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "async/group.h"
#include "async/task.h"
#include "base/result.h"
#include "edge/backends/origin.h"
#include "edge/backends/transport.h"
#include "edge/read_buffer.h"
#include "http/h1/response_parser.h"
#include "net/resolver.h"
#include "net/stream.h"

namespace gatehouse::edge {

inline constexpr std::chrono::seconds kResolvedFor{5};
inline constexpr std::size_t kResolvedNamesMax = 4096;

// With what an exchange needs on it, so that the next one allocates nothing. Shared with an upload that outlives the
// response.
struct BackendConnection {
  explicit BackendConnection(BufferPool& buffers) : input(buffers) {}

  std::unique_ptr<net::Stream> stream;
  ReadBuffer input;
  http::h1::ResponseParser parser;
  std::string output;      // the head that is being sent
  bool reused = false;     // it has carried an exchange before: the backend may have closed it meanwhile
  bool uploading = false;  // content of a request is still on its way, or has failed on it
};
using BackendConnectionPtr = std::shared_ptr<BackendConnection>;

class ConnectionPool {
 public:
  ConnectionPool(async::Loop& loop, net::Resolver& resolver, BufferPool& buffers);

  // An idle connection, the most recently used first, or a null one when there is none that still stands.
  BackendConnectionPtr take_idle(const Origin& origin);
  // A new connection: resolved, connected and, for https, secured and verified.
  async::Task<base::Result<BackendConnectionPtr>> connect(const Origin& origin, const Transport& transport);
  // The addresses of its host: literal, known since a moment ago, or asked for.
  async::Task<base::Result<std::vector<net::SocketAddress>>> resolve(const Origin& origin, async::Deadline deadline);
  void give_back(const Origin& origin, const Transport& transport, BackendConnectionPtr connection);

  [[nodiscard]] std::size_t idle_count() const { return idle_count_; }

 private:
  struct Idle {
    BackendConnectionPtr connection;
    async::Instant expires;
  };
  struct Resolved {
    std::vector<net::SocketAddress> addresses;
    async::Instant expires;
  };

  async::Task<base::Result<std::unique_ptr<net::Stream>>> open(const Origin& origin, const Transport& transport,
                                                               net::SocketAddress address, async::Deadline deadline);
  async::Task<void> close_expired();

  async::Loop& loop_;
  net::Resolver& resolver_;
  BufferPool& buffers_;
  std::unordered_map<std::string, std::deque<Idle>> idle_;
  std::size_t idle_count_ = 0;
  std::unordered_map<std::string, Resolved> resolved_;
  async::Group group_;
};

}  // namespace gatehouse::edge
