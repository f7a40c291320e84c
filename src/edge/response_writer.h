// Writes responses to a client as HTTP/1.1: the head together with what is there of the body, then piece by piece as
// the body gives it, so that a slow client slows the backend down.
#pragma once

#include <string>

#include "async/task.h"
#include "edge/exchange.h"
#include "edge/response.h"
#include "net/stream.h"

namespace gatehouse::edge {

class ResponseWriter {
 public:
  explicit ResponseWriter(net::Stream& client) : client_(client) {}

  async::Task<base::Result<void>> write_interim(const http::ResponseHead& head);
  // `keep_alive` is what the connection wants; it becomes what has been promised to the client.
  async::Task<base::Result<void>> write(Exchange& exchange, Response& response, bool& keep_alive);

 private:
  async::Task<base::Result<void>> write_rest(Exchange& exchange, http::Body& body, bool chunked);

  net::Stream& client_;
  std::string output_;  // reused by every response of the connection
};

}  // namespace gatehouse::edge
