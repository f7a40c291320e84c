#include "base/secret.h"

#include <gtest/gtest.h>

namespace gatehouse::base {
namespace {

TEST(Secret, PrintsAsStars) { EXPECT_EQ(fmt::format("{}", Secret("hunter2")), "***"); }

TEST(Secret, ComparesByValue) {
  EXPECT_EQ(Secret("a"), Secret("a"));
  EXPECT_FALSE(Secret("a") == Secret("b"));
  EXPECT_FALSE(Secret("a") == Secret("ab"));
}

TEST(Secret, MovedFromIsEmpty) {
  Secret a("hunter2");
  const Secret b = std::move(a);
  EXPECT_TRUE(a.empty());  // NOLINT(bugprone-use-after-move): that is the point
  EXPECT_EQ(b.reveal(), "hunter2");
}

}  // namespace
}  // namespace gatehouse::base
