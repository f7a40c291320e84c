#include "control/claim_store.h"

#include <fstream>

#include <gmock/gmock.h>

#include "control/testing_folder.h"

namespace gatehouse::control {
namespace {

using testing::ElementsAre;
using testing::Pair;

class ClaimStoreTest : public testing::Test {
 protected:
  TestingFolder folder_;
  ClaimStore store_{folder_.path() / "claims.json"};
};

TEST_F(ClaimStoreTest, WhatIsSavedIsClaimedAfterARestart) {
  discovery::StackClaims claims;
  EXPECT_TRUE(claims.claim("host shop.example.com", "shop"));
  EXPECT_TRUE(claims.claim("service \"odd\"", ""));
  ASSERT_TRUE(store_.save(claims));
  auto loaded = store_.load();
  ASSERT_TRUE(loaded) << loaded.error().message;
  EXPECT_THAT(loaded->owners(), ElementsAre(Pair("host shop.example.com", "shop"), Pair("service \"odd\"", "")));
  EXPECT_FALSE(loaded->claim("host shop.example.com", "evil"));
}

TEST_F(ClaimStoreTest, WithoutAFileNothingIsClaimed) {
  const auto loaded = store_.load();
  ASSERT_TRUE(loaded);
  EXPECT_TRUE(loaded->owners().empty());
}

TEST_F(ClaimStoreTest, ABrokenFileIsTold) {
  for (const auto* text : {"", "[]", "{\"host a\": 1}", "{\"host a\": \"b\""}) {
    std::ofstream(folder_.path() / "claims.json") << text;
    EXPECT_FALSE(store_.load()) << text;
  }
}

}  // namespace
}  // namespace gatehouse::control
