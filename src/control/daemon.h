// Daemon: control as a whole. Opens the sockets, keeps an edge, runs the providers, obeys signals:
//
//   SIGTERM, SIGINT   drain the edge and end; a second one does not wait
//   SIGHUP            read the configuration again and apply it; a wrong one changes nothing
//   SIGUSR1           open the log files again
//
// A change in the folder of adopted services reads the configuration again, too.
//
// Made by `gatehouse serve` on its only loop.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "async/group.h"
#include "async/offload.h"
#include "async/signal_wait.h"
#include "base/log.h"
#include "control/configuration.h"
#include "control/edge_keeper.h"
#include "control/entry_sockets.h"
#include "control/publisher.h"
#include "control/state_dir.h"
#include "net/resolver.h"
#include "sys/signals.h"
#include "tls/local_authority.h"

namespace gatehouse::control {

struct DaemonOptions {
  Configuration configuration;
  ConfigurationSources sources;
  StateDir state;
  std::string version;
};

class Daemon {
 public:
  Daemon(async::Loop& loop, DaemonOptions options, sys::Signals& signals, base::Log& log);

  // Until a signal ends it. An error is one of starting: nothing serves that did not serve before.
  async::Task<base::Result<void>> run();

 private:
  // What lives as long as one configuration does.
  struct Reign {
    Reign(Daemon& daemon, Configuration the_configuration);

    Configuration configuration;
    Publisher publisher;
    async::Group tasks;
  };

  [[nodiscard]] EdgeSettings edge_settings() const;
  [[nodiscard]] std::optional<sys::User> edge_user() const;
  base::Result<void> open_authority();
  void open_claims();
  base::Result<void> open_access_log(const model::StaticConfig& config);
  base::Result<void> open_entry_points(const model::StaticConfig& config);
  void start_reign(Configuration configuration);
  void reload();
  async::Task<void> watch_adopted();
  void reopen_logs();
  async::Task<void> tell_facts();
  void edge_applied();
  async::Task<int> next_signal();
  async::Task<void> stop();

  async::Loop& loop_;
  ConfigurationSources sources_;
  StateDir state_;
  std::string version_;
  base::Log& log_;
  sys::Signals& signals_;
  async::Watch signal_watch_;
  ProviderStore store_;
  ClaimStore claim_store_;
  discovery::StackClaims claims_;
  async::Offload offload_;
  net::Resolver names_;
  std::optional<tls::LocalAuthority> authority_;
  std::optional<Configuration> first_;  // until its reign begins
  EntrySockets sockets_;
  std::unique_ptr<EdgeKeeper> edge_;
  async::Group keeping_;
  async::Group watching_;
  std::unique_ptr<Reign> reign_;
  std::uint64_t reloads_ = 0;
  std::uint64_t reload_failures_ = 0;
};

}  // namespace gatehouse::control
