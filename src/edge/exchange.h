// Exchange: one request of a client and what becomes of it: made by the connection for each request, passed through the
// handlers by reference, destroyed when the response has been written. On the worker's thread.
//
// There is one reading of the request. Host, path and query were made canonical before routing (http/target.h);
// routing, middlewares, log and backend all see that one, so no two of them can be led to see different requests.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "async/group.h"
#include "base/ip_address.h"
#include "base/text.h"
#include "edge/access_record.h"
#include "edge/handler.h"
#include "http/body.h"
#include "http/message.h"
#include "http/target.h"
#include "tls/server_settings.h"

namespace gatehouse::tls {
struct ClientCertificate;
}

namespace gatehouse::edge {

class ExchangeTrace;
class Runtime;
struct CompiledEntryPoint;
struct CompiledRouter;
struct WorkerServices;

// What a service is called, and what it is counted by. Lives with the runtime.
struct ServiceLabel {
  std::string name;
  observe::SubjectId subject = observe::kNoSubject;
};

// The client's side of the connection, the same for all its exchanges.
struct ClientInfo {
  base::IpAddress address;
  std::string address_text;  // the address as X-Forwarded-For and the log spell it
  std::uint16_t port = 0;
  bool secure = false;
  bool speaks_http2 = false;
  std::string server_name;                        // SNI
  std::string tls_version;                        // as the access log spells it: 1.3
  std::string tls_cipher;                         // IANA name
  std::uint32_t tls_session = 0;                  // the worker's number for version and cipher (observe/tally.h)
  tls::TlsPolicy tls_policy = tls::kNoTlsPolicy;  // what the handshake went by
  std::shared_ptr<const tls::ClientCertificate> certificate;  // null: it has shown none
};

// Writes 1xx responses to the client while the final one is still awaited.
class InformationalSink {
 public:
  virtual async::Task<base::Result<void>> send(const http::ResponseHead& head) = 0;

 protected:
  ~InformationalSink() = default;
};

class Exchange {
 public:
  Exchange(WorkerServices& worker, std::shared_ptr<const Runtime> runtime, const CompiledEntryPoint& entry_point,
           const ClientInfo& client, InformationalSink& informational);
  ~Exchange();
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;

  // What the request is: handlers change it on its way to the backend.
  http::RequestHead request;
  http::Target target;
  std::unique_ptr<http::Body> request_body;  // null: none
  std::string_view upgrade;                  // the protocol that the client asks to switch to; empty: none
  bool must_close = false;                   // the connection is not to be trusted after this
  [[nodiscard]] bool wants_websocket() const { return base::iequals(upgrade, "websocket"); }

  // Where it came from and where it goes.
  [[nodiscard]] WorkerServices& worker() const { return worker_; }
  [[nodiscard]] const std::shared_ptr<const Runtime>& runtime() const { return runtime_; }
  [[nodiscard]] const CompiledEntryPoint& entry_point() const { return entry_point_; }
  [[nodiscard]] const ClientInfo& client() const { return client_; }
  [[nodiscard]] InformationalSink& informational() const { return informational_; }
  const CompiledRouter* router = nullptr;

  // By the handler of every service that is asked; again when the request is sent to another one, or once more.
  void enter_service(const ServiceLabel& service);

  // What is told of it: filled in on the way, written by the connection at the end.
  AccessRecord record;

  std::unique_ptr<ExchangeTrace> trace;  // null: it is not traced

  bool client_appended = false;  // to X-Forwarded-For: once, however often the request is tried

  // The error that ended the attempt at the backend, for middlewares that retry or answer instead; empty if none did.
  std::optional<base::Error> backend_error;
  // The client broke off while its content was still being sent to the backend.
  std::optional<base::Error> upload_error;

  // Tasks that run beside the response, such as the upload of a long request body. Dropped with the exchange.
  [[nodiscard]] async::Group& tasks() { return tasks_; }

 private:
  WorkerServices& worker_;
  std::shared_ptr<const Runtime> runtime_;
  const CompiledEntryPoint& entry_point_;
  const ClientInfo& client_;
  InformationalSink& informational_;
  async::Group tasks_;
};

}  // namespace gatehouse::edge
