#include "acme/renewal_info.h"

#include <gtest/gtest.h>

#include "tls/issue.h"

namespace gatehouse::acme {
namespace {

using namespace std::chrono_literals;

// The example of RFC 9773 section 4.1.
TEST(RenewalInfo, ACertificateIsNamedByItsAuthoritysKeyAndItsNumber) {
  const std::string key = "\x69\x88\x5b\x6b\x87\x46\x40\x41\xe1\xb3\x7b\x84\x7b\xa0\xae\x2c\xde\x01\xc8\xd4";
  EXPECT_EQ(renewal_id(key, "87654321"), "aYhba4dGQEHhs3uEe6CuLN4ByNQ.AIdlQyE");
  EXPECT_EQ(renewal_id("\x01", "7f"), "AQ.fw");
  EXPECT_FALSE(renewal_id("", "7f"));
  EXPECT_FALSE(renewal_id("\x01", ""));
  EXPECT_FALSE(renewal_id("\x01", "7g"));
  const auto authority = *tls::make_authority("CA", {.dns = {"test"}, .ip_ranges = {}}, tls::valid_for(1h));
  const auto leaf =
      *tls::issue(authority, {.common_name = "a.test", .names = {"a.test"}}, tls::KeyType::kEc256, tls::valid_for(1h));
  const auto id = renewal_id(leaf.chain);
  ASSERT_TRUE(id);
  EXPECT_EQ(id->find('.'), 27U) << "20 bytes of key identifier";
  EXPECT_FALSE(renewal_id(authority.chain)) << "it says nothing of who has signed it";
}

TEST(RenewalInfo, AWindowIsRead) {
  const auto window = parse_renewal_info(R"({"suggestedWindow": {"start": "2026-01-02T04:00:00Z",
      "end": "2026-01-03T06:00:00.5+02:00"}, "explanationURL": "https://ca.test/why"})");
  ASSERT_TRUE(window) << window.error().message;
  EXPECT_EQ(window->start, std::chrono::sys_days(std::chrono::year(2026) / 1 / 2) + 4h);
  EXPECT_EQ(window->end - window->start, 24h);
  EXPECT_EQ(window->explanation, "https://ca.test/why");
  EXPECT_EQ(pick(*window, 0), window->start);
  EXPECT_EQ(pick(*window, 0.5), window->start + 12h);
  EXPECT_EQ(pick(*window, 1), window->end);
}

TEST(RenewalInfo, WhatIsNoneIsRefused) {
  for (const auto* text :
       {"", "[]", "{}", R"({"suggestedWindow": 1})", R"({"suggestedWindow": {"start": "2026-01-02T04:00:00Z"}})",
        R"({"suggestedWindow": {"start": "2026-01-02T04:00:00Z", "end": "2026-01-01T04:00:00Z"}})"}) {
    EXPECT_FALSE(parse_renewal_info(text)) << text;
  }
  for (const auto* text : {"", "2026-01-02", "2026-01-02T04:00:00", "2026-01-02T04:00:00.Z", "2026-01-02T04:00:00.5",
                           "2026-01-02T04:00:00+1:00", "2026-01-02T04:00:00+24:00", "2026-01-02T04:00:00ZZ"}) {
    EXPECT_FALSE(parse_time(text)) << text;
  }
}

}  // namespace
}  // namespace gatehouse::acme
