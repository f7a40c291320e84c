// How long a client may take, and how much of it is waited for, in every version of HTTP. What an entry point sets
// itself (respondingTimeouts) goes before these.
#pragma once

#include <chrono>
#include <cstddef>

namespace gatehouse::edge {

// From the first byte of a head to its end, and for the first byte of a connection: slow heads are an attack
// (slowloris), and a connection that says nothing is worth nothing.
inline constexpr std::chrono::seconds kHeadTimeMax{10};
// For a piece of at most a read buffer: whoever takes longer reads less than 300 bytes a second.
inline constexpr std::chrono::seconds kWriteStallMax{60};
// After the last response: until the client has seen it. Closing at once would reset the connection if it still sends,
// and the reset can overtake the response (RFC 9112 section 9.6).
inline constexpr std::chrono::seconds kLingerTime{2};
inline constexpr std::size_t kLingerBytesMax = 1 << 20;

}  // namespace gatehouse::edge
