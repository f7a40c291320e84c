#include "net/proxy_protocol.h"

#include <string>

#include <gtest/gtest.h>

namespace gatehouse::net {
namespace {

using State = ProxyReading::State;

const std::string kSignature("\r\n\r\n\0\r\nQUIT\n", 12);

std::string second(const std::string& head, std::size_t size, const std::string& body) {
  return kSignature + head + static_cast<char>(size >> 8) + static_cast<char>(size) + body;
}
std::string second(const std::string& head, const std::string& body) { return second(head, body.size(), body); }

const std::string kV4Addresses("\xc0\x00\x02\x01\xc6\x33\x64\x01\xdc\x04\x01\xbb", 12);
const std::string kV6Addresses = std::string("\x20\x01\x0d\xb8", 4) + std::string(11, '\0') + "\x01" +
                                 std::string("\x20\x01\x0d\xb8", 4) + std::string(11, '\0') + "\x02" +
                                 std::string("\xdc\x04\x01\xbb", 4);

// Of every beginning the answer is that more is wanted; what follows is left alone.
void expect_complete(const std::string& header, const std::string& source, const std::string& destination) {
  for (std::size_t size = 0; size < header.size(); ++size) {
    const auto reading = read_proxy_header(std::string_view(header).substr(0, size));
    ASSERT_EQ(reading.state, State::kIncomplete) << size;
    ASSERT_GT(reading.wanted, size);
    ASSERT_LE(reading.wanted, header.size());
  }
  for (const std::string rest : {"", "GET / HTTP/1.1\r\n\r\n", "PROXY "}) {
    const auto reading = read_proxy_header(header + rest);
    ASSERT_EQ(reading.state, State::kComplete);
    EXPECT_EQ(reading.size, header.size());
    EXPECT_EQ(reading.source ? reading.source->to_string() : "", source);
    EXPECT_EQ(reading.destination ? reading.destination->to_string() : "", destination);
  }
}

void expect_broken(const std::string& header) {
  for (std::size_t size = 0; size < header.size(); ++size) {
    ASSERT_NE(read_proxy_header(std::string_view(header).substr(0, size)).state, State::kComplete) << size;
  }
  EXPECT_EQ(read_proxy_header(header).state, State::kBroken) << header;
}

TEST(ProxyProtocol, FirstVersion) {
  expect_complete("PROXY TCP4 192.0.2.1 198.51.100.1 56324 443\r\n", "192.0.2.1:56324", "198.51.100.1:443");
  expect_complete("PROXY TCP6 2001:db8::1 2001:db8::2 56324 443\r\n", "[2001:db8::1]:56324", "[2001:db8::2]:443");
  expect_complete("PROXY UNKNOWN\r\n", "", "");
  expect_complete("PROXY UNKNOWN whatever stands here\r\n", "", "");
}

TEST(ProxyProtocol, FirstVersionIsExact) {
  for (const std::string line :
       {"TCP4 192.0.2.1 198.51.100.1 56324", "TCP4 192.0.2.1 198.51.100.1 56324 443 1",
        "TCP4  192.0.2.1 198.51.100.1 1 2", "TCP4 192.0.2.1 198.51.100.1 56324 65536",
        "TCP4 192.0.2.1 198.51.100.1 056324 443", "TCP4 192.0.2.1 198.51.100.1 +1 443",
        "TCP4 192.0.2.1 198.51.100.1 56324 -1", "TCP4 192.0.2.256 198.51.100.1 1 2", "TCP4 192.0.2.01 198.51.100.1 1 2",
        "TCP4 2001:db8::1 2001:db8::2 1 2", "TCP6 192.0.2.1 198.51.100.1 1 2", "TCP6 fe80::1%eth0 2001:db8::2 1 2",
        "tcp4 192.0.2.1 198.51.100.1 1 2", "UDP4 192.0.2.1 198.51.100.1 1 2", "UNKNOWNX", "", " "}) {
    expect_broken("PROXY " + line + "\r\n");
  }
}

TEST(ProxyProtocol, FirstVersionIsLimited) {
  const std::string begin = "PROXY UNKNOWN ";
  expect_complete(begin + std::string(107 - begin.size() - 2, 'x') + "\r\n", "", "");
  expect_broken(begin + std::string(107 - begin.size() - 1, 'x') + "\r\n");
}

TEST(ProxyProtocol, SecondVersion) {
  expect_complete(second("\x21\x11", kV4Addresses), "192.0.2.1:56324", "198.51.100.1:443");
  expect_complete(second("\x21\x21", kV6Addresses), "[2001:db8::1]:56324", "[2001:db8::2]:443");
  const std::string addition("\x05\x00\x02id", 5);
  expect_complete(second("\x21\x11", kV4Addresses + addition + addition), "192.0.2.1:56324", "198.51.100.1:443");
}

TEST(ProxyProtocol, SecondVersionMaySpeakForItself) {
  expect_complete(second(std::string("\x20\x00", 2), ""), "", "");
  expect_complete(second("\x20\x11", kV4Addresses), "", "");
  expect_complete(second("\x20\x31", std::string(216, 'u')), "", "");
  expect_complete(second(std::string("\x21\x00", 2), "passed over"), "", "");
}

TEST(ProxyProtocol, SecondVersionIsExact) {
  expect_broken(second("\x11\x11", kV4Addresses));            // version 1
  expect_broken(second("\x22\x11", kV4Addresses));            // no such command
  expect_broken(second("\x21\x41", kV4Addresses));            // no such family
  expect_broken(second("\x21\x10", kV4Addresses));            // no such transport
  expect_broken(second("\x21\x31", std::string(216, 'u')));   // Unix
  expect_broken(second("\x21\x11", kV4Addresses.substr(1)));  // too short
  expect_broken(second("\x21\x21", kV4Addresses));            //
  expect_broken(second("\x21\x11", kV4Addresses + "x"));      // half an addition
  expect_broken(second("\x21\x11", kV4Addresses + std::string("\x05\x00\x03id", 5)));
}

TEST(ProxyProtocol, SecondVersionIsLimited) {
  const auto fill = [](std::size_t size) { return second(std::string("\x20\x00", 2), std::string(size - 16, 'x')); };
  EXPECT_EQ(read_proxy_header(fill(kProxyHeaderBytesMax)).state, State::kComplete);
  EXPECT_EQ(read_proxy_header(fill(kProxyHeaderBytesMax + 1)).state, State::kBroken);
}

TEST(ProxyProtocol, OtherBytesAreNone) {
  for (const std::string bytes : {"GET / HTTP/1.1", "POST / HTTP/1.1", "PROXX", "\x16\x03\x01", "\r\n\r\nx"}) {
    EXPECT_EQ(read_proxy_header(bytes).state, State::kAbsent) << bytes;
  }
}

TEST(ProxyProtocol, WhatIsWrittenCanBeRead) {
  const auto a = *SocketAddress::from_ip("192.0.2.1", 56324);
  const auto b = *SocketAddress::from_ip("198.51.100.1", 443);
  const auto c = *SocketAddress::from_ip("2001:db8::1", 56324);
  const auto d = *SocketAddress::from_ip("2001:db8::2", 443);
  EXPECT_EQ(proxy_header(ProxyVersion::kOne, a, b), "PROXY TCP4 192.0.2.1 198.51.100.1 56324 443\r\n");
  EXPECT_EQ(proxy_header(ProxyVersion::kOne, c, d), "PROXY TCP6 2001:db8::1 2001:db8::2 56324 443\r\n");
  EXPECT_EQ(proxy_header(ProxyVersion::kTwo, a, b), second("\x21\x11", kV4Addresses));
  EXPECT_EQ(proxy_header(ProxyVersion::kTwo, c, d), second("\x21\x21", kV6Addresses));
  for (const auto version : {ProxyVersion::kOne, ProxyVersion::kTwo}) {
    const auto mixed = read_proxy_header(proxy_header(version, a, d));  // the addresses are of one family there
    ASSERT_EQ(mixed.state, State::kComplete);
    EXPECT_EQ(mixed.source->ip(), "192.0.2.1");
    EXPECT_EQ(mixed.destination->ip(), "2001:db8::2");
  }
}

}  // namespace
}  // namespace gatehouse::net
