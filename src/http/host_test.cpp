#include "http/host.h"

#include <string>

#include <gtest/gtest.h>

namespace gatehouse::http {
namespace {

std::string shown(std::string_view text) {
  const auto host = Host::parse(text);
  if (!host) return "refused";
  return std::string(host->name).append(host->is_ipv6 ? "|6|" : "|") + (host->port ? std::to_string(*host->port) : "");
}

TEST(Host, ReadsNamesAddressesAndPorts) {
  EXPECT_EQ(shown("a.test"), "a.test|");
  EXPECT_EQ(shown("A.Test.:8080"), "A.Test.|8080");
  EXPECT_EQ(shown("my_app-1:80"), "my_app-1|80");
  EXPECT_EQ(shown("192.0.2.1:65535"), "192.0.2.1|65535");
  EXPECT_EQ(shown("[2001:DB8::1]"), "2001:DB8::1|6|");
  EXPECT_EQ(shown("[::ffff:192.0.2.1]:1"), "::ffff:192.0.2.1|6|1");
  EXPECT_EQ(shown("a:"), "a|");
}

TEST(Host, RefusesWhatCouldBeReadAsAnother) {
  for (const auto* const text : {"",
                                 ":80",
                                 "a b",
                                 "a\tb",
                                 "a, b",
                                 "a,b",
                                 "a/admin",
                                 "u@a",
                                 "a:99999",
                                 "a:65536",
                                 "a:8o",
                                 "a:-80",
                                 "a:+80",
                                 "a:000080",
                                 "a:80:81",
                                 "[::1",
                                 "[a.test]",
                                 "[]",
                                 "[::1]x",
                                 "[::1]:x",
                                 "[fe80::1%eth0]",
                                 "[192.0.2.1]",
                                 "::1",
                                 "a.t\xe9st",
                                 "a\"",
                                 "a\\b",
                                 "a%2e",
                                 "a;b",
                                 "a?b",
                                 "a#b",
                                 "*.a",
                                 "a]"}) {
    EXPECT_EQ(shown(text), "refused") << text;
  }
  EXPECT_NE(shown(std::string(Host::kNameBytesMax, 'a')), "refused");
  EXPECT_EQ(shown(std::string(Host::kNameBytesMax + 1, 'a')), "refused");
}

TEST(Host, LeavesATrailingDotToItsReader) {
  EXPECT_EQ(without_trailing_dot("a.test."), "a.test");
  EXPECT_EQ(without_trailing_dot("a.test"), "a.test");
  EXPECT_EQ(without_trailing_dot(""), "");
}

}  // namespace
}  // namespace gatehouse::http
