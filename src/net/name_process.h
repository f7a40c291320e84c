// NameProcess: asks the system's resolver from a process of its own, for a process that opens no files. The system's
// resolver reads files of /etc whenever they change and loads libraries; the one who serves strangers shall not.
//
// start() forks, so it belongs before the first thread. The child confines itself by `confine`, keeps nothing that its
// parent has but standard error, and ends when the parent has ended. Each question brings the socket for its answer, so
// that any child may take it; one that dies is replaced.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "net/socket_address.h"
#include "sys/fd.h"

namespace gatehouse::net {

class NameProcess {
 public:
  static constexpr std::size_t kAddressesMax = 64;

  static base::Result<NameProcess> start(void (*confine)());

  // Blocks, 30 seconds at most; any thread. Errors as of look_up(), and kUnreachable when the process is gone.
  [[nodiscard]] base::Result<std::vector<SocketAddress>> ask(const std::string& host, std::uint16_t port) const;

 private:
  explicit NameProcess(sys::Fd questions) : questions_(std::move(questions)) {}

  sys::Fd questions_;
};

}  // namespace gatehouse::net
