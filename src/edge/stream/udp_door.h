// UdpDoor: the datagrams of one entry point in one worker. A client's first one begins a session: a server is chosen,
// and datagrams go both ways through a socket of the session's own until nothing has moved for udp.timeout. Made by the
// worker for each socket, on its thread. The kernel gives a worker all datagrams of a client (SO_REUSEPORT).
//
// Sessions hold what they need of the door: when it goes, no new ones begin, and those there are go on until they are
// silent. Datagrams are lost rather than kept: those above a limit, those that a socket does not take at once.
#pragma once

#include <memory>
#include <string>

#include "async/group.h"
#include "edge/connection.h"
#include "sys/fd.h"

namespace gatehouse::edge {

inline constexpr std::size_t kUdpSessionsMax = 8192;  // of one door
inline constexpr std::size_t kUdpWaitingMax = 16;     // datagrams of a session whose server is being resolved

class UdpDoor {
 public:
  // `sessions`: the worker's group of connections.
  UdpDoor(WorkerState& worker, std::string entry_point, sys::Fd socket, async::Group& sessions);
  ~UdpDoor();
  UdpDoor(const UdpDoor&) = delete;
  UdpDoor& operator=(const UdpDoor&) = delete;

 private:
  struct Client;
  struct Session;
  struct Shared;

  static async::Task<void> receive(std::shared_ptr<Shared> shared, async::Group& sessions);
  static async::Task<void> carry(std::shared_ptr<Shared> shared, std::unique_ptr<Session> session);

  async::Group receiver_;
};

}  // namespace gatehouse::edge
