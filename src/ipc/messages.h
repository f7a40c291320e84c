// The messages of the channel as values, and their payloads as JSON. A payload that does not decode is an error: the
// edge could be in somebody else's hands. Pure functions, any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "ipc/channel.h"

namespace gatehouse::ipc {

// Who speaks, as the first message of each side.
struct Hello {
  std::string role;     // control, edge
  std::string version;  // of the program
  std::string build;    // tells one executable from another
  std::int64_t pid = 0;
  std::uint64_t snapshot_id = 0;  // that the edge serves; 0: none yet

  [[nodiscard]] Message to_message() const;
  static base::Result<Hello> from(const Message& message);
};

// Sockets that listen for an entry point, one for each worker. The descriptors of the message belong to the names in
// order: so many for the first, so many for the second.
struct Listeners {
  struct Entry {
    std::string entry_point;
    std::vector<sys::Fd> sockets;
  };
  std::vector<Entry> entries;

  [[nodiscard]] Message to_message() &&;
  static base::Result<Listeners> from(Message message);
};

struct StopListening {
  std::vector<std::string> entry_points;

  [[nodiscard]] Message to_message() const;
  static base::Result<StopListening> from(const Message& message);
};

struct SnapshotApplied {
  struct Problem {
    std::string object;
    std::string message;
  };
  std::uint64_t id = 0;
  std::string error;  // why it was refused as a whole; empty: it serves
  std::vector<Problem> problems;

  [[nodiscard]] Message to_message() const;
  static base::Result<SnapshotApplied> from(const Message& message);
};

struct Drain {
  std::int64_t grace_ms = 0;

  [[nodiscard]] Message to_message() const;
  static base::Result<Drain> from(const Message& message);
};

struct Stats {
  std::uint64_t open_connections = 0;
  std::uint64_t requests = 0;
  std::uint64_t access_lines_dropped = 0;

  [[nodiscard]] Message to_message() const;
  static base::Result<Stats> from(const Message& message);
};

// What control tells of itself, for the metrics: the edge is the one that is asked.
struct ControlFacts {
  struct Certificate {
    std::string name;            // the main one
    std::string source;          // the resolver, or "local"
    std::string stage;           // served, pending, failed
    std::int64_t not_after = 0;  // Unix time; 0: there is none
    std::string problem;

    bool operator==(const Certificate&) const = default;
  };
  std::uint64_t reloads = 0;  // of the static configuration
  std::uint64_t reload_failures = 0;
  std::uint64_t edges_started = 0;
  bool follows_engine = false;
  bool engine_reached = false;
  std::vector<Certificate> certificates;

  bool operator==(const ControlFacts&) const = default;
  [[nodiscard]] Message to_message() const;
  static base::Result<ControlFacts> from(const Message& message);
};

Message snapshot_message(std::string encoded_snapshot);
Message access_log_message(sys::Fd file);
Message empty_message(Type type);  // kDrained, kStatsRequest, kTerminating

}  // namespace gatehouse::ipc
