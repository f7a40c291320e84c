// What the scripted conversations have in common.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <thread>

#include <gtest/gtest.h>

#include "wire/bed.h"

// The peer receives these bytes, and no others before them.
#define EXPECT_BYTES(peer, expected)                          \
  do {                                                        \
    const std::string wanted(expected);                       \
    EXPECT_EQ((peer).take(std::string_view(wanted)), wanted); \
  } while (false)

namespace gatehouse::tests {

inline constexpr std::string_view kGet = "GET / HTTP/1.1\r\nHost: a.test\r\n\r\n";
// Passes the edge unchanged: it has the date that the edge would add.
inline constexpr std::string_view kOk = "HTTP/1.1 200 OK\r\nDate: now\r\nContent-Length: 2\r\n\r\nok";

// For what the edge does in its own time: true as soon as it holds, false when patience is over.
template <class Predicate>
bool eventually(Predicate holds) {
  const auto end = std::chrono::steady_clock::now() + kPatience;
  while (!holds()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return true;
}

// kGet as a backend gets it.
inline std::string forwarded_get() { return "GET / HTTP/1.1\r\nHost: a.test\r\n" + forwarded_fields() + "\r\n"; }

// One exchange, after which the edge keeps both connections.
inline Peer converse(Peer& client, Server& server) {
  client.send(kGet);
  auto backend = server.accept();
  EXPECT_BYTES(backend, forwarded_get());
  backend.send(kOk);
  EXPECT_BYTES(client, kOk);
  return backend;
}
// The same over the backend's connection that is there.
inline void converse(Peer& client, Peer& backend) {
  client.send(kGet);
  EXPECT_BYTES(backend, forwarded_get());
  backend.send(kOk);
  EXPECT_BYTES(client, kOk);
}

}  // namespace gatehouse::tests
