#include "http/client.h"

#include "http/client_connection.h"
#include "http/h1/head_writer.h"

namespace gatehouse::http {

using base::ErrorCode;
using base::fail;
using base::Result;

ClientBody::ClientBody(Client& client, std::unique_ptr<ClientConnection> connection, async::Deadline deadline)
    : client_(client), connection_(std::move(connection)), deadline_(deadline) {
  give_back();
}

ClientBody::~ClientBody() = default;

// The last piece is a view of the connection's buffer, so the connection goes back with the call after it.
async::Task<Result<std::string_view>> ClientBody::next() {
  give_back();
  if (!connection_) co_return std::string_view{};
  auto piece = co_await connection_->receive_content(deadline_);
  if (!piece) connection_.reset();
  if (piece && piece->empty()) give_back();
  co_return piece;
}

std::optional<std::uint64_t> ClientBody::remaining() const {
  return connection_ ? connection_->content_remaining() : 0;
}

async::Task<Result<std::string>> ClientBody::read_all(std::size_t bytes_max) {
  std::string text;
  for (;;) {
    BASE_CO_TRY(const auto piece, co_await next());
    if (piece.empty()) co_return text;
    if (piece.size() > bytes_max - text.size()) {
      co_return fail(ErrorCode::kLimit, base::Fault::kBackend,
                     "the answer is longer than " + std::to_string(bytes_max) + " bytes");
    }
    text += piece;
  }
}

void ClientBody::give_back() {
  if (!connection_ || !connection_->content_ended()) return;
  client_.keep(std::move(connection_));
  connection_.reset();
}

Client::Client(Dialer& dialer, ClientOptions options) : dialer_(dialer), options_(std::move(options)) {}

Client::~Client() = default;

void Client::close_idle() { idle_.clear(); }

async::Task<Result<ClientResponse>> Client::send(ClientRequest request) {
  if (auto connection = take_idle(request.origin)) {
    auto response = co_await exchange(connection, request);
    const bool may_repeat = Method::of(request.method).is_idempotent() && !request.body;
    const bool was_stale = !response && response.error().code != ErrorCode::kTimeout && !connection->has_answered();
    if (!was_stale || !may_repeat) co_return response;
  }
  BASE_CO_TRY(auto connection, co_await connect(request.origin, request.deadline));
  co_return co_await exchange(connection, request);
}

async::Task<Result<Client::Connection>> Client::connect(Origin origin, async::Deadline deadline) {
  BASE_CO_TRY(auto stream, co_await dialer_.dial(origin, deadline));
  co_return std::make_unique<ClientConnection>(std::move(origin), std::move(stream));
}

async::Task<Result<ClientResponse>> Client::exchange(Connection& connection, const ClientRequest& request) {
  bool chunked = false;
  std::string head = head_of(request, chunked);
  BASE_CO_CHECK(co_await connection->send(std::move(head), request.body.get(), chunked, request.deadline));
  BASE_CO_TRY(auto response_head, co_await connection->receive_head(request.method, request.deadline));
  auto body = std::make_unique<ClientBody>(*this, std::move(connection), request.deadline);
  co_return ClientResponse{std::move(response_head), std::move(body)};
}

std::string Client::head_of(const ClientRequest& request, bool& chunked) const {
  RequestHead head;
  head.method = Method::of(request.method);
  head.fields = request.fields.clone();
  head.fields.set(FieldId::kHost, request.origin.authority());
  if (!head.fields.has(FieldId::kUserAgent)) head.fields.add(FieldId::kUserAgent, options_.user_agent);
  h1::RequestWire wire{.target = request.target};
  if (request.body) {
    const auto length = request.body->remaining();
    chunked = !length.has_value();
    wire.framing = length ? h1::Framing::of_length(*length) : h1::Framing::of_kind(h1::BodyKind::kChunked);
  }
  std::string text;
  h1::append_request(text, head, wire);
  return text;
}

Client::Connection Client::take_idle(const Origin& origin) {
  const auto found = idle_.find(origin);
  if (found == idle_.end()) return nullptr;
  auto& connections = found->second;
  while (!connections.empty()) {
    auto connection = std::move(connections.back());
    connections.pop_back();
    if (connection->is_fresh()) return connection;
  }
  return nullptr;
}

void Client::keep(Connection connection) {
  if (!connection->is_reusable()) return;
  auto& connections = idle_[connection->origin()];
  if (connections.size() < options_.idle_connections_max) connections.push_back(std::move(connection));
}

}  // namespace gatehouse::http
