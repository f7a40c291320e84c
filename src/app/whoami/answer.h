// What `gatehouse whoami` answers: who it is and what it was asked, as the image traefik/whoami does, so that it can
// stand in for that one. A function of the request.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "http/message.h"

namespace gatehouse::app {

struct WhoamiIdentity {
  std::string name;  // may be empty
  std::string host_name;
  std::vector<std::string> addresses;
};

struct WhoamiAnswer {
  int status = 200;
  std::string content_type = "text/plain; charset=utf-8";
  std::string content;
  std::chrono::nanoseconds wait{};  // before it is sent: ?wait=100ms
};

// "/" and all others: text; "/api": the same as JSON; "/health": 200 without content; "/bench": "1";
// "/data?size=N": N bytes.
WhoamiAnswer answer_whoami(const WhoamiIdentity& identity, const http::RequestHead& request, std::string_view peer);

// Of this machine, or this container.
WhoamiIdentity whoami_identity(std::string name);

}  // namespace gatehouse::app
