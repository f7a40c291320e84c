#include <gtest/gtest.h>

#include "edge/middleware/location.h"
#include "edge/middleware/test_support.h"

namespace gatehouse::edge {
namespace {

class Redirects : public testing::Test {
 protected:
  // "302 https://..." or "passed", or the error.
  std::string answer(const model::Middleware& config, const TestRequest& request) {
    const auto next = std::make_shared<FakeNext>();
    const auto handler = bench_.make(config, next);
    if (!handler) return "error: " + handler.error().message;
    const auto response = bench_.ask(*handler, request);
    if (!next->seen.empty()) return "passed";
    return std::to_string(response.status) + " " + response["Location"].value_or("-");
  }

  static model::Middleware scheme(std::string name, std::string port = "", bool permanent = false) {
    return with(&model::Middleware::redirect_scheme,
                model::RedirectScheme{std::move(name), std::move(port), permanent});
  }
  static model::Middleware regex(std::string pattern, std::string replacement, bool permanent = false) {
    return with(&model::Middleware::redirect_regex,
                model::RedirectRegex{std::move(pattern), std::move(replacement), permanent});
  }

  Workbench bench_;
};

TEST_F(Redirects, SchemeKeepsHostPathAndQuery) {
  EXPECT_EQ(answer(scheme("https"), {.target = "/a/b?c=d", .host = "foo"}), "302 https://foo/a/b?c=d");
  EXPECT_EQ(answer(scheme("https"), {.target = "/?", .host = "Foo:8080"}), "302 https://Foo/?");
  EXPECT_EQ(answer(scheme("https", "443"), {.host = "foo:80"}), "302 https://foo/");
  EXPECT_EQ(answer(scheme("https", "8443"), {.host = "foo:8000"}), "302 https://foo:8443/");
  EXPECT_EQ(answer(scheme("https"), {.host = "[::1]:80"}), "302 https://[::1]/");
  EXPECT_EQ(answer(scheme("https"), {.host = "[::1]"}), "302 https://[::1]/");
  EXPECT_EQ(answer(scheme("wss"), {.host = "foo:5678"}), "302 wss://foo/");
  EXPECT_EQ(answer(scheme("http", "8181"), {.host = "foo:8080"}), "302 http://foo:8181/");
  EXPECT_EQ(answer(scheme("https"), {.host = "foo:8000", .secure = true}), "302 https://foo/");
}

TEST_F(Redirects, SchemePassesWhatIsThereAlready) {
  EXPECT_EQ(answer(scheme("https"), {.host = "foo", .secure = true}), "passed");
  EXPECT_EQ(answer(scheme("https"), {.host = "foo:443", .secure = true}), "passed");
  EXPECT_EQ(answer(scheme("http", "80"), {.host = "foo:80"}), "passed");
  EXPECT_EQ(answer(scheme("https", "8443"), {.host = "foo:8443", .secure = true}), "passed");
}

TEST_F(Redirects, SchemeBelievesForwardedProto) {
  for (const auto* proto : {"https", "wss", "HTTPS"}) {
    EXPECT_EQ(answer(scheme("https"), {.host = "foo", .fields = {{"X-Forwarded-Proto", proto}}}), "passed") << proto;
  }
  for (const auto* proto : {"http", "ws", "bar", ""}) {
    EXPECT_EQ(answer(scheme("https"), {.host = "foo", .fields = {{"X-Forwarded-Proto", proto}}}), "302 https://foo/");
  }
}

TEST_F(Redirects, StatusKeepsTheMethod) {
  EXPECT_EQ(answer(scheme("https", "", true), {.host = "foo"}), "301 https://foo/");
  EXPECT_EQ(answer(scheme("https"), {.method = "POST", .host = "foo"}), "307 https://foo/");
  EXPECT_EQ(answer(scheme("https"), {.method = "HEAD", .host = "foo"}), "307 https://foo/");
  EXPECT_EQ(answer(scheme("https", "", true), {.method = "POST", .host = "foo"}), "308 https://foo/");
}

TEST_F(Redirects, SchemeRefusesOptionsWithoutMeaning) {
  EXPECT_EQ(answer(scheme(""), {}), "error: redirectScheme.scheme is missing: write https");
  EXPECT_EQ(answer(scheme("ht tp"), {}), "error: redirectScheme.scheme: \"ht tp\" is no scheme");
  EXPECT_EQ(answer(scheme("https", "65536"), {}), "error: redirectScheme.port: \"65536\" is no port");
}

TEST_F(Redirects, RegexWorksOnTheWholeAddress) {
  EXPECT_EQ(
      answer(regex("^(?:http?:\\/\\/)(foo)(\\.com)(:\\d+)(.*)$", "https://${1}bar$2:443$4"), {.host = "foo.com:80"}),
      "302 https://foobar.com:443/");
  EXPECT_EQ(
      answer(regex("http://foo:80", "https://foo:443"), {.host = "foo:80", .fields = {{"X-Forwarded-Proto", "https"}}}),
      "302 https://foo:443/");
  EXPECT_EQ(answer(regex("^http://", "https://$1"), {.method = "POST", .host = "foo"}), "307 https://foo/");
  EXPECT_EQ(answer(regex("(https?)://[^/:]+(:[0-9]+)?/(.*)", "$1://example.com$2/$3", true),
                   {.target = "/path", .host = "www.example.com"}),
            "301 http://example.com/path");
  EXPECT_EQ(answer(regex("^http://old\\.com/(.*)$", "http://new.com/$1"), {.target = "/a?b=c", .host = "old.com"}),
            "302 http://new.com/a?b=c");
  EXPECT_EQ(answer(regex("^https://", "http://"), {.host = "foo", .secure = true}), "302 http://foo/");
}

TEST_F(Redirects, RegexPassesWhatStaysTheSame) {
  EXPECT_EQ(answer(regex("^http://example\\.com/(.*)$", "http://example.com/$1"), {.target = "/a"}), "passed");
  EXPECT_EQ(answer(regex("nothing", "x"), {}), "passed");
}

TEST_F(Redirects, RegexAnswersWhatIsNoAddressWith502) {
  EXPECT_EQ(answer(regex("^http://.*", "https://foo bar/"), {}), "502 -");
  EXPECT_EQ(answer(regex("^http://.*", "https://foo:port/"), {}), "502 -");
  EXPECT_EQ(answer(regex("^http://.*", ":foo"), {}), "502 -");
  EXPECT_TRUE(answer(regex("^(.*", "$1"), {}).starts_with("error: redirectRegex.regex"));
}

TEST(Location, EscapesWhatHasNoPlace) {
  EXPECT_EQ(location_of("https://a/b c"), "https://a/b%20c");
  EXPECT_EQ(location_of("https://a/\xc3\xa4?\xc3\xa4 #x"), "https://a/%C3%A4?%C3%A4%20#x");
  EXPECT_EQ(location_of("/relative?x={}"), "/relative?x={}");
  EXPECT_EQ(location_of("//host/x"), "//host/x");
  EXPECT_EQ(location_of("https://user@host:8080"), "https://user@host:8080");
  EXPECT_EQ(location_of("mailto:x@y"), "mailto:x@y");
  EXPECT_EQ(location_of("https://"), "https://");
}

TEST(Location, RefusesWhatIsNone) {
  for (const auto* url :
       {"https://a\r\nX: y", "https://a/%zz", "https://a/%2", "1http://x", "https://[::1", "https://a:x/"}) {
    EXPECT_EQ(location_of(url), std::nullopt) << url;
  }
}

}  // namespace
}  // namespace gatehouse::edge
