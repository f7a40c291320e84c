#include <gtest/gtest.h>

#include "edge/middleware/test_support.h"

namespace gatehouse::edge {
namespace {

class PathMiddlewares : public testing::Test {
 protected:
  // The target and the named field that the backend gets; a refusal is its status.
  std::string sent(const model::Middleware& config, const std::string& target, std::string_view field = {}) {
    const auto next = std::make_shared<FakeNext>();
    const auto handler = bench_.make(config, next);
    if (!handler) return "error: " + handler.error().message;
    const auto response = bench_.ask(*handler, {.target = target});
    if (next->seen.empty()) return std::to_string(response.status);
    const auto& seen = next->seen.front();
    return field.empty() ? seen.target : seen.target + " " + seen[field].value_or("-");
  }

  static model::Middleware add(std::string prefix) {
    return with(&model::Middleware::add_prefix, model::AddPrefix{std::move(prefix)});
  }
  static model::Middleware strip(std::vector<std::string> prefixes) {
    return with(&model::Middleware::strip_prefix, model::StripPrefix{.prefixes = std::move(prefixes)});
  }
  static model::Middleware strip_regex(std::vector<std::string> patterns) {
    return with(&model::Middleware::strip_prefix_regex, model::StripPrefixRegex{std::move(patterns)});
  }
  static model::Middleware replace(std::string path) {
    return with(&model::Middleware::replace_path, model::ReplacePath{std::move(path)});
  }
  static model::Middleware replace_regex(std::string regex, std::string replacement) {
    return with(&model::Middleware::replace_path_regex,
                model::ReplacePathRegex{std::move(regex), std::move(replacement)});
  }

  Workbench bench_;
};

constexpr auto kPrefix = "X-Forwarded-Prefix";
constexpr auto kReplaced = "X-Replaced-Path";

TEST_F(PathMiddlewares, AddPrefixPutsASlashBetween) {
  EXPECT_EQ(sent(add("/a"), "/b?x=1"), "/a/b?x=1");
  EXPECT_EQ(sent(add("a"), "/"), "/a/");
  EXPECT_EQ(sent(add("/a/"), "/b"), "/a/b");
  EXPECT_EQ(sent(add("/"), "/b"), "/b");
  EXPECT_EQ(sent(add("/a b"), "/%2F"), "/a%20b/%2F");
  EXPECT_EQ(sent(add("/x/../y"), "/b"), "/y/b");
  EXPECT_EQ(sent(add(""), "/"), "error: addPrefix.prefix is missing");
  EXPECT_TRUE(sent(add("/%zz"), "/").starts_with("error: addPrefix.prefix: \"/%zz\" is no path"));
}

TEST_F(PathMiddlewares, StripPrefixTakesTheFirstThatFits) {
  EXPECT_EQ(sent(strip({"/"}), "/", kPrefix), "/ /");
  EXPECT_EQ(sent(strip({"/stat/"}), "/stat/us?x=1&y=2", kPrefix), "/us?x=1&y=2 /stat/");
  EXPECT_EQ(sent(strip({"/stat/"}), "/status", kPrefix), "/status -");
  EXPECT_EQ(sent(strip({"/stat"}), "/stat", kPrefix), "/ /stat");
  EXPECT_EQ(sent(strip({"/a ", " /stat"}), "/stat/us", kPrefix), "/us /stat");
  EXPECT_EQ(sent(strip({"/a", "/a/b"}), "/a/b/c", kPrefix), "/b/c /a");
  EXPECT_EQ(sent(strip({"/api/"}), "/ap%69/a%2Fb", kPrefix), "/a%2Fb /api/");
  EXPECT_EQ(sent(strip({"/my app"}), "/my%20app/x", kPrefix), "/x /my app");
}

TEST_F(PathMiddlewares, StripPrefixLeavesNoDotSegments) {
  EXPECT_EQ(sent(strip({"/api"}), "/api./foo"), "400");
  EXPECT_EQ(sent(strip({"/api"}), "/api../foo"), "400");
  EXPECT_EQ(sent(strip({"/api"}), "/api..;/foo"), "400");
  EXPECT_EQ(sent(strip({"/api"}), "/api..%2Ffoo"), "400");
  EXPECT_EQ(sent(strip({"/api"}), "/api..foo"), "/..foo");
}

TEST_F(PathMiddlewares, StripPrefixRegexMatchesAtTheBeginning) {
  const auto config = strip_regex({"/a/api/", " /b/([a-z0-9]+)/", "/c/[a-z0-9]+/[0-9]+/", "lone"});
  EXPECT_EQ(sent(config, "/a/api/test/", kPrefix), "/test/ /a/api/");
  EXPECT_EQ(sent(config, "/b/api/", kPrefix), "/ /b/api/");
  EXPECT_EQ(sent(config, "/c/api/123", kPrefix), "/c/api/123 -");
  EXPECT_EQ(sent(config, "/c/api/123/test3", kPrefix), "/test3 /c/api/123/");
  EXPECT_EQ(sent(config, "/a/api/a%2Fb", kPrefix), "/a%2Fb /a/api/");
  EXPECT_EQ(sent(config, "/x/a/api/", kPrefix), "/x/a/api/ -");
  EXPECT_EQ(sent(config, "/alone", kPrefix), "/alone -");
}

TEST_F(PathMiddlewares, StripPrefixRegexCountsEscapesAsTheyAreWritten) {
  EXPECT_EQ(sent(strip_regex({"/a b"}), "/a%20b/c", kPrefix), "/c /a b");
  EXPECT_EQ(sent(strip_regex({"/a%2Fb"}), "/a%2fb/c", kPrefix), "/c /a%2Fb");
  EXPECT_EQ(sent(strip_regex({"/a%2"}), "/a%2fb/c", kPrefix), "/a%2Fb/c -");  // ends within an escape
  EXPECT_EQ(sent(strip_regex({"/api"}), "/api../foo"), "400");
  EXPECT_TRUE(sent(strip_regex({"(("}), "/").starts_with("error: stripPrefixRegex.regex"));
}

TEST_F(PathMiddlewares, ReplacePathKeepsTheQuery) {
  EXPECT_EQ(sent(replace("/new"), "/old%2Fone?x=1", kReplaced), "/new?x=1 /old%2Fone");
  EXPECT_EQ(sent(replace("/foo%2Fbar"), "/path", kReplaced), "/foo%2Fbar /path");
  EXPECT_EQ(sent(replace("new?x"), "/", kReplaced), "/new%3Fx /");
  EXPECT_TRUE(sent(replace("/a%"), "/").starts_with("error: replacePath.path"));
}

TEST_F(PathMiddlewares, ReplacePathRegexWorksOnTheEscapedPath) {
  EXPECT_EQ(sent(replace_regex("/no", "/x"), "/whoami/and", kReplaced), "/whoami/and -");
  EXPECT_EQ(
      sent(replace_regex("^(?i)/downloads/([^/]+)/([^/]+)$", "/downloads/$1-$2"), "/Downloads/src/s.go", kReplaced),
      "/downloads/src-s.go /Downloads/src/s.go");
  EXPECT_EQ(sent(replace_regex("/aaa/bbb", "/foo%2Fbar"), "/aaa/bbb"), "/foo%2Fbar");
  EXPECT_EQ(sent(replace_regex("/aaa/bbb", "/x"), "/aaa%2Fbbb"), "/aaa%2Fbbb");
  EXPECT_EQ(sent(replace_regex("^/api/(.*)", "/$1"), "/api/users?limit=2", kReplaced), "/users?limit=2 /api/users");
  EXPECT_EQ(sent(replace_regex("^/api(.*)", "$1"), "/api"), "/");
}

TEST_F(PathMiddlewares, ReplacePathRegexRefusesWhatIsNotCanonical) {
  EXPECT_EQ(sent(replace_regex("^/foo(.*)", "/$1"), "/foo../bar"), "400");
  EXPECT_EQ(sent(replace_regex("^/foo(.*)", "/$1"), "/foo/bar"), "400");  // "//bar"
  EXPECT_EQ(sent(replace_regex("/foo", "/%zz"), "/foo"), "500");
}

TEST_F(PathMiddlewares, EncodedCharactersAreRefusedUnlessAllowed) {
  const auto slash =
      with(&model::Middleware::encoded_characters, model::EncodedCharacters{.allow_encoded_slash = true});
  EXPECT_EQ(sent(slash, "/foo%2fbar"), "/foo%2Fbar");
  for (const auto* escape : {"%5c", "%00", "%3b", "%25", "%3F", "%23"}) {
    EXPECT_EQ(sent(slash, std::string("/foo") + escape), "400") << escape;
  }
  EXPECT_EQ(sent(with(&model::Middleware::encoded_characters, model::EncodedCharacters{}), "/foo%2Fbar"), "400");
  EXPECT_EQ(sent(with(&model::Middleware::encoded_characters, model::EncodedCharacters{}), "/foo%20bar"), "/foo%20bar");
}

}  // namespace
}  // namespace gatehouse::edge
