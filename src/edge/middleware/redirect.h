// The response of the redirecting middlewares. Behaviour: Traefik v3.
#pragma once

#include <string_view>

#include "edge/response.h"
#include "http/message.h"

namespace gatehouse::edge {

// 302 or 301 for GET; 307 or 308 for other methods, which must stay what they are (RFC 9110 15.4).
Response redirect_response(const http::Method& method, std::string_view location, bool permanent);

}  // namespace gatehouse::edge
