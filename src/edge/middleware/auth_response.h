// What basicAuth and digestAuth have in common: the refusal, and what becomes of the request of a user who may pass.
#pragma once

#include <string>
#include <string_view>

#include "edge/exchange.h"
#include "edge/response.h"

namespace gatehouse::edge {

// 401 with the challenge; the text is Traefik's.
Response unauthorized_response(std::string_view challenge);

// The text of a header parameter between quotation marks (RFC 9110 5.6.4).
std::string quoted(std::string_view text);

// How the backend learns of the user.
struct AuthOutcome {
  std::string header_field;    // that names the user; empty: none
  bool remove_header = false;  // Authorization stays here
};

void tell_user(Exchange& exchange, std::string_view user, const AuthOutcome& outcome);

}  // namespace gatehouse::edge
