#include "base/ip_address.h"

#include <algorithm>
#include <cstring>

#include <arpa/inet.h>
#include <fmt/format.h>

#include "base/parse_int.h"

namespace gatehouse::base {

namespace {

constexpr std::size_t kMappedPrefixBits = 96;  // ::ffff:0:0/96, RFC 4291 section 2.5.5.2
constexpr std::array<std::uint8_t, 12> kMappedPrefix = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

bool is_mapped(std::span<const std::uint8_t, IpAddress::kV6Bytes> bytes) {
  return std::ranges::equal(bytes.first<12>(), kMappedPrefix);
}

// The bytes of an IPv6 address in text, not unmapped.
std::optional<std::array<std::uint8_t, IpAddress::kV6Bytes>> parse_v6(std::string_view text) {
  std::array<char, INET6_ADDRSTRLEN> terminated{};
  if (text.size() >= terminated.size() || text.contains('\0')) return std::nullopt;
  std::ranges::copy(text, terminated.begin());
  std::array<std::uint8_t, IpAddress::kV6Bytes> bytes{};
  if (::inet_pton(AF_INET6, terminated.data(), bytes.data()) != 1) return std::nullopt;
  return bytes;
}

std::optional<IpAddress> parse_v4(std::string_view text) {
  std::array<char, INET_ADDRSTRLEN> terminated{};
  if (text.size() >= terminated.size() || text.contains('\0')) return std::nullopt;
  std::ranges::copy(text, terminated.begin());
  std::array<std::uint8_t, IpAddress::kV4Bytes> bytes{};
  if (::inet_pton(AF_INET, terminated.data(), bytes.data()) != 1) return std::nullopt;
  return IpAddress::from_v4(bytes);
}

}  // namespace

IpAddress IpAddress::from_v4(std::span<const std::uint8_t, kV4Bytes> bytes) {
  IpAddress address;
  std::ranges::copy(bytes, address.bytes_.begin());
  return address;
}

IpAddress IpAddress::from_v6(std::span<const std::uint8_t, kV6Bytes> bytes) {
  if (is_mapped(bytes)) return from_v4(bytes.last<kV4Bytes>());
  IpAddress address;
  address.size_ = kV6Bytes;
  std::ranges::copy(bytes, address.bytes_.begin());
  return address;
}

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
  if (!text.contains(':')) return parse_v4(text);
  const auto zone = text.find('%');
  if (zone != std::string_view::npos && zone + 1 == text.size()) return std::nullopt;
  const auto bytes = parse_v6(text.substr(0, zone));
  if (!bytes) return std::nullopt;
  return from_v6(*bytes);
}

bool IpAddress::is_loopback() const {
  if (is_v4()) return bytes_[0] == 127;
  return std::ranges::all_of(bytes().first(kV6Bytes - 1), [](auto byte) { return byte == 0; }) && bytes_[15] == 1;
}

IpAddress IpAddress::masked(std::size_t prefix_bits) const {
  IpAddress result = *this;
  for (std::size_t i = 0; i < size_; ++i) {
    const std::size_t kept = prefix_bits > i * 8 ? std::min<std::size_t>(prefix_bits - i * 8, 8) : 0;
    result.bytes_[i] = static_cast<std::uint8_t>(bytes_[i] & (0xff00U >> kept));
  }
  return result;
}

std::string IpAddress::to_string() const {
  std::array<char, INET6_ADDRSTRLEN> text{};
  ::inet_ntop(is_v4() ? AF_INET : AF_INET6, bytes_.data(), text.data(), text.size());
  return text.data();
}

std::optional<Cidr> Cidr::parse(std::string_view text) {
  const auto slash = text.find('/');
  if (slash == std::string_view::npos) {
    const auto address = IpAddress::parse(text);
    if (!address) return std::nullopt;
    return single(*address);
  }
  const auto digits = text.substr(slash + 1);
  const auto prefix_bits = parse_int<std::uint8_t>(digits);
  if (!prefix_bits || (digits.size() > 1 && digits.front() == '0')) return std::nullopt;
  const auto host = text.substr(0, slash);
  if (!host.contains(':')) {
    const auto address = parse_v4(host);
    if (!address || *prefix_bits > address->bits()) return std::nullopt;
    return Cidr(*address, *prefix_bits);
  }
  const auto bytes = parse_v6(host);
  if (!bytes || *prefix_bits > IpAddress::kV6Bytes * 8) return std::nullopt;
  if (!is_mapped(*bytes)) return Cidr(IpAddress::from_v6(*bytes), *prefix_bits);
  // A range around mapped addresses that is wider than them would have to hold IPv4 and IPv6 addresses: nobody means
  // that.
  if (*prefix_bits < kMappedPrefixBits) return std::nullopt;
  return Cidr(IpAddress::from_v6(*bytes), *prefix_bits - kMappedPrefixBits);
}

bool Cidr::contains(const IpAddress& address) const {
  return address.bits() == address_.bits() && address.masked(prefix_bits_) == address_;
}

std::string Cidr::to_string() const { return fmt::format("{}/{}", address_.to_string(), prefix_bits_); }

}  // namespace gatehouse::base
