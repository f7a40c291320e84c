// EdgeKeeper: sees to it that there is an edge, and that it has the newest snapshot. Takes over the edge that a control
// before this one left behind, starts one where there is none, another when it dies, and one of the new build when the
// running one is of another. Owned by control, on its thread.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "async/event.h"
#include "async/group.h"
#include "base/log.h"
#include "control/edge_session.h"
#include "control/entry_sockets.h"
#include "model/snapshot.h"
#include "sys/account.h"

namespace gatehouse::control {

struct EdgeSettings {
  std::filesystem::path socket_path;   // where the edge listens to control
  std::optional<sys::User> user;       // whom the edge runs as; none: control's own user
  unsigned workers = 1;                // of an edge that is started
  std::vector<std::string> arguments;  // that `gatehouse edge` is given besides
  sys::Fd log_file;                    // what the edge logs to; none: control's standard error
  std::string version;
  std::string build;
};

class EdgeKeeper {
 public:
  // sockets outlives the keeper.
  EdgeKeeper(async::Loop& loop, EdgeSettings settings, EntrySockets& sockets, base::Log& log);

  // Before all else: finds a running edge, and fills the sockets with those that it has. False when there is none.
  async::Task<bool> take_over();
  // To be spawned; ends after drain() once the edge has ended.
  async::Task<void> keep();

  // The id is given here. Sent as soon as there is an edge; of several that wait the newest.
  void publish(model::Snapshot snapshot);
  // What reconcile() of the sockets gave; nothing that was published before it is sent after it.
  void tell(EntrySockets::Changes changes);
  void set_access_log(sys::Fd file);
  // Sent when they are others than before.
  void tell(ipc::ControlFacts facts);
  [[nodiscard]] std::uint64_t edges_started() const { return edges_started_; }
  // The edge goes on, but tells whoever asks /ping that it will end.
  void announce_end();
  // The edge ends what it has within the grace; later it is killed.
  void drain(std::chrono::milliseconds grace);
  void kill();

  // Waits until the edge serves what was published so far.
  async::Task<base::Result<void>> applied(async::Deadline deadline);
  // Called when the edge has answered to a snapshot.
  void on_applied(std::function<void()> function) { on_applied_ = std::move(function); }
  [[nodiscard]] std::optional<std::int64_t> edge_pid() const;
  // What the edge could not serve of the last snapshot.
  [[nodiscard]] const std::set<std::string>& problems() const { return told_problems_; }
  [[nodiscard]] std::uint64_t applied_id() const { return applied_id_; }
  // Of the edge that was taken over: it serves something already.
  [[nodiscard]] bool edge_serves() const { return last_id_ != 0; }

 private:
  using Session = std::unique_ptr<EdgeSession>;

  [[nodiscard]] ipc::Hello hello() const;
  [[nodiscard]] uid_t edge_uid() const;
  async::Task<base::Result<Session>> start();
  async::Task<base::Result<Session>> find_running();
  async::Task<void> start_anew();
  async::Task<void> replace_other_build();
  async::Task<void> retire(Session session);
  async::Task<void> wait_for_drain();
  async::Task<std::string> serve(EdgeSession& session);
  async::Task<base::Result<void>> converse(EdgeSession& session);
  async::Task<base::Result<void>> send_news(EdgeSession& session);
  async::Task<base::Result<bool>> send_next(EdgeSession& session);
  async::Task<base::Result<void>> hear(EdgeSession& session);
  void heard_applied(const ipc::SnapshotApplied& applied);
  void owe_everything();

  async::Loop& loop_;
  EdgeSettings settings_;
  EntrySockets& sockets_;
  base::Log& log_;

  // What an edge has to know, and whether the one of now does.
  std::string snapshot_;  // encoded; empty: none yet
  std::uint64_t last_id_ = 0;
  std::uint64_t applied_id_ = 0;
  bool snapshot_sent_ = false;
  std::uint64_t sent_id_ = 0;      // that this edge has, of us or of a control before
  std::uint64_t listen_from_ = 1;  // with which new sockets make sense: an older one does not know their entry points
  sys::Fd access_log_;
  bool access_log_sent_ = false;
  EntrySockets::Changes changes_;
  ipc::ControlFacts facts_;
  bool facts_sent_ = true;
  std::uint64_t edges_started_ = 0;
  bool end_announced_ = false;
  bool announcement_sent_ = false;
  std::optional<std::chrono::milliseconds> drain_grace_;
  bool drain_sent_ = false;

  async::Event changed_;
  async::Event applied_;
  async::Event draining_;
  Session session_;
  Session old_;         // of another build: drained once the new one has taken over
  bool asked_ = false;  // the new one, whether it has
  std::set<std::string> told_problems_;
  std::function<void()> on_applied_;
  async::Group retiring_;
};

}  // namespace gatehouse::control
