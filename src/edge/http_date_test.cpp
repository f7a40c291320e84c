#include "edge/http_date.h"

#include <gtest/gtest.h>

namespace gatehouse::edge {
namespace {

TEST(HttpDate, IsWrittenAsTheStandardSays) {
  HttpDate date;
  const auto time = std::chrono::system_clock::from_time_t(784111777);
  EXPECT_EQ(date.text(time), "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(date.text(time + std::chrono::milliseconds(999)), "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(date.text(time + std::chrono::seconds(1)), "Sun, 06 Nov 1994 08:49:38 GMT");
}

}  // namespace
}  // namespace gatehouse::edge
