#include "http/path.h"

#include <string>

#include <gtest/gtest.h>

namespace gatehouse::http {
namespace {

std::string canonical(std::string_view path, PathCleaning cleaning = PathCleaning::kOn) {
  Arena arena;
  const auto result = canonical_path(path, cleaning, arena);
  return result ? std::string(*result) : std::string(to_string(result.error()));
}

std::string routed(std::string_view path) {
  Arena arena;
  const auto result = canonical_path(path, PathCleaning::kOn, arena);
  return result ? std::string(routing_path(*result, arena)) : std::string(to_string(result.error()));
}

const std::string kBadEscape(to_string(Violation::kPercentEncoding));
const std::string kAmbiguous(to_string(Violation::kAmbiguousPath));

TEST(CanonicalPath, LeavesACanonicalPathAlone) {
  for (const auto* const path : {"/", "/a", "/a/", "/a/b.c", "/a..b/..c/d../...", "/<script>{id}^`|\"", "/a;b=c",
                                 "/a%20b%2F%25", "/:@!$&'()*+,=[]"}) {
    EXPECT_EQ(canonical(path), path);
  }
  Arena arena;
  constexpr std::string_view kPath = "/plain";
  EXPECT_EQ(canonical_path(kPath, PathCleaning::kOn, arena)->data(), kPath.data());
}

TEST(CanonicalPath, NormalisesEscapes) {
  EXPECT_EQ(canonical("/%61%7e%2D%5f%2e%30"), "/a~-_.0");
  EXPECT_EQ(canonical("/%2f%c3%a9%5c"), "/%2F%C3%A9%5C");
  EXPECT_EQ(canonical("/%2561"), "/%2561");
  for (const auto* const path : {"/%", "/%2", "/%zz", "/x%", "/%u002e", "/%2g", "/%%20", "/%/../%41"}) {
    EXPECT_EQ(canonical(path), kBadEscape) << path;
    EXPECT_EQ(canonical(path, PathCleaning::kOff), kBadEscape) << path;
  }
}

TEST(CanonicalPath, ResolvesDotSegments) {
  EXPECT_EQ(canonical("/without/../with"), "/with");
  EXPECT_EQ(canonical("/without/%2E%2e/with"), "/with");
  EXPECT_EQ(canonical("/a/./b/"), "/a/b/");
  EXPECT_EQ(canonical("//a///b//"), "/a/b/");
  EXPECT_EQ(canonical("/../../a"), "/a");
  EXPECT_EQ(canonical("/a/.."), "/");
  EXPECT_EQ(canonical("/a/../"), "/");
  EXPECT_EQ(canonical("/a/b/.."), "/a");
  EXPECT_EQ(canonical("/a/."), "/a");
  EXPECT_EQ(canonical("/.."), "/");
  EXPECT_EQ(canonical("//"), "/");
  EXPECT_EQ(canonical("/%2e"), "/");
  EXPECT_EQ(canonical("//b.test/admin"), "/b.test/admin");
  EXPECT_EQ(canonical("/x%23/../admin"), "/admin");
}

TEST(CanonicalPath, LeavesSegmentsWhereCleaningIsOff) {
  EXPECT_EQ(canonical("//a/../%2e%2E/%2f..", PathCleaning::kOff), "//a/../../%2F..");
}

TEST(CanonicalPath, RefusesDotSegmentsInDisguise) {
  for (const auto* const path : {"/x%2f..%2fadmin", "/x%5C..", "/x/..;/admin", "/x/..%3b/admin", "/x/.;a=b/y", "/..;",
                                 "/..%2Fadmin", "/a%2f.", "/x%2F%2e%2e/admin", "/x\\..\\admin", "/\\"}) {
    EXPECT_EQ(canonical(path), kAmbiguous) << path;
  }
  EXPECT_EQ(canonical("/a\\b", PathCleaning::kOff), kAmbiguous);
  for (const auto* const path : {"/api%2e%2e/admin", "/api%2E/admin", "/api.%2e", "/%2e%2ea%2e/", "/a/b%2e"}) {
    EXPECT_EQ(canonical(path), kAmbiguous) << path;
  }
  EXPECT_EQ(canonical("/file%2etxt"), "/file.txt");
  EXPECT_EQ(canonical("/a%2eb%2fc%2e%2ed/.%2e/e."), "/e.");
  for (const auto* const path : {"/a%2Fb", "/a%5Cb", "/...%2F", "/a..;/b", "/a;..", "/..a;/b"})
    EXPECT_EQ(canonical(path), path);
}

TEST(CanonicalPath, IsItsOwnCanonicalForm) {
  for (const auto* const path : {"/%2561", "/a//b/%2e%2e/%7e", "/%c3%a9/./x/", "/a%2fb;c"}) {
    const auto once = canonical(path);
    EXPECT_EQ(canonical(once), once);
  }
}

TEST(RoutingPath, DecodesAllButReservedCharacters) {
  EXPECT_EQ(routed("/plain"), "/plain");
  EXPECT_EQ(routed("/foo%20bar%2Fbaz%23qux"), "/foo bar%2Fbaz%23qux");
  EXPECT_EQ(routed("/%c3%a9%7Bid%7d"), "/\xc3\xa9{id}");
  EXPECT_EQ(routed("/%3a%2f%3f%23%5b%5d%40%21%24%26%27%28%29%2a%2b%2c%3b%3d%25"),
            "/%3A%2F%3F%23%5B%5D%40%21%24%26%27%28%29%2A%2B%2C%3B%3D%25");
}

TEST(EncodedCharacters, AreFoundByClass) {
  const auto of = [](std::string_view path) {
    const auto found = encoded_characters(path);
    return std::string(found.slash ? "/" : "") + (found.backslash ? "\\" : "") + (found.null_character ? "0" : "") +
           (found.semicolon ? ";" : "") + (found.percent ? "%" : "") + (found.question_mark ? "?" : "") +
           (found.hash ? "#" : "");
  };
  EXPECT_EQ(of("/plain"), "");
  EXPECT_EQ(of("/%20%C3"), "");
  EXPECT_EQ(of("/%2f%2F"), "/");
  EXPECT_EQ(of("%5C%00%3b%25%3F%23"), "\\0;%?#");
  EXPECT_EQ(of("%2"), "");
  EXPECT_TRUE(encoded_characters("/%2F").within({.slash = true}));
  EXPECT_FALSE(encoded_characters("/%2F%00").within({.slash = true}));
  EXPECT_TRUE(encoded_characters("/").within({}));
}

}  // namespace
}  // namespace gatehouse::http
