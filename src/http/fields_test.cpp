#include "http/fields.h"

#include <string>
#include <utility>

#include <gtest/gtest.h>

namespace gatehouse::http {
namespace {

std::string shown(const Fields& fields) {
  std::string text;
  for (const auto& field : fields) text.append(field.name).append("=").append(field.value) += ';';
  return text;
}

Fields sample() {
  Fields fields;
  fields.add("x-a", "1");
  fields.add("set-cookie", "a");
  fields.add("X-A", "2");
  fields.add(FieldId::kSetCookie, "b");
  return fields;
}

TEST(Fields, FindsByNameAndIdInAnyCase) {
  const auto fields = sample();
  EXPECT_EQ(fields.get("X-a"), "1");
  EXPECT_EQ(fields.get(FieldId::kSetCookie), "a");
  EXPECT_EQ(fields.get("SET-COOKIE"), "a");
  EXPECT_EQ(fields.count("x-A"), 2u);
  EXPECT_EQ(fields.count(FieldId::kSetCookie), 2u);
  EXPECT_FALSE(fields.has("x"));
  EXPECT_FALSE(fields.has(FieldId::kHost));
  EXPECT_EQ(fields.find("host"), nullptr);
  EXPECT_EQ(fields.get("host"), "");
}

TEST(Fields, KeepsOrderAndSpelling) { EXPECT_EQ(shown(sample()), "x-a=1;set-cookie=a;X-A=2;Set-Cookie=b;"); }

TEST(Fields, SetsInPlaceOfAll) {
  auto fields = sample();
  fields.set("X-a", "3");
  fields.set(FieldId::kSetCookie, "c");
  fields.set("New", "n");
  fields.set(FieldId::kHost, "h");
  EXPECT_EQ(shown(fields), "X-a=3;Set-Cookie=c;New=n;Host=h;");
}

TEST(Fields, Removes) {
  auto fields = sample();
  EXPECT_EQ(fields.remove("x-a"), 2u);
  EXPECT_EQ(fields.remove("x-a"), 0u);
  EXPECT_EQ(fields.remove(FieldId::kHost), 0u);
  EXPECT_EQ(fields.remove({FieldId::kSetCookie, FieldId::kHost}), 2u);
  EXPECT_TRUE(fields.empty());
  EXPECT_FALSE(fields.has(FieldId::kSetCookie));
  fields.add("Set-Cookie", "again");
  EXPECT_EQ(fields.get(FieldId::kSetCookie), "again");
}

TEST(Fields, ReadsListsOverSeveralLines) {
  Fields fields;
  fields.add(FieldId::kVary, "a,, b\t");
  fields.add(FieldId::kVary, "");
  fields.add(FieldId::kVary, ",C ,");
  std::string items;
  fields.for_each_list_item(FieldId::kVary, [&](std::string_view item) { items.append(item) += ';'; });
  EXPECT_EQ(items, "a;b;C;");
  EXPECT_TRUE(fields.lists(FieldId::kVary, "c"));
  EXPECT_FALSE(fields.lists(FieldId::kVary, "d"));
}

TEST(Fields, TakeNothingThatEndsALine) {
  Fields fields;
  EXPECT_TRUE(fields.add("A", " b\r\nC:\0d\x7f\te "));
  EXPECT_EQ(fields.get("a"), "b  C:");
  EXPECT_TRUE(fields.set("A", std::string_view("x\0\ty", 4)));
  EXPECT_EQ(fields.get("a"), "x \ty");
  EXPECT_FALSE(fields.add("A\r\nB", "1"));
  EXPECT_FALSE(fields.set("", "1"));
  EXPECT_FALSE(fields.set("A B", "1"));
  EXPECT_EQ(fields.size(), 1u);
}

TEST(Fields, HaveTextOfTheirOwn) {
  Fields fields;
  {
    const std::string name = "X-Short-Lived";
    const std::string value = "value that is gone";
    fields.add(name, value);
  }
  Fields moved = std::move(fields);
  const auto copy = moved.clone();
  moved.clear();
  moved.add("Other", "over the old bytes");
  EXPECT_EQ(shown(copy), "X-Short-Lived=value that is gone;");
  EXPECT_EQ(shown(moved), "Other=over the old bytes;");
}

}  // namespace
}  // namespace gatehouse::http
