#include "format/yaml_write.h"

#include <gtest/gtest.h>

namespace gatehouse::format {
namespace {

YamlNode parse(std::string_view text) {
  auto node = parse_yaml(text);
  EXPECT_TRUE(node) << node.error().message << "\n" << text;
  return node ? *node : YamlNode::null();
}

std::string rewritten(std::string_view text) { return to_yaml(parse(text)); }

TEST(YamlWrite, WritesBlocks) {
  EXPECT_EQ(rewritten("{a: {b: 1, c: []}, d: [x, {k: z, w: [1]}, [2, 3], {}], e: , f: 'it'}"),
            "a:\n"
            "  b: 1\n"
            "  c: []\n"
            "d:\n"
            "  - x\n"
            "  - k: z\n"
            "    w:\n"
            "      - 1\n"
            "  -\n"
            "    - 2\n"
            "    - 3\n"
            "  - {}\n"
            "e: null\n"
            "f: it\n");
}

TEST(YamlWrite, WritesSingleValues) {
  EXPECT_EQ(rewritten("x"), "x\n");
  EXPECT_EQ(rewritten("[1]"), "- 1\n");
  EXPECT_EQ(rewritten(""), "null\n");
}

TEST(YamlWrite, EveryStringComesBack) {
  const std::string_view texts[] = {"",
                                    " ",
                                    "a b",
                                    "true",
                                    "No",
                                    "1",
                                    "1.5",
                                    "0x1f",
                                    "1e3",
                                    "22:80",
                                    "-",
                                    "- a",
                                    "a: b",
                                    "a:",
                                    "a #b",
                                    "a#b",
                                    "#a",
                                    "'",
                                    "\"",
                                    "\\",
                                    "a\nb",
                                    "a\nb\n",
                                    "a\n\n",
                                    "\na",
                                    " a\nb",
                                    "a \nb",
                                    "a\tb",
                                    "\ta",
                                    "a\rb",
                                    "%x",
                                    "@x",
                                    "`x`",
                                    "*x",
                                    "&x",
                                    "!x",
                                    "|",
                                    ">",
                                    "? x",
                                    "{a}",
                                    "[a]",
                                    "a,b",
                                    "null",
                                    "~",
                                    "=",
                                    "<<",
                                    "\x01",
                                    "\x7f",
                                    "é",
                                    "日本\n語",
                                    ".inf",
                                    "0o7",
                                    "y",
                                    "1_000",
                                    "2001-01-01",
                                    "---",
                                    "...",
                                    "a\n---\n",
                                    "a\n...",
                                    "a\n b\n",
                                    "a\n\tb",
                                    "a\n\nb",
                                    "\n",
                                    "a\n# b",
                                    "x: y\n- z",
                                    "\xEF\xBB\xBFzz",
                                    "a\xC2\x85"
                                    "b",
                                    "\xE2\x80\xA8\n",
                                    "\xC2\x9F",
                                    "a\nb\xE2\x80\xA9",
                                    "1:2",
                                    "+1"};
  for (const auto text : texts) {
    YamlNode root;
    auto& list = root.set("k", YamlNode::sequence());
    list.items.push_back(YamlNode::string(text));
    YamlNode nested;
    nested.set(text, YamlNode::string(text));
    list.items.push_back(nested);
    const auto again = parse(to_yaml(root));
    ASSERT_NE(again.find("k"), nullptr);
    ASSERT_EQ(again.find("k")->items.size(), 2u) << to_yaml(root);
    const auto& item = again.find("k")->items[0];
    EXPECT_EQ(type_of(item), YamlType::kString) << text;
    EXPECT_EQ(item.text, text);
    EXPECT_EQ(again.find("k")->items[1].entries[0].key, text);
    EXPECT_EQ(again.find("k")->items[1].entries[0].value.text, text);
  }
}

TEST(YamlWrite, TypesComeBack) {
  const auto again = parse(rewritten("a: 1\nb: '1'\nc: true\nd: 'true'\ne: ~\nf: 1.5\n"));
  EXPECT_EQ(type_of(*again.find("a")), YamlType::kInt);
  EXPECT_EQ(type_of(*again.find("b")), YamlType::kString);
  EXPECT_EQ(type_of(*again.find("c")), YamlType::kBool);
  EXPECT_EQ(type_of(*again.find("d")), YamlType::kString);
  EXPECT_EQ(type_of(*again.find("e")), YamlType::kNull);
  EXPECT_EQ(type_of(*again.find("f")), YamlType::kFloat);
}

TEST(YamlWrite, WritesJson) {
  EXPECT_EQ(to_json(parse("a: 1\nb: '1'\nc: [yes, true, ~, 0x10, 1.5, .inf]\nd: {}\ne: []\nf: \"q\\\"\\n\"\n")),
            "{\n  \"a\": 1,\n  \"b\": \"1\",\n  \"c\": [\n    \"yes\",\n    true,\n    null,\n    16,\n    1.5,\n"
            "    \".inf\"\n  ],\n  \"d\": {},\n  \"e\": [],\n  \"f\": \"q\\\"\\n\"\n}\n");
}

TEST(YamlWrite, SortsKeys) {
  auto node = parse("b: {d: 1, c: 2}\na: [{z: 1, y: 2}]\n");
  sort_keys(node);
  EXPECT_EQ(to_yaml(node), "a:\n  - \"y\": 2\n    z: 1\nb:\n  c: 2\n  d: 1\n");
}

}  // namespace
}  // namespace gatehouse::format
