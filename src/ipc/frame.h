// The wire between control and edge: frames over a Unix stream socket. A frame is a fixed header, a payload and, beside
// it, file descriptors. Both sides are one executable, but not always one build of it, so a frame says its version; and
// the edge is the process that an attacker would take first, so control believes no length that it reads.
//
//   bytes 0..3 magic, 4..5 version, 6..7 type, 8..11 descriptors that come along, 12..19 payload bytes
//
// Pure functions, any thread. Numbers are little-endian.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "base/result.h"

namespace gatehouse::ipc {

enum class Type : std::uint16_t {
  kHello = 1,        // both: who I am; the first frame of each side
  kListeners,        // control -> edge: sockets to accept on; edge -> control: those that it has
  kStopListening,    // control -> edge: entry points that are gone
  kSnapshot,         // control -> edge: model::encode(Snapshot)
  kSnapshotApplied,  // edge -> control: what serves, and what does not
  kAccessLogFile,    // control -> edge: where the access log goes
  kDrain,            // control -> edge: end what you have, within a grace
  kDrained,          // edge -> control: nothing is left
  kStatsRequest,     // control -> edge
  kStats,            // edge -> control
  kTerminating,      // control -> edge: the end is near, /ping says so
  kControlFacts,     // control -> edge: what control tells of itself
};
inline constexpr Type kTypeLast = Type::kControlFacts;

struct FrameHeader {
  static constexpr std::size_t kBytes = 20;
  static constexpr std::uint32_t kMagic = 0x31484749;  // "IGH1"
  static constexpr std::uint16_t kVersion = 1;

  Type type = Type::kHello;
  std::uint32_t descriptors = 0;
  std::uint64_t payload_bytes = 0;

  bool operator==(const FrameHeader&) const = default;
};

// What a single frame may carry at most.
inline constexpr std::uint64_t kPayloadBytesMax = 96u << 20;  // a snapshot, and room for its growth
inline constexpr std::uint64_t kSmallPayloadBytesMax = 1u << 20;
inline constexpr std::uint32_t kDescriptorsMax = 128;  // SCM_MAX_FD of Linux is 253

std::array<std::byte, FrameHeader::kBytes> encode(const FrameHeader& header);

// kInvalid for what is no header or has an unknown type, kUnsupported for another version, kLimit for too much.
base::Result<FrameHeader> decode(std::span<const std::byte, FrameHeader::kBytes> bytes);

}  // namespace gatehouse::ipc
