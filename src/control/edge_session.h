// EdgeSession: control's connection to one running edge, and a hold on its process. Owned by the edge's keeper, on
// control's thread.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>

#include "async/process_wait.h"
#include "ipc/channel.h"
#include "ipc/messages.h"
#include "sys/process.h"

namespace gatehouse::control {

class EdgeSession {
 public:
  // Both sides say hello. kNotFound and kRefused when no edge listens there. The process is the child that was started,
  // which is moved from on success; else it is opened by the number that the edge gives, and believed if it belongs to
  // edge_uid: an edge in wrong hands must not be able to direct our signals.
  static async::Task<base::Result<std::unique_ptr<EdgeSession>>> open(async::Loop& loop,
                                                                      std::filesystem::path socket_path,
                                                                      ipc::Hello ours, uid_t edge_uid,
                                                                      std::optional<sys::Process>& child);

  [[nodiscard]] const ipc::Hello& hello() const { return hello_; }
  [[nodiscard]] ipc::Channel& channel() { return channel_; }
  // What the edge listened on already.
  [[nodiscard]] ipc::Listeners take_listeners() { return std::move(listeners_); }

  // True when the process has ended; false at the deadline.
  async::Task<bool> ended(async::Deadline deadline);
  [[nodiscard]] bool has_ended() const { return process_ && process_->has_ended(); }
  void signal(int number) const;
  // How it ended, as far as that can be known.
  [[nodiscard]] std::string reap();

 private:
  EdgeSession(async::Loop& loop, sys::Fd socket) : loop_(loop), channel_(loop, std::move(socket)) {}
  async::Task<base::Result<void>> greet(ipc::Hello ours);
  void hold(std::optional<sys::Process> process);

  async::Loop& loop_;
  ipc::Channel channel_;
  ipc::Hello hello_;
  ipc::Listeners listeners_;
  std::optional<sys::Process> process_;
  std::optional<async::Watch> process_watch_;
};

}  // namespace gatehouse::control
