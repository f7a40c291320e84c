#include "format/json.h"

#include <limits>

#include <gmock/gmock.h>

namespace gatehouse::format {
namespace {

using testing::HasSubstr;
using testing::Optional;

TEST(Json, ReadsEveryTypeAndNothingElse) {
  const auto document =
      JsonDocument::parse(R"({"s":"a\u00e9","b":true,"i":-3,"u":18446744073709551615,"d":1.5,"n":null})");
  ASSERT_TRUE(document.has_value());
  const auto root = document->root();
  EXPECT_THAT(root.find("s").string(), Optional(std::string_view("a\xC3\xA9")));
  EXPECT_THAT(root.find("b").boolean(), Optional(true));
  EXPECT_THAT(root.find("i").integer(), Optional(-3));
  EXPECT_THAT(root.find("u").unsigned_integer(), Optional(std::numeric_limits<std::uint64_t>::max()));
  EXPECT_EQ(root.find("u").integer(), std::nullopt);
  EXPECT_EQ(root.find("i").unsigned_integer(), std::nullopt);
  EXPECT_THAT(root.find("d").number(), Optional(1.5));
  EXPECT_EQ(root.find("d").integer(), std::nullopt);
  EXPECT_TRUE(root.find("n").is_null());
  EXPECT_EQ(root.find("s").integer(), std::nullopt);
  EXPECT_EQ(root.find("i").string(), std::nullopt);
}

TEST(Json, AMissingValueAnswersNothing) {
  const auto document = JsonDocument::parse(R"([1,{"a":[true]}])");
  ASSERT_TRUE(document.has_value());
  const auto root = document->root();
  EXPECT_FALSE(root.find("a").find("b").at(3).exists());
  EXPECT_FALSE(root.at(2).exists());
  EXPECT_EQ(root.size(), 2U);
  EXPECT_EQ(root.at(1).key(0), "a");
  EXPECT_THAT(root.at(1).at(0).at(0).boolean(), Optional(true));
  EXPECT_EQ(root.at(1).text(), R"({"a":[true]})");
}

TEST(Json, RefusesWhatIsNoJsonAndNamesTheByte) {
  for (const std::string_view text : {"", "{", "{\"a\":1,}", "[1] x", "'a'", "\"\xFF\"", "nul", "01"}) {
    EXPECT_FALSE(JsonDocument::parse(text).has_value()) << text;
  }
  const auto document = JsonDocument::parse(R"({"a":1,x})");
  ASSERT_FALSE(document.has_value());
  EXPECT_THAT(document.error().message, HasSubstr("at byte 7"));
}

TEST(Json, DepthHasALimit) {
  const std::string open(JsonDocument::kDepthMax, '[');
  const std::string close(JsonDocument::kDepthMax, ']');
  EXPECT_TRUE(JsonDocument::parse(open + close).has_value());
  EXPECT_FALSE(JsonDocument::parse("[" + open + close + "]").has_value());
}

TEST(JsonWriter, SeparatesAndEscapes) {
  JsonWriter writer;
  writer.begin_object().key("a\"\\").string("x\n\x01y").key("l").begin_array().integer(1).boolean(false).null();
  writer.begin_object().end_object().number(0.1).string("[").string("").end_array().key("e").raw("{}").end_object();
  EXPECT_EQ(writer.text(), R"({"a\"\\":"x\n\u0001y","l":[1,false,null,{},0.1,"[",""],"e":{}})");
  EXPECT_TRUE(JsonDocument::parse(writer.text()).has_value());
}

// So that text kept as JSON stays the same bytes on its way through a document.
TEST(JsonWriter, EscapesAsADocumentDoes) {
  std::string bytes;
  for (char c = 0; c < 0x7F; ++c) bytes += c;
  JsonWriter writer;
  writer.string(bytes);
  const auto document = JsonDocument::parse(writer.text());
  ASSERT_TRUE(document.has_value());
  EXPECT_EQ(document->root().text(), writer.text());
}

TEST(JsonWriter, ReplacesWhatIsNoUtf8) {
  JsonWriter writer;
  writer.string("a\xFF\xC3\xA9\xE2\x82\xED\xA0\x80\xF0\x9F\xA6\xAD");
  const auto document = JsonDocument::parse(writer.text());
  ASSERT_TRUE(document.has_value());
  EXPECT_THAT(*document->root().string(), HasSubstr("\xC3\xA9"));
  EXPECT_THAT(*document->root().string(), HasSubstr("\xF0\x9F\xA6\xAD"));
  EXPECT_THAT(*document->root().string(), HasSubstr("\xEF\xBF\xBD"));
}

TEST(JsonWriter, NumbersThatAreNoneBecomeNull) {
  JsonWriter writer;
  writer.begin_array().number(std::numeric_limits<double>::infinity()).unsigned_integer(7).end_array();
  EXPECT_EQ(writer.text(), "[null,7]");
}

}  // namespace
}  // namespace gatehouse::format
