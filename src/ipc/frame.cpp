#include "ipc/frame.h"

#include <fmt/format.h>

namespace gatehouse::ipc {

using base::ErrorCode;
using base::fail;
using base::Fault;

namespace {

template <class T>
void put(std::byte* to, T value) {
  for (std::size_t i = 0; i < sizeof(T); ++i) to[i] = static_cast<std::byte>(value >> (8 * i));
}

template <class T>
T get(const std::byte* from) {
  T value = 0;
  for (std::size_t i = 0; i < sizeof(T); ++i) value |= static_cast<T>(static_cast<T>(from[i]) << (8 * i));
  return value;
}

}  // namespace

std::array<std::byte, FrameHeader::kBytes> encode(const FrameHeader& header) {
  std::array<std::byte, FrameHeader::kBytes> bytes{};
  put(bytes.data(), FrameHeader::kMagic);
  put(bytes.data() + 4, FrameHeader::kVersion);
  put(bytes.data() + 6, static_cast<std::uint16_t>(header.type));
  put(bytes.data() + 8, header.descriptors);
  put(bytes.data() + 12, header.payload_bytes);
  return bytes;
}

base::Result<FrameHeader> decode(std::span<const std::byte, FrameHeader::kBytes> bytes) {
  if (get<std::uint32_t>(bytes.data()) != FrameHeader::kMagic) {
    return fail(ErrorCode::kInvalid, Fault::kInternal, "the peer does not speak our protocol");
  }
  if (const auto version = get<std::uint16_t>(bytes.data() + 4); version != FrameHeader::kVersion) {
    return fail(
        ErrorCode::kUnsupported, Fault::kInternal,
        fmt::format("the peer speaks version {} of the protocol, this is version {}", version, FrameHeader::kVersion));
  }
  const auto type = get<std::uint16_t>(bytes.data() + 6);
  if (type < static_cast<std::uint16_t>(Type::kHello) || type > static_cast<std::uint16_t>(kTypeLast)) {
    return fail(ErrorCode::kInvalid, Fault::kInternal, fmt::format("a frame has the unknown type {}", type));
  }
  const FrameHeader header{.type = static_cast<Type>(type),
                           .descriptors = get<std::uint32_t>(bytes.data() + 8),
                           .payload_bytes = get<std::uint64_t>(bytes.data() + 12)};
  const auto payload_max = header.type == Type::kSnapshot ? kPayloadBytesMax : kSmallPayloadBytesMax;
  if (header.payload_bytes > payload_max || header.descriptors > kDescriptorsMax) {
    return fail(ErrorCode::kLimit, Fault::kInternal,
                fmt::format("a frame announces {} bytes and {} descriptors, more than its type may carry",
                            header.payload_bytes, header.descriptors));
  }
  return header;
}

}  // namespace gatehouse::ipc
