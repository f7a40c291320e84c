#include "format/yaml.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gatehouse::format {
namespace {

using ::testing::HasSubstr;

YamlNode parse(std::string_view text) {
  auto node = parse_yaml(text, {.file = "f.yml"});
  EXPECT_TRUE(node) << node.error().message;
  return node ? *node : YamlNode::null();
}

std::string error_of(std::string_view text, YamlOptions options = {.file = "f.yml"}) {
  const auto node = parse_yaml(text, options);
  return node ? "no error" : node.error().message;
}

TEST(Yaml, KeepsOrderPositionsAndQuotes) {
  const auto root = parse("b: 1\na:\n  - x\n  - \"true\"\n  - |\n    y\n");
  ASSERT_EQ(root.entries.size(), 2u);
  EXPECT_EQ(root.entries[0].key, "b");
  EXPECT_EQ(root.entries[1].key_at, (YamlPosition{2, 1, 0}));
  const auto& list = root.entries[1].value;
  ASSERT_TRUE(list.is_sequence());
  EXPECT_EQ(list.items[0].at, (YamlPosition{3, 5, 0}));
  EXPECT_FALSE(list.items[0].quoted);
  EXPECT_TRUE(list.items[1].quoted);
  EXPECT_TRUE(list.items[2].quoted);
  EXPECT_EQ(list.items[2].text, "y\n");
}

TEST(Yaml, EmptyTextIsNull) {
  EXPECT_TRUE(parse("").is_null());
  EXPECT_TRUE(parse("# nothing\n").is_null());
  EXPECT_TRUE(parse("---\n").is_null());
}

TEST(Yaml, ReadsDocuments) {
  const auto documents = parse_yaml_documents("a: 1\n---\nb: 2\n");
  ASSERT_TRUE(documents);
  ASSERT_EQ(documents->size(), 2u);
  EXPECT_EQ((*documents)[1].entries[0].key_at.line, 3u);
}

TEST(Yaml, RefusesDuplicateKeys) {
  EXPECT_EQ(error_of("a: 1\nb: 2\na: 3\n"), "f.yml:3:1: the key 'a' is already set in line 1; remove one");
}

TEST(Yaml, NamesPlaceOfSyntaxError) { EXPECT_THAT(error_of("a: [1, 2\nb: 3\n"), HasSubstr("f.yml:2:")); }

TEST(Yaml, ExplainsSyntaxErrors) {
  EXPECT_THAT(error_of("a: x: c\n"), HasSubstr("f.yml:1:5: not valid YAML: a ':' where no value can follow"));
  EXPECT_THAT(error_of("a: @x\n"), HasSubstr("put the value in quotes"));
  EXPECT_THAT(error_of("a: 1\n<<<<<<< HEAD\nb: 2\n=======\n"), HasSubstr("a merge conflict"));
}

TEST(Yaml, ReadsEscapes) {
  EXPECT_EQ(parse(R"("\N\_\L\x85\u00e9\t\"é\N")").text,
            "\xC2\x85\xC2\xA0\xE2\x80\xA8\xC2\x85\xC3\xA9\t\"\xC3\xA9\xC2\x85");
}

TEST(Yaml, RefusesStrayTextAfterAValue) {
  for (auto text : {", 2", "]", "}", "[1]]", "a: 1\n]"}) {
    EXPECT_THAT(error_of(text), HasSubstr("not valid YAML")) << text;
  }
}

TEST(Yaml, LimitsDocuments) {
  std::string text;
  for (int i = 0; i < 1000; ++i) text += "---\na\n";
  EXPECT_EQ(parse_yaml_documents(text)->size(), 1000u);
  EXPECT_FALSE(parse_yaml_documents(text + "---\na\n"));
}

TEST(Yaml, RefusesOpenQuotes) {
  EXPECT_THAT(error_of("a: 1\nb: \"abc\n"), HasSubstr("f.yml:2:4: a quote that is never closed"));
  EXPECT_THAT(error_of("b: 'it''s\n"), HasSubstr("f.yml:1:4: a quote that is never closed"));
  EXPECT_THAT(error_of("b: !t &a \"abc\\\""), HasSubstr("a quote that is never closed"));
  EXPECT_EQ(error_of("b: !t &a \"abc\\\"\""), "no error");
  EXPECT_EQ(error_of("b: 'it''s'"), "no error");
  EXPECT_EQ(error_of("\xEF\xBB\xBF'b'"), "no error");
}

TEST(Yaml, RefusesBytesThatAreNoText) {
  EXPECT_THAT(error_of("a: b\nc: \xff\n"), HasSubstr("f.yml:2:4: bytes that are no UTF-8"));
  EXPECT_THAT(error_of("a: \xC0\x80\n"), HasSubstr("no UTF-8"));
  EXPECT_THAT(error_of("a: \xED\xA0\x80\n"), HasSubstr("no UTF-8"));
  EXPECT_THAT(error_of("a: \xE2\x82"), HasSubstr("no UTF-8"));
  EXPECT_THAT(error_of("a: b\x04\n"), HasSubstr("f.yml:1:5: a control character"));
  EXPECT_THAT(error_of(std::string_view("a\0b", 3)), HasSubstr("a control character"));
  EXPECT_EQ(error_of("a: \xE2\x82\xAC \xF0\x9F\x98\x80\t#\r\n"), "no error");
}

TEST(Yaml, KeysOfAnyScalarTypeBecomeStrings) {
  const auto root = parse("1: a\ntrue: b\n~: c\n");
  EXPECT_EQ(root.entries[0].key, "1");
  EXPECT_EQ(root.entries[1].key, "true");
  EXPECT_EQ(root.entries[2].key, "null");
  EXPECT_THAT(error_of("[1, 2]: a\n"), HasSubstr("a key must be a scalar"));
  EXPECT_THAT(error_of("? &k {a: 1}\n: b\n"), HasSubstr("a key must be a scalar"));
}

TEST(Yaml, CopiesAliases) {
  const auto root = parse("a: &x {k: [1, 2]}\nb: *x\nc: &s text\nd: *s\n*s : e\n");
  ASSERT_NE(root.find("b"), nullptr);
  EXPECT_EQ(root.find("b")->find("k")->items.size(), 2u);
  EXPECT_EQ(root.find("b")->at.line, 1u);
  EXPECT_EQ(root.find("d")->text, "text");
  EXPECT_EQ(root.find("text")->text, "e");
}

TEST(Yaml, RefusesUnknownAndRecursiveAliases) {
  EXPECT_THAT(error_of("a: *x\n"), HasSubstr("f.yml:1:"));
  EXPECT_THAT(error_of("a: &x\n  b: *x\n"), HasSubstr("f.yml:2:6: an alias inside the value that it names"));
}

TEST(Yaml, AppliesMergeKeys) {
  const auto root = parse(
      "a: &a {x: 1, y: 1}\n"
      "b: &b {y: 2, z: 2}\n"
      "list: &list [*a, *b]\n"
      "one:\n  x: 9\n  <<: *a\n"
      "many:\n  <<: [*a, *b]\n  z: 9\n"
      "aliased:\n  <<: *list\n"
      "nested: {<<: {<<: *a, x: 5}}\n");
  EXPECT_EQ(root.find("one")->find("x")->text, "9");
  EXPECT_EQ(root.find("one")->find("y")->text, "1");
  EXPECT_EQ(root.find("one")->find("<<"), nullptr);
  EXPECT_EQ(root.find("many")->find("y")->text, "1");
  EXPECT_EQ(root.find("many")->find("z")->text, "9");
  EXPECT_EQ(root.find("aliased")->find("z")->text, "2");
  EXPECT_EQ(root.find("nested")->find("x")->text, "5");
  EXPECT_EQ(root.find("nested")->find("y")->text, "1");
}

TEST(Yaml, MergeKeyTakesMappingsOnly) {
  EXPECT_THAT(error_of("a:\n  <<: text\n"), HasSubstr("f.yml:2:7: '<<' takes a mapping or a list of mappings"));
  EXPECT_EQ(parse("\"<<\": 1\n").find("<<")->text, "1");
}

TEST(Yaml, KeepsTags) {
  const auto root = parse("a: !reset null\nb: !override [1]\nc: !reset\nd: !!str 1\ne: !reset {}\n");
  EXPECT_EQ(root.find("a")->tag, "!reset");
  EXPECT_EQ(root.find("b")->tag, "!override");
  EXPECT_EQ(root.find("c")->tag, "!reset");
  EXPECT_EQ(type_of(*root.find("d")), YamlType::kString);
  EXPECT_EQ(root.find("e")->tag, "!reset");
}

TEST(Yaml, StopsAliasBombs) {
  std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 9; ++i) {
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
    for (int j = 0; j < 10; ++j) bomb += "*a" + std::to_string(i - 1) + ", ";
    bomb += "]\n";
  }
  EXPECT_THAT(error_of(bomb), HasSubstr("anchors and aliases expand to more than 100000 values"));
}

TEST(Yaml, CountsAliasedNodesExactly) {
  const std::string text = "a: &a [1, 2]\nb: *a\nc: *a\n";
  EXPECT_EQ(error_of(text, {.alias_nodes_max = 9}), "no error");
  EXPECT_THAT(error_of(text, {.alias_nodes_max = 8}), HasSubstr("more than 8 values"));
}

TEST(Yaml, LimitsDepth) {
  EXPECT_EQ(error_of("[[[x]]]", {.depth_max = 3}), "no error");
  EXPECT_THAT(error_of("[[[[x]]]]", {.depth_max = 3}), HasSubstr("nested deeper than 3 levels"));
  EXPECT_THAT(error_of(std::string(50'000, '[') + std::string(50'000, ']')), HasSubstr("nested deeper"));
  // An alias must not smuggle depth in either.
  EXPECT_THAT(error_of("- &a [[x]]\n- [*a]\n", {.depth_max = 3}), HasSubstr("nested deeper than 3 levels"));
}

TEST(Yaml, LimitsSize) {
  EXPECT_EQ(error_of("ab", {.bytes_max = 2}), "no error");
  EXPECT_THAT(error_of("abc", {.bytes_max = 2}), HasSubstr("3 bytes, more than the 2"));
}

TEST(Yaml, ResolvesScalars) {
  const auto type = [](std::string_view text) { return type_of(YamlNode::plain(text)); };
  for (auto text : {"", "~", "null", "Null", "NULL"}) EXPECT_EQ(type(text), YamlType::kNull) << text;
  for (auto text : {"true", "True", "TRUE", "false", "False", "FALSE"}) EXPECT_EQ(type(text), YamlType::kBool) << text;
  for (auto text : {"0", "-1", "+7", "1_000", "0x1F", "0o17", "0b101", "017"}) {
    EXPECT_EQ(type(text), YamlType::kInt) << text;
  }
  for (auto text : {"1.5", "-.5", "1e3", ".inf", "-.Inf", ".nan", "99999999999999999999"}) {
    EXPECT_EQ(type(text), YamlType::kFloat) << text;
  }
  for (auto text : {"yes", "no", "on", "off", "1.2.3", "0x", "inf", "nan", "-", "+", "1m", "--1", "+-1", "tRUE", "08x",
                    "_0", "_"}) {
    EXPECT_EQ(type(text), YamlType::kString) << text;
  }
  EXPECT_EQ(type_of(YamlNode::string("true")), YamlType::kString);
}

TEST(Yaml, TypedReads) {
  EXPECT_EQ(to_bool(YamlNode::plain("yes")), true);
  EXPECT_EQ(to_bool(YamlNode::string("Off")), false);
  EXPECT_EQ(to_bool(YamlNode::plain("maybe")), std::nullopt);
  EXPECT_EQ(to_int(YamlNode::plain("0644")), 0644);
  EXPECT_EQ(to_int(YamlNode::string("1_000")), 1000);
  EXPECT_EQ(to_int(YamlNode::plain("-9223372036854775808")), std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(to_int(YamlNode::plain("9223372036854775808")), std::nullopt);
  EXPECT_EQ(to_double(YamlNode::plain("0.5")), 0.5);
  EXPECT_EQ(to_double(YamlNode::sequence()), std::nullopt);
  EXPECT_EQ(to_text(YamlNode::null()), "");
  EXPECT_EQ(to_text(YamlNode::mapping()), std::nullopt);
}

TEST(Yaml, EditsMappings) {
  auto node = YamlNode::null();
  node.set("a", YamlNode::integer(1));
  node.set("a", YamlNode::integer(2));
  EXPECT_EQ(node.entries.size(), 1u);
  EXPECT_EQ(node.find("a")->text, "2");
  EXPECT_TRUE(node.erase("a"));
  EXPECT_FALSE(node.erase("a"));
}

}  // namespace
}  // namespace gatehouse::format
