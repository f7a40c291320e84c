#include "tls/client_hello.h"

#include <gtest/gtest.h>

namespace gatehouse::tls {
namespace {

using State = HelloReading::State;

std::string number(std::size_t value, std::size_t size) {
  std::string bytes;
  while (size-- > 0) bytes.push_back(static_cast<char>(value >> 8 * size));
  return bytes;
}
std::string sized(std::size_t length_size, const std::string& bytes) {
  return number(bytes.size(), length_size) + bytes;
}
std::string extension(std::size_t type, const std::string& body) { return number(type, 2) + sized(2, body); }
std::string server_name(const std::string& name) {
  return extension(0, sized(2, std::string(1, '\0') + sized(2, name)));
}
std::string alpn(const std::vector<std::string>& protocols) {
  std::string list;
  for (const auto& protocol : protocols) list += sized(1, protocol);
  return extension(16, sized(2, list));
}
std::string head() {
  return std::string("\x03\x03", 2) + std::string(32, 'r') + sized(1, std::string(32, 's')) +
         sized(2, std::string("\x13\x01\x13\x02", 4)) + sized(1, std::string(1, '\0'));
}
std::string message(const std::string& body) { return std::string(1, '\1') + sized(3, body); }
std::string record(const std::string& content) { return std::string("\x16\x03\x01", 3) + sized(2, content); }
std::string hello_with(const std::string& extensions) { return record(message(head() + sized(2, extensions))); }

const std::string kUnknown = extension(0x1234, "whatever");

// Of every beginning the answer is that more is wanted, and never more than there is.
void expect_complete(const std::string& bytes, const std::string& name, const std::vector<std::string>& protocols) {
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    const auto reading = read_client_hello(std::string_view(bytes).substr(0, size));
    ASSERT_EQ(reading.state, State::kIncomplete) << size;
    ASSERT_GT(reading.wanted, size);
    ASSERT_LE(reading.wanted, bytes.size());
  }
  const auto reading = read_client_hello(bytes);
  ASSERT_EQ(reading.state, State::kComplete);
  EXPECT_EQ(reading.hello.server_name, name);
  EXPECT_EQ(reading.hello.protocols, protocols);
}

// Broken at the latest when all is there, whatever has come of it before.
void expect_broken(const std::string& bytes) {
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    ASSERT_NE(read_client_hello(std::string_view(bytes).substr(0, size)).state, State::kComplete) << size;
  }
  EXPECT_EQ(read_client_hello(bytes).state, State::kBroken);
}

TEST(ClientHello, SaysNameAndProtocols) {
  expect_complete(hello_with(kUnknown + server_name("Db.Test") + alpn({"postgresql", "h2"})), "db.test",
                  {"postgresql", "h2"});
}

TEST(ClientHello, NeedNotSayAnything) {
  expect_complete(hello_with(""), "", {});
  expect_complete(record(message(head())), "", {});
}

TEST(ClientHello, MayComeInManyRecords) {
  const auto whole = message(head() + sized(2, server_name("a.test")));
  std::string bytes;
  for (const char byte : whole) bytes += record(std::string(1, byte));
  expect_complete(bytes, "a.test", {});
}

TEST(ClientHello, WhatFollowsInARecordOfItsOwnIsNotItsConcern) {
  const auto reading = read_client_hello(hello_with(server_name("a.test")) + "\x17\x03\x03 early data");
  EXPECT_EQ(reading.state, State::kComplete);
  EXPECT_EQ(reading.hello.server_name, "a.test");
}

TEST(ClientHello, TwoReadersMustNotSeeTwoNames) {
  expect_broken(hello_with(server_name("a.test") + server_name("b.test")));
  expect_broken(hello_with(alpn({"h2"}) + alpn({"http/1.1"})));
  expect_broken(hello_with(kUnknown + kUnknown));
  const std::string two = std::string(1, '\0') + sized(2, "a.test") + std::string(1, '\0') + sized(2, "b.test");
  expect_broken(hello_with(extension(0, sized(2, two))));
  expect_broken(record(message(head() + sized(2, server_name("a.test"))) + message(head())));
  expect_broken(record(message(head() + sized(2, server_name("a.test")) + "behind")));
}

TEST(ClientHello, LengthsFitTogether) {
  expect_broken(hello_with(extension(0, number(9, 2) + "short")));
  expect_broken(hello_with(extension(16, sized(2, ""))));
  expect_broken(hello_with(extension(16, sized(2, sized(1, "")))));
  expect_broken(hello_with(extension(16, sized(2, number(9, 1) + "h2"))));
  expect_broken(hello_with(extension(16, sized(2, sized(1, "h2")) + "x")));
  expect_broken(hello_with(number(0x1234, 2) + number(5, 2) + "abc"));
  expect_broken(record(message("\x03\x03 too short")));
}

TEST(ClientHello, FieldsOfTheHeadAreChecked) {
  const std::string random(32, 'r');
  const std::string suites = sized(2, std::string("\x13\x01", 2));
  const std::string none = sized(1, std::string(1, '\0'));
  const auto body = [&](const std::string& version, const std::string& session, const std::string& ciphers,
                        const std::string& compressions) {
    return record(message(version + random + session + ciphers + compressions));
  };
  const std::string tls(std::string("\x03\x03", 2));
  expect_complete(body(tls, sized(1, ""), suites, none), "", {});
  expect_broken(body(std::string("\x02\x00", 2), sized(1, ""), suites, none));
  expect_broken(body(tls, sized(1, std::string(33, 's')), suites, none));
  expect_broken(body(tls, sized(1, ""), sized(2, ""), none));
  expect_broken(body(tls, sized(1, ""), sized(2, "odd"), none));
  expect_broken(body(tls, sized(1, ""), suites, sized(1, "")));
}

TEST(ClientHello, OtherThingsAreNone) {
  expect_broken("GET / HTTP/1.1");
  expect_broken(std::string("\x16\x02\x00\x00\x05", 5));  // SSL 2
  expect_broken(std::string("\x16\x03\x01\x00\x00", 5));  // an empty record
  expect_broken(std::string("\x16\x03\x01\x40\x01", 5));  // a record too long
  expect_broken(record("\x02 a server's hello"));         //
  expect_broken(record("\x02"));                          //
}

TEST(ClientHello, IsLimited) {
  const auto padding = [](std::size_t size) { return extension(21, std::string(size, '\0')); };
  const auto overhead = head().size() + 2 + 4;
  const auto longest = message(head() + sized(2, padding(kHelloBytesMax - overhead)));
  const auto in_two = record(longest.substr(0, 100)) + record(longest.substr(100));
  EXPECT_EQ(read_client_hello(in_two).state, State::kComplete);
  const auto longer = message(head() + sized(2, padding(kHelloBytesMax - overhead + 1)));
  EXPECT_EQ(read_client_hello(record(longer.substr(0, 100))).state, State::kBroken);
}

}  // namespace
}  // namespace gatehouse::tls
