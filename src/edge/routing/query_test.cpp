#include "edge/routing/query.h"

#include <utility>
#include <vector>

#include <gmock/gmock.h>

namespace gatehouse::edge {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

std::vector<std::pair<std::string, std::string>> parameters(std::string_view query) {
  std::vector<std::pair<std::string, std::string>> result;
  QueryReader reader(query);
  while (const auto parameter = reader.next()) {
    std::string name;
    std::string value;
    result.emplace_back(parameter->name.decode(name), parameter->value.decode(value));
  }
  return result;
}

TEST(Query, PartsAtAmpersandsAndSemicolons) {
  EXPECT_THAT(parameters("a=1&b=2;c=3"), ElementsAre(Pair("a", "1"), Pair("b", "2"), Pair("c", "3")));
  EXPECT_THAT(parameters("&&a=1&;"), ElementsAre(Pair("a", "1")));
  EXPECT_THAT(parameters(""), IsEmpty());
}

TEST(Query, TheFirstEqualsSignEndsTheName) {
  EXPECT_THAT(parameters("a=b=c&d&=e&f="), ElementsAre(Pair("a", "b=c"), Pair("d", ""), Pair("", "e"), Pair("f", "")));
}

TEST(Query, DecodesEscapesAndPlus) {
  EXPECT_THAT(parameters("a%20b=c+d%26%3d&%61=%C3%a9"), ElementsAre(Pair("a b", "c d&="), Pair("a", "\xC3\xA9")));
}

TEST(Query, BrokenEscapesLeaveTheirPairOut) {
  EXPECT_THAT(parameters("a=%&b=%4&c=%zz&%4=d&e=%41"), ElementsAre(Pair("e", "A")));
  EXPECT_THAT(parameters("a=%4&b=1"), ElementsAre(Pair("b", "1")));
}

TEST(Query, ComparesWithoutDecodingIntoACopy) {
  EXPECT_TRUE(QueryText("a%2Bb+c").equals("a+b c"));
  EXPECT_FALSE(QueryText("a%2Bb").equals("a+"));
  EXPECT_FALSE(QueryText("a").equals("ab"));
  EXPECT_TRUE(QueryText("").equals(""));
}

TEST(Query, PlainTextIsDecodedToItself) {
  const std::string_view raw = "plain";
  std::string storage;
  EXPECT_EQ(QueryText(raw).decode(storage).data(), raw.data());
}

}  // namespace
}  // namespace gatehouse::edge
