#include "ipc/frame.h"

#include <gtest/gtest.h>

namespace gatehouse::ipc {
namespace {

using base::ErrorCode;

std::array<std::byte, FrameHeader::kBytes> with(std::size_t index, unsigned value) {
  auto bytes = encode(FrameHeader{.type = Type::kSnapshot, .descriptors = 2, .payload_bytes = 300});
  bytes[index] = static_cast<std::byte>(value);
  return bytes;
}

TEST(Frame, HeaderComesBack) {
  for (auto type = Type::kHello; type <= kTypeLast; type = static_cast<Type>(static_cast<std::uint16_t>(type) + 1)) {
    const FrameHeader header{.type = type, .descriptors = 7, .payload_bytes = 0x12345};
    EXPECT_EQ(decode(encode(header)), header);
  }
}

TEST(Frame, WrongHeadersAreRefused) {
  constexpr std::size_t kVersionByte = 4;
  constexpr std::size_t kTypeByte = 6;
  for (std::size_t i = 0; i < 4; ++i) EXPECT_EQ(decode(with(i, 0)).error().code, ErrorCode::kInvalid) << i;
  EXPECT_EQ(decode(with(kVersionByte, FrameHeader::kVersion + 1)).error().code, ErrorCode::kUnsupported);
  EXPECT_EQ(decode(with(kTypeByte, 0)).error().code, ErrorCode::kInvalid);
  EXPECT_EQ(decode(with(kTypeByte, static_cast<unsigned>(kTypeLast) + 1)).error().code, ErrorCode::kInvalid);
}

TEST(Frame, LimitsHoldForEachType) {
  const auto check = [](Type type, std::uint64_t bytes, std::uint32_t descriptors) {
    return decode(encode(FrameHeader{.type = type, .descriptors = descriptors, .payload_bytes = bytes}));
  };
  EXPECT_TRUE(check(Type::kSnapshot, kPayloadBytesMax, 0));
  EXPECT_EQ(check(Type::kSnapshot, kPayloadBytesMax + 1, 0).error().code, ErrorCode::kLimit);
  EXPECT_TRUE(check(Type::kStats, kSmallPayloadBytesMax, 0));
  EXPECT_EQ(check(Type::kStats, kSmallPayloadBytesMax + 1, 0).error().code, ErrorCode::kLimit);
  EXPECT_EQ(check(Type::kSnapshot, ~std::uint64_t{0}, 0).error().code, ErrorCode::kLimit);
  EXPECT_TRUE(check(Type::kListeners, 0, kDescriptorsMax));
  EXPECT_EQ(check(Type::kListeners, 0, kDescriptorsMax + 1).error().code, ErrorCode::kLimit);
}

}  // namespace
}  // namespace gatehouse::ipc
