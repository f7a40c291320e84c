// What the edge could send to control if it were in wrong hands: a frame of hostile bytes, and its payload as every
// message. What is taken must come back as itself.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "ipc/frame.h"
#include "ipc/messages.h"

using namespace gatehouse::ipc;

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

template <class T>
void check(Type type, const std::string& payload) {
  const auto first = T::from(Message{.type = type, .payload = payload, .descriptors = {}});
  if (!first) return;
  const auto again = first->to_message();
  const auto second = T::from(Message{.type = type, .payload = again.payload, .descriptors = {}});
  require(second.has_value());
  require(second->to_message().payload == again.payload);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < FrameHeader::kBytes) return 0;
  const auto* bytes = reinterpret_cast<const std::byte*>(data);
  const auto header = decode(std::span<const std::byte, FrameHeader::kBytes>(bytes, FrameHeader::kBytes));
  if (header) {
    const auto again = decode(encode(*header));
    require(again && *again == *header);
    require(header->payload_bytes <= kPayloadBytesMax && header->descriptors <= kDescriptorsMax);
  }
  const std::string payload(reinterpret_cast<const char*>(data) + FrameHeader::kBytes, size - FrameHeader::kBytes);
  check<Hello>(Type::kHello, payload);
  check<StopListening>(Type::kStopListening, payload);
  check<SnapshotApplied>(Type::kSnapshotApplied, payload);
  check<Drain>(Type::kDrain, payload);
  check<Stats>(Type::kStats, payload);
  check<ControlFacts>(Type::kControlFacts, payload);
  const auto listeners = Listeners::from(Message{.type = Type::kListeners, .payload = payload, .descriptors = {}});
  for (std::size_t i = 0; listeners && i < listeners->entries.size(); ++i) {
    require(listeners->entries[i].sockets.empty());  // there were no descriptors to claim
  }
  return 0;
}
