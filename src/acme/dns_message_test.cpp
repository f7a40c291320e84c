#include "acme/dns_message.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gatehouse::acme {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using namespace std::string_literals;

constexpr std::uint16_t kId = 0x1234;

std::string hexadecimal(std::string_view bytes) {
  std::string text;
  for (const auto byte : bytes) text += fmt::format("{:02x}", static_cast<unsigned char>(byte));
  return text;
}

// A reply with one question, for a.test, and what follows it.
std::string reply(int answers, int authority, const std::string& records, int code = 0) {
  return "\x12\x34\x81"s + static_cast<char>(0x80 | code) + "\0\x01\0"s + static_cast<char>(answers) + "\0"s +
         static_cast<char>(authority) + "\0\0"s +
         "\x01"
         "a\x04test\0\0\x10\0\x01"s +
         records;
}
std::string record(const std::string& name, int type, const std::string& data, int of_class = 1) {
  return name + "\0"s + static_cast<char>(type) + "\0"s + static_cast<char>(of_class) + "\0\0\0\x3c\0"s +
         static_cast<char>(data.size()) + data;
}
const std::string kQuestionName = "\xc0\x0c";

TEST(DnsMessage, AQuestionIsAskedWithRecursion) {
  EXPECT_EQ(hexadecimal(*make_dns_query(kId, "_acme-challenge.A.test.", DnsType::kTxt)),
            "123401000001000000000000"
            "0f5f61636d652d6368616c6c656e676501610474657374000010"
            "0001");
  EXPECT_TRUE(make_dns_query(kId, "", DnsType::kNs)) << "the root";
  EXPECT_TRUE(make_dns_query(kId, std::string(63, 'a') + ".test", DnsType::kNs));
  EXPECT_FALSE(make_dns_query(kId, std::string(64, 'a') + ".test", DnsType::kNs));
  EXPECT_FALSE(make_dns_query(kId, "a..test", DnsType::kNs));
  std::string name = "a";
  for (int i = 0; i < 126; ++i) name += ".a";
  EXPECT_TRUE(make_dns_query(kId, name, DnsType::kNs)) << "255 bytes";
  EXPECT_FALSE(make_dns_query(kId, name + ".a", DnsType::kNs));
}

TEST(DnsMessage, AnUpdateAddsOrRemovesOneRecord) {
  TxtChange change{.zone = "test", .name = "a.test", .value = "v", .ttl = 60};
  EXPECT_EQ(hexadecimal(*make_dns_update(kId, change)),
            "123428000001000000010000"
            "0474657374000006"
            "0001"
            "0161047465737400"
            "00100001"
            "0000003c"
            "0002"
            "0176");
  change.is_removal = true;
  EXPECT_THAT(hexadecimal(*make_dns_update(kId, change)), HasSubstr("001000fe"
                                                                    "00000000"
                                                                    "0002"
                                                                    "0176"));
  change.value = std::string(256, 'v');
  EXPECT_FALSE(make_dns_update(kId, change));
}

TEST(DnsMessage, ASignatureIsOneMoreRecord) {
  const auto message = *make_dns_query(kId, "a.test", DnsType::kSoa);
  const TsigKey key{.name = "Key.", .algorithm = "HMAC-SHA256.", .secret = base::Secret("secret")};
  const auto text = hexadecimal(*sign_dns_message(message, key, 0x65000000));
  EXPECT_THAT(text, testing::StartsWith("123401000001000000000001")) << "an additional record";
  EXPECT_THAT(text, HasSubstr("036b65790000fa00ff00000000"
                              "003d"
                              "0b686d61632d73686132353600"
                              "000065000000"
                              "012c"
                              "0020"));
  EXPECT_THAT(text, testing::EndsWith("123400000000"));
  EXPECT_FALSE(sign_dns_message(message, {.name = "k", .algorithm = "hmac-md5", .secret = {}}, 0));
  EXPECT_FALSE(sign_dns_message(message, {.name = "a..b", .secret = {}}, 0));
}

TEST(DnsMessage, AnAnswerIsTakenApart) {
  const auto text =
      reply(3, 1,
            record(kQuestionName, 16, "\x02xy\x01z") + record("\x01W"s + kQuestionName, 5, kQuestionName) +
                record(kQuestionName, 1, "\x7f\0\0\x01"s) +
                record("\xc0\x0e", 6, "\x02ns\xc0\x0e\0"s + std::string(20, '\0')));
  const auto parsed = parse_dns_reply(text, kId);
  ASSERT_TRUE(parsed) << parsed.error().message;
  EXPECT_EQ(parsed->code, 0);
  EXPECT_THAT(parsed->answers,
              ElementsAre(DnsRecord{"a.test", DnsType::kTxt, "xyz"}, DnsRecord{"w.a.test", DnsType::kCname, "a.test"}))
      << "an address is nothing that we ask for";
  EXPECT_THAT(parsed->authority, ElementsAre(DnsRecord{"test", DnsType::kSoa, "ns.test"}));
  EXPECT_EQ(dns_code_name(parse_dns_reply(reply(0, 0, "", 5), kId)->code), "REFUSED");
  EXPECT_EQ(dns_code_name(11), "code 11");
}

TEST(DnsMessage, WhatIsNoAnswerIsRefused) {
  const auto good = reply(1, 0, record(kQuestionName, 16, "\x01z"));
  ASSERT_TRUE(parse_dns_reply(good, kId));
  EXPECT_FALSE(parse_dns_reply(good, kId + 1)) << "to another question";
  for (std::size_t size = 0; size < good.size(); ++size)
    EXPECT_FALSE(parse_dns_reply(good.substr(0, size), kId)) << size;
  auto question = good;
  question[2] = 1;
  EXPECT_FALSE(parse_dns_reply(question, kId));
  // Names that lead to themselves, ahead, or to each other.
  const std::string into_itself = std::string("\x01") + "a\xc0\x18";
  for (const std::string& loop : {std::string("\xc0\x18"), std::string("\xc0\x1a"), into_itself,
                                  std::string("\xff\xff"), std::string("\x41"), std::string("\x80")}) {
    EXPECT_FALSE(parse_dns_reply(reply(1, 0, record(loop, 16, "\x01z")), kId)) << hexadecimal(loop);
  }
}

}  // namespace
}  // namespace gatehouse::acme
