#include "http/message.h"

#include <gtest/gtest.h>

#include "http/violation.h"

namespace gatehouse::http {
namespace {

TEST(Method, IsComparedByTheLetter) {
  EXPECT_EQ(Method::of("GET").id, MethodId::kGet);
  EXPECT_EQ(Method::of("PATCH").id, MethodId::kPatch);
  EXPECT_EQ(Method::of("Get").id, MethodId::kOther);
  EXPECT_EQ(Method::of(MethodId::kOptions).token, "OPTIONS");
  EXPECT_EQ(Method::of("QUERY"), Method::of("QUERY"));
  EXPECT_TRUE(Method::of("PUT").is_idempotent());
  EXPECT_FALSE(Method::of("PUT").is_safe());
  EXPECT_FALSE(Method::of("POST").is_idempotent());
}

TEST(Head, ClonesWithTextOfItsOwn) {
  RequestHead head;
  head.method = Method::of(head.storage().copy("PURGE"));
  head.target = head.storage().copy("/x");
  head.fields.add("A", "1");
  const auto copy = head.clone();
  head.clear();
  EXPECT_EQ(copy.method.token, "PURGE");
  EXPECT_EQ(copy.target, "/x");
  EXPECT_EQ(copy.fields.get("a"), "1");
  EXPECT_TRUE(head.fields.empty());

  auto response = ResponseHead::of(404);
  response.fields.add("A", "1");
  const auto twin = response.clone();
  response.clear();
  EXPECT_EQ(twin.status, 404);
  EXPECT_EQ(twin.reason, "Not Found");
  EXPECT_EQ(twin.fields.get("a"), "1");
}

TEST(Violation, BecomesAnErrorThatNamesTheSide) {
  const auto error = to_error(Violation::kHeadTooLarge, base::Fault::kClient);
  EXPECT_EQ(error.code, base::ErrorCode::kLimit);
  EXPECT_EQ(error.message, "the client's request breaks HTTP: the head has more bytes than the limit allows");
  EXPECT_EQ(to_error(Violation::kVersionUnsupported, base::Fault::kBackend).code, base::ErrorCode::kUnsupported);
  EXPECT_EQ(status_of(Violation::kHeadTooLarge), 431);
  EXPECT_EQ(status_of(Violation::kUnexpectedUpgrade), 400);
}

}  // namespace
}  // namespace gatehouse::http
