// StateDir: the folder in which Gatehouse keeps what must outlive the process. Made by control, which holds its lock
// for as long as the value lives; a second control on the same folder is told who has it.
//
//   lock             the process that serves from here
//   run/edge.sock    where the edge listens to control (another folder with gatehouse.runDir)
//   run/status.json  what serves, for `gatehouse status`
//   ca/              the local certificate authority: root.pem, root.key
//   providers/       the last configuration of each provider, for a start while it is away
//   adopted/         traefik services that Gatehouse stands in for, a record each
//
// All of it belongs to control's user alone (0700).
#pragma once

#include <filesystem>
#include <string>

#include "base/result.h"
#include "sys/fd.h"

namespace gatehouse::control {

class StateDir {
 public:
  // Makes the folders and takes the lock: kConflict names the process that holds it, kPermission and kIo the path.
  // An empty run_dir is a folder of the state.
  static base::Result<StateDir> open(const std::filesystem::path& path, const std::filesystem::path& run_dir);

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] std::filesystem::path edge_socket() const { return run_ / "edge.sock"; }
  [[nodiscard]] std::filesystem::path status_file() const { return run_ / "status.json"; }
  [[nodiscard]] std::filesystem::path authority() const { return path_ / "ca"; }
  [[nodiscard]] std::filesystem::path temporary_authority() const { return run_ / "ca"; }
  [[nodiscard]] std::filesystem::path providers() const { return path_ / "providers"; }
  [[nodiscard]] std::filesystem::path claims() const { return path_ / "claims.json"; }
  [[nodiscard]] static std::filesystem::path adopted_of(const std::filesystem::path& path) { return path / "adopted"; }

 private:
  StateDir(std::filesystem::path path, std::filesystem::path run, sys::Fd lock)
      : path_(std::move(path)), run_(std::move(run)), lock_(std::move(lock)) {}

  std::filesystem::path path_;
  std::filesystem::path run_;
  sys::Fd lock_;
};

}  // namespace gatehouse::control
