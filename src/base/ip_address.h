// IP addresses and CIDR ranges as values: parsed strictly, compared, printed. An IPv4-mapped IPv6 address
// (::ffff:192.0.2.1) is the IPv4 address it stands for, and a zone (%eth0) is left out, so that an access rule cannot
// be passed by by spelling an address in another way. Pure values, any thread.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace gatehouse::base {

class IpAddress {
 public:
  static constexpr std::size_t kV4Bytes = 4;
  static constexpr std::size_t kV6Bytes = 16;

  // 0.0.0.0, for places that must hold some address.
  constexpr IpAddress() = default;

  // Network byte order, as in sockaddr_in.sin_addr and sockaddr_in6.sin6_addr.
  static IpAddress from_v4(std::span<const std::uint8_t, kV4Bytes> bytes);
  static IpAddress from_v6(std::span<const std::uint8_t, kV6Bytes> bytes);

  // "192.0.2.1", "2001:db8::1", "fe80::1%eth0". No brackets, no port, no leading zeros in IPv4.
  static std::optional<IpAddress> parse(std::string_view text);

  [[nodiscard]] bool is_v4() const { return size_ == kV4Bytes; }
  [[nodiscard]] bool is_loopback() const;
  [[nodiscard]] std::size_t bits() const { return std::size_t{size_} * 8; }
  [[nodiscard]] std::span<const std::uint8_t> bytes() const { return {bytes_.data(), size_}; }

  // The address with all but the first `prefix_bits` bits cleared.
  [[nodiscard]] IpAddress masked(std::size_t prefix_bits) const;

  // Canonical text (RFC 5952), without brackets.
  [[nodiscard]] std::string to_string() const;

  friend auto operator<=>(const IpAddress&, const IpAddress&) = default;
  friend bool operator==(const IpAddress&, const IpAddress&) = default;

 private:
  std::uint8_t size_ = kV4Bytes;
  std::array<std::uint8_t, kV6Bytes> bytes_{};  // zero behind size_
};

// A range of addresses that share their first bits: "10.0.0.0/8", or one address: "192.0.2.1".
class Cidr {
 public:
  // Bits set behind the prefix are cleared ("10.1.2.3/8" is 10.0.0.0/8), a zone is refused where there is a prefix.
  static std::optional<Cidr> parse(std::string_view text);
  static Cidr single(const IpAddress& address) { return Cidr(address, address.bits()); }

  [[nodiscard]] bool contains(const IpAddress& address) const;
  [[nodiscard]] const IpAddress& address() const { return address_; }
  [[nodiscard]] std::size_t prefix_bits() const { return prefix_bits_; }

  // Always with the prefix: "192.0.2.1/32".
  [[nodiscard]] std::string to_string() const;

  friend bool operator==(const Cidr&, const Cidr&) = default;

 private:
  Cidr(const IpAddress& address, std::size_t prefix_bits)
      : address_(address.masked(prefix_bits)), prefix_bits_(prefix_bits) {}

  IpAddress address_;
  std::size_t prefix_bits_;
};

}  // namespace gatehouse::base

template <>
struct std::hash<gatehouse::base::IpAddress> {
  std::size_t operator()(const gatehouse::base::IpAddress& address) const noexcept {
    const auto bytes = address.bytes();
    return std::hash<std::string_view>{}({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  }
};
