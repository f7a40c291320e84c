// Datagrams: sockets for UDP, and waiting for what arrives on one. Control opens those that listen, as it does for TCP;
// the edge opens those to servers.
#pragma once

#include <span>

#include "async/wait_io.h"
#include "base/result.h"
#include "net/listener.h"
#include "net/socket_address.h"
#include "sys/fd.h"

namespace gatehouse::net {

inline constexpr std::size_t kDatagramBytesMax = 65'535;

// As open_listener() and check_free().
base::Result<sys::Fd> open_datagram_listener(const SocketAddress& address, SharePort share);
base::Result<void> check_datagram_free(const SocketAddress& address);
// A socket that receives from that address only.
base::Result<sys::Fd> connect_datagram(const SocketAddress& address);

// Is it for UDP?
bool is_datagram_socket(int fd);

struct Datagram {
  std::size_t size = 0;  // may be 0
  SocketAddress peer;
};

// Result<Datagram>: the next one, in the buffer; what does not fit in is lost.
class [[nodiscard]] ReceiveDatagram final : public async::IoAwaiter<ReceiveDatagram> {
 public:
  ReceiveDatagram(async::Watch& watch, std::span<char> buffer, async::Deadline deadline)
      : IoAwaiter(watch, deadline), buffer_(buffer) {}

  async::Step attempt();
  [[nodiscard]] base::Result<Datagram> await_resume() const;

 private:
  std::span<char> buffer_;
  std::size_t size_ = 0;
  sockaddr_storage peer_{};
  socklen_t peer_size_ = 0;
  int error_ = 0;
};

}  // namespace gatehouse::net
