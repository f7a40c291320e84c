// Client: asks HTTP/1.1 servers that we depend on, the Docker Engine and certificate authorities: not the proxy's own
// way to backends, which is edge/backends. Keeps connections and uses them again; contents are streamed both ways;
// every wait has a deadline. Made by whoever asks, on the loop's thread; outlives the responses that it gave.
//
// Redirects are not followed and nothing is decoded: what it returns is what was answered.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "async/deadline.h"
#include "async/task.h"
#include "base/result.h"
#include "http/body.h"
#include "http/client_dialer.h"
#include "http/client_url.h"
#include "http/message.h"

namespace gatehouse::http {

class ClientConnection;
class Client;

struct ClientRequest {
  MethodId method = MethodId::kGet;
  Origin origin;
  std::string target = "/";    // path and query, escaped
  Fields fields;               // Host, Content-Length and the like are written by the client
  std::unique_ptr<Body> body;  // null: no content. Sent chunked where its length is not known
  // For the whole exchange, the content of the answer included, until ClientBody::set_deadline().
  async::Deadline deadline;
};

// The content of a response. Gives its connection back to the client at the end; dropped before that, closes it.
class ClientBody final : public Body {
 public:
  ClientBody(Client& client, std::unique_ptr<ClientConnection> connection, async::Deadline deadline);
  ~ClientBody() override;

  async::Task<base::Result<std::string_view>> next() override;
  [[nodiscard]] std::optional<std::uint64_t> remaining() const override;

  // All that is left, as one text. kLimit when it is longer.
  async::Task<base::Result<std::string>> read_all(std::size_t bytes_max);
  void set_deadline(async::Deadline deadline) { deadline_ = deadline; }

 private:
  void give_back();

  Client& client_;
  std::unique_ptr<ClientConnection> connection_;
  async::Deadline deadline_;
};

struct ClientResponse {
  ResponseHead head;
  std::unique_ptr<ClientBody> body;  // never null
};

struct ClientOptions {
  std::string user_agent = "gatehouse";
  std::size_t idle_connections_max = 4;  // for each origin
};

class Client {
 public:
  explicit Client(Dialer& dialer, ClientOptions options = {});
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  // The response once its head is there, whatever its status. An idle connection that turns out to be closed is
  // replaced by a new one, as long as nothing can have been done with the request.
  async::Task<base::Result<ClientResponse>> send(ClientRequest request);

  void close_idle();

 private:
  friend class ClientBody;
  using Connection = std::unique_ptr<ClientConnection>;

  async::Task<base::Result<Connection>> connect(Origin origin, async::Deadline deadline);
  async::Task<base::Result<ClientResponse>> exchange(Connection& connection, const ClientRequest& request);
  [[nodiscard]] std::string head_of(const ClientRequest& request, bool& chunked) const;
  Connection take_idle(const Origin& origin);
  void keep(Connection connection);

  Dialer& dialer_;
  ClientOptions options_;
  std::map<Origin, std::vector<Connection>> idle_;
};

}  // namespace gatehouse::http
