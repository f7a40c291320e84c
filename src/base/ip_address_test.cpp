#include "base/ip_address.h"

#include <unordered_set>

#include <gtest/gtest.h>

namespace gatehouse::base {
namespace {

std::string canonical(std::string_view text) {
  const auto address = IpAddress::parse(text);
  return address ? address->to_string() : "refused";
}

bool contains(std::string_view range, std::string_view address) {
  return Cidr::parse(range).value().contains(IpAddress::parse(address).value());
}

TEST(IpAddress, PrintsCanonically) {
  EXPECT_EQ(canonical("192.0.2.1"), "192.0.2.1");
  EXPECT_EQ(canonical("255.255.255.255"), "255.255.255.255");
  EXPECT_EQ(canonical("2001:DB8:0:0::1"), "2001:db8::1");
  EXPECT_EQ(canonical("::"), "::");
  EXPECT_EQ(IpAddress().to_string(), "0.0.0.0");
}

TEST(IpAddress, MappedAddressIsItsIpv4Address) {
  EXPECT_EQ(canonical("::ffff:192.0.2.1"), "192.0.2.1");
  EXPECT_EQ(IpAddress::parse("::ffff:c000:201"), IpAddress::parse("192.0.2.1"));
  EXPECT_TRUE(IpAddress::parse("::ffff:192.0.2.1")->is_v4());
}

TEST(IpAddress, ZoneIsLeftOut) {
  EXPECT_EQ(IpAddress::parse("fe80::1%eth0"), IpAddress::parse("fe80::1"));
  EXPECT_EQ(canonical("fe80::1%"), "refused");
}

TEST(IpAddress, RefusesWhatIsNoAddress) {
  for (const auto* text : {"", "1", "1.2.3", "1.2.3.4.5", "1.2.3.256", "01.2.3.4", "1.2.3.4 ", " 1.2.3.4",
                           "1.2.3.4%eth0", "0x7f.0.0.1", "[::1]", "::1:", ":::", "1:2:3:4:5:6:7:8:9", "12345::", "::g",
                           "1.2.3.4:80", "1111:2222:3333:4444:5555:6666:7777:8888:9999:aaaa:bbbb:cccc"}) {
    EXPECT_EQ(canonical(text), "refused") << text;
  }
  EXPECT_EQ(canonical(std::string_view("1.2.3.4\0", 8)), "refused");
  EXPECT_EQ(canonical(std::string_view("::1\0x", 5)), "refused");
}

TEST(IpAddress, Loopback) {
  EXPECT_TRUE(IpAddress::parse("127.0.0.1")->is_loopback());
  EXPECT_TRUE(IpAddress::parse("127.255.0.9")->is_loopback());
  EXPECT_TRUE(IpAddress::parse("::1")->is_loopback());
  EXPECT_FALSE(IpAddress::parse("128.0.0.1")->is_loopback());
  EXPECT_FALSE(IpAddress::parse("::2")->is_loopback());
}

TEST(IpAddress, OrdersIpv4BeforeIpv6AndHashes) {
  EXPECT_LT(*IpAddress::parse("255.0.0.0"), *IpAddress::parse("::1"));
  EXPECT_LT(*IpAddress::parse("9.0.0.1"), *IpAddress::parse("10.0.0.0"));
  const std::unordered_set<IpAddress> set = {*IpAddress::parse("10.0.0.1"), *IpAddress::parse("::ffff:10.0.0.1")};
  EXPECT_EQ(set.size(), 1);
}

TEST(IpAddress, MaskKeepsTheFirstBits) {
  const auto address = *IpAddress::parse("255.255.255.255");
  EXPECT_EQ(address.masked(0).to_string(), "0.0.0.0");
  EXPECT_EQ(address.masked(1).to_string(), "128.0.0.0");
  EXPECT_EQ(address.masked(8).to_string(), "255.0.0.0");
  EXPECT_EQ(address.masked(17).to_string(), "255.255.128.0");
  EXPECT_EQ(address.masked(31).to_string(), "255.255.255.254");
  EXPECT_EQ(address.masked(32).to_string(), "255.255.255.255");
  EXPECT_EQ(address.masked(200).to_string(), "255.255.255.255");
}

TEST(Cidr, ContainsItsAddresses) {
  EXPECT_TRUE(contains("10.1.2.3/8", "10.255.255.255"));
  EXPECT_FALSE(contains("10.1.2.3/8", "11.0.0.0"));
  EXPECT_TRUE(contains("192.0.2.1", "192.0.2.1"));
  EXPECT_FALSE(contains("192.0.2.1", "192.0.2.2"));
  EXPECT_TRUE(contains("0.0.0.0/0", "8.8.8.8"));
  EXPECT_TRUE(contains("2001:db8::/33", "2001:db8:7fff::1"));
  EXPECT_FALSE(contains("2001:db8::/33", "2001:db8:8000::1"));
}

TEST(Cidr, FamiliesDoNotMix) {
  EXPECT_FALSE(contains("::/0", "10.0.0.1"));
  EXPECT_FALSE(contains("0.0.0.0/0", "::1"));
  EXPECT_TRUE(contains("10.0.0.0/8", "::ffff:10.0.0.1"));
  EXPECT_TRUE(contains("::ffff:10.0.0.0/104", "10.9.9.9"));
  EXPECT_FALSE(contains("::ffff:10.0.0.0/104", "11.0.0.0"));
}

TEST(Cidr, PrintsWhatItHolds) {
  EXPECT_EQ(Cidr::parse("10.1.2.3/8")->to_string(), "10.0.0.0/8");
  EXPECT_EQ(Cidr::parse("192.0.2.1")->to_string(), "192.0.2.1/32");
  EXPECT_EQ(Cidr::parse("::1")->to_string(), "::1/128");
}

TEST(Cidr, RefusesWhatIsNoRange) {
  for (const auto* text : {"", "/", "/8", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/08", "10.0.0.0/+8",
                           "10.0.0.0/8/8", "10.0.0/8", "::/129", "::/999", "fe80::1%eth0/64", "::ffff:10.0.0.0/95"}) {
    EXPECT_FALSE(Cidr::parse(text)) << text;
  }
}

}  // namespace
}  // namespace gatehouse::base
