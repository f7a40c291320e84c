// The address that a request asks for, as a client would write it. Views and texts of the exchange.
#pragma once

#include <string>
#include <string_view>

#include "edge/exchange.h"

namespace gatehouse::edge {

// "https" when the client's connection is secured, else "http".
std::string_view scheme_of(const Exchange& exchange);

// "http://name:8080/path?query": the host as it was spelled, the path as it is by now.
std::string request_url(Exchange& exchange);

}  // namespace gatehouse::edge
