#include "net/proxy_protocol.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include <fmt/format.h>

#include "base/ip_address.h"
#include "base/parse_int.h"
#include "base/text.h"

namespace gatehouse::net {

namespace {

using State = ProxyReading::State;

constexpr std::string_view kFirstBegin = "PROXY ";
constexpr std::size_t kFirstBytesMax = 107;  // section 2.1, with the end of the line
constexpr std::string_view kSecondBegin("\r\n\r\n\0\r\nQUIT\n", 12);
constexpr std::size_t kSecondHeadBytes = 16;

constexpr unsigned char kLocal = 0x20;
constexpr unsigned char kProxied = 0x21;

ProxyReading incomplete(std::size_t wanted) {
  ProxyReading reading;
  reading.state = State::kIncomplete;
  reading.wanted = wanted;
  return reading;
}

ProxyReading complete(std::size_t size) {
  ProxyReading reading;
  reading.state = State::kComplete;
  reading.size = size;
  return reading;
}

std::optional<SocketAddress> address_of(std::string_view ip, std::string_view port, bool v4) {
  const auto number = base::parse_int<std::uint16_t>(port);
  if (!number || std::to_string(*number) != port) return std::nullopt;
  const bool is_written_as_v4 = ip.find(':') == std::string_view::npos;
  if (is_written_as_v4 != v4 || ip.find('%') != std::string_view::npos) return std::nullopt;
  auto address = SocketAddress::from_ip(ip, *number);
  return address ? std::optional(*std::move(address)) : std::nullopt;
}

// "PROXY TCP4 192.0.2.1 198.51.100.1 56324 443\r\n"
ProxyReading read_first(std::string_view bytes) {
  const auto end = bytes.substr(0, kFirstBytesMax).find("\r\n");
  if (end == std::string_view::npos)
    return bytes.size() < kFirstBytesMax ? incomplete(bytes.size() + 1) : ProxyReading();
  auto reading = complete(end + 2);
  const auto line = bytes.substr(kFirstBegin.size(), end - kFirstBegin.size());
  if (line == "UNKNOWN" || line.starts_with("UNKNOWN ")) return reading;
  const auto parts = base::split(line, ' ');
  if (parts.size() != 5 || (parts[0] != "TCP4" && parts[0] != "TCP6")) return {};
  const bool v4 = parts[0] == "TCP4";
  reading.source = address_of(parts[1], parts[3], v4);
  reading.destination = address_of(parts[2], parts[4], v4);
  return reading.source && reading.destination ? reading : ProxyReading();
}

std::uint16_t number_at(std::string_view bytes, std::size_t offset) {
  return static_cast<std::uint16_t>(static_cast<unsigned char>(bytes[offset]) << 8 |
                                    static_cast<unsigned char>(bytes[offset + 1]));
}

base::IpAddress ip_at(std::string_view bytes, std::size_t offset, std::size_t size) {
  const auto* first = reinterpret_cast<const std::uint8_t*>(bytes.data()) + offset;
  if (size == base::IpAddress::kV4Bytes) {
    return base::IpAddress::from_v4(std::span<const std::uint8_t, base::IpAddress::kV4Bytes>(first, size));
  }
  return base::IpAddress::from_v6(std::span<const std::uint8_t, base::IpAddress::kV6Bytes>(first, size));
}

// What a sender may add: a type, a length of two bytes and as many after it, to the very end.
bool is_sound(std::string_view additions) {
  constexpr std::size_t kHeadBytes = 3;
  while (!additions.empty()) {
    if (additions.size() < kHeadBytes) return false;
    const std::size_t size = kHeadBytes + number_at(additions, 1);
    if (additions.size() < size) return false;
    additions.remove_prefix(size);
  }
  return true;
}

// How many bytes each of the two addresses takes; nothing for a family that there is not.
std::optional<std::size_t> address_bytes(unsigned char family) {
  switch (family) {
    case 0x00:  // not said
      return 0;
    case 0x11:
    case 0x12:
      return base::IpAddress::kV4Bytes;
    case 0x21:
    case 0x22:
      return base::IpAddress::kV6Bytes;
    default:  // Unix sockets have no address that a rule could be about
      return std::nullopt;
  }
}

ProxyReading read_second(std::string_view bytes) {
  if (bytes.size() < kSecondHeadBytes) return incomplete(kSecondHeadBytes);
  const auto command = static_cast<unsigned char>(bytes[12]);
  const auto family = static_cast<unsigned char>(bytes[13]);
  const std::size_t size = kSecondHeadBytes + number_at(bytes, 14);
  if ((command != kLocal && command != kProxied) || size > kProxyHeaderBytesMax) return {};
  const auto ip_bytes = address_bytes(family);
  if (command == kProxied && !ip_bytes) return {};
  const std::size_t addresses = command == kProxied && *ip_bytes > 0 ? 2 * *ip_bytes + 4 : 0;
  if (size < kSecondHeadBytes + addresses) return {};
  if (bytes.size() < size) return incomplete(size);
  auto reading = complete(size);
  if (addresses == 0) return reading;  // what stands there is to be passed over (section 2.2)
  const auto body = bytes.substr(kSecondHeadBytes, size - kSecondHeadBytes);
  if (!is_sound(body.substr(addresses))) return {};
  const auto address = [&](std::size_t index) {
    const auto port = number_at(body, 2 * *ip_bytes + 2 * index);
    return *SocketAddress::from_ip(ip_at(body, index * *ip_bytes, *ip_bytes).to_string(), port);
  };
  reading.source = address(0);
  reading.destination = address(1);
  return reading;
}

// In 16 bytes, IPv4 mapped (RFC 4291 section 2.5.5.2).
std::array<std::uint8_t, base::IpAddress::kV6Bytes> long_form(const base::IpAddress& address) {
  std::array<std::uint8_t, base::IpAddress::kV6Bytes> bytes{};
  const auto given = address.bytes();
  if (address.is_v4()) bytes[10] = bytes[11] = 0xff;
  std::ranges::copy(given, bytes.end() - static_cast<std::ptrdiff_t>(given.size()));
  return bytes;
}

void append(std::string& text, std::span<const std::uint8_t> bytes) {
  text.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

void append(std::string& text, std::uint16_t number) {
  text += static_cast<char>(number >> 8);
  text += static_cast<char>(number);
}

std::string first_header(const SocketAddress& source, const SocketAddress& destination, bool v4) {
  const auto text = [v4](const SocketAddress& address) {
    return !v4 && address.ip_address().is_v4() ? "::ffff:" + address.ip() : address.ip();
  };
  return fmt::format("PROXY {} {} {} {} {}\r\n", v4 ? "TCP4" : "TCP6", text(source), text(destination), source.port(),
                     destination.port());
}

std::string second_header(const SocketAddress& source, const SocketAddress& destination, bool v4) {
  constexpr char kTcp4 = 0x11;
  constexpr char kTcp6 = 0x21;
  std::string header(kSecondBegin);
  header += static_cast<char>(kProxied);
  header += v4 ? kTcp4 : kTcp6;
  append(header, static_cast<std::uint16_t>(v4 ? 12 : 36));
  for (const auto* address : {&source, &destination}) {
    const auto ip = address->ip_address();
    v4 ? append(header, ip.bytes()) : append(header, long_form(ip));
  }
  append(header, source.port());
  append(header, destination.port());
  return header;
}

}  // namespace

ProxyReading read_proxy_header(std::string_view bytes) {
  for (const auto begin : {kFirstBegin, kSecondBegin}) {
    if (bytes.size() < begin.size() && begin.starts_with(bytes)) return incomplete(bytes.size() + 1);
  }
  if (bytes.starts_with(kFirstBegin)) return read_first(bytes);
  if (bytes.starts_with(kSecondBegin)) return read_second(bytes);
  ProxyReading reading;
  reading.state = State::kAbsent;
  return reading;
}

std::string proxy_header(ProxyVersion version, const SocketAddress& source, const SocketAddress& destination) {
  const bool v4 = source.ip_address().is_v4() && destination.ip_address().is_v4();
  return version == ProxyVersion::kOne ? first_header(source, destination, v4) : second_header(source, destination, v4);
}

}  // namespace gatehouse::net
