// What a head of HTTP/1.1 says about the connection it came over, and the cleaning of that before the message goes on
// to the next one (RFC 9110 7.6, 7.8, 10.1.1; RFC 9112 9.3). Pure functions, any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "http/h1/framing.h"
#include "http/message.h"
#include "http/violation.h"

namespace gatehouse::http::h1 {

// May another message follow on the connection, as far as this one's sender is concerned?
bool keeps_alive(Version version, const Fields& fields);

enum class Expectation : std::uint8_t { kNone, kContinue };

// kExpectation for anything but exactly one 100-continue. HTTP/1.0 has no expectations: they are ignored.
Parsed<Expectation> expectation_of(const RequestHead& head);

// The protocol that the client asks to switch to, empty where it asks for none that a proxy may let through: only a
// GET of HTTP/1.1 without content can, `Connection` must name the field, and h2c, TLS and HTTP itself would take the
// connection away from the rules it is under. Of several the first that is allowed.
std::string_view requested_upgrade(const RequestHead& head, const Framing& framing);

// What a 101 switches to: `asked`, in the backend's spelling. kUnexpectedUpgrade for another protocol, or where none
// was asked for: the bytes that follow would be a conversation that nobody agreed to.
Parsed<std::string_view> accepted_upgrade(const ResponseHead& head, std::string_view asked);

// Removes what was meant for this connection only: the fields about it, and the names that Connection lists. A name
// that the house knows as meant for all (Host, X-Forwarded-For, Cookie...) cannot be removed that way: clients have
// stripped a proxy's own fields so. "TE: trailers" stays, alone. Content-Length stays; the writer replaces it. Call
// after framing, keep-alive, expectation and upgrade have been read.
void remove_hop_by_hop(Fields& fields);
// Where Connection lists more names, every field that the house does not know goes: nobody honest lists so many, and
// looking each up among the fields would cost more than it cost to send.
inline constexpr std::size_t kConnectionNamesMax = 32;

// May that field follow the content? Not if it would change how the message is framed, routed, authenticated or read
// (RFC 9110 6.5.1); `_` spellings are judged as what they imitate.
bool is_allowed_in_trailers(const Field& field);

}  // namespace gatehouse::http::h1
