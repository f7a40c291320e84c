#include "http/target.h"

#include <string>

#include <gtest/gtest.h>

namespace gatehouse::http {
namespace {

struct Asked {
  std::string_view target;
  std::string_view host = "a.test";
  std::string_view method = "GET";
  Scheme scheme = Scheme::kHttp;
  TargetRules rules = {};
};

RequestHead head_of(const Asked& asked) {
  RequestHead head;
  head.method = Method::of(head.storage().copy(asked.method));
  head.target = head.storage().copy(asked.target);
  if (!asked.host.empty()) head.fields.add(FieldId::kHost, asked.host);
  return head;
}

// "host:port path?query", or the status of the refusal.
std::string shown(const Asked& asked) {
  auto head = head_of(asked);
  const auto target = parse_target(head, asked.scheme, asked.rules);
  if (!target) return std::to_string(status_of(target.error()));
  std::string text(target->host);
  if (target->port) text += ":" + std::to_string(*target->port);
  return text.append(" ").append(target->path_and_query(head.storage()));
}

TEST(Target, ReadsOriginForm) {
  EXPECT_EQ(shown({"/"}), "a.test /");
  EXPECT_EQ(shown({.target = "/x?y", .host = "A.TeSt:8080"}), "a.test:8080 /x?y");
  EXPECT_EQ(shown({.target = "/", .host = "[2001:DB8::1]:443"}), "2001:db8::1:443 /");
  EXPECT_EQ(shown({"/q?a=/../b&c=%2f%00&d=?&e=%zz"}), "a.test /q?a=/../b&c=%2f%00&d=?&e=%zz");
  EXPECT_EQ(shown({"/?"}), "a.test /?");
  EXPECT_EQ(shown({.target = "/", .host = ""}), " /");
  EXPECT_EQ(shown({"//b.test/x/../y"}), "a.test /b.test/y");
}

TEST(Target, ReadsAbsoluteFormAndReplacesTheHost) {
  auto head = head_of({.target = "HTTP://B.test:81/x?y", .host = "a.test"});
  const auto target = parse_target(head, Scheme::kHttp, {});
  ASSERT_TRUE(target);
  EXPECT_EQ(target->form, TargetForm::kAbsolute);
  EXPECT_EQ(target->host, "b.test");
  EXPECT_EQ(target->authority, "B.test:81");
  EXPECT_EQ(target->path, "/x");
  EXPECT_EQ(head.fields.get(FieldId::kHost), "B.test:81");
  EXPECT_EQ(head.fields.count(FieldId::kHost), 1u);
  EXPECT_EQ(target->ignored_host, "a.test");
  EXPECT_EQ(shown({"http://b.test"}), "b.test /");
  EXPECT_EQ(shown({"http://b.test?x"}), "b.test /?x");
  EXPECT_EQ(shown({.target = "https://b.test/", .scheme = Scheme::kHttps}), "b.test /");
}

TEST(Target, RefusesOtherForms) {
  for (const auto* const target : {"*",
                                   "x",
                                   "@b.test/x",
                                   ":80/x",
                                   "http:/x",
                                   "http://",
                                   "http:///x",
                                   "ftp://b.test/",
                                   "b.test:80",
                                   "http://u:p@b.test/",
                                   "http://b.test\\@c.test/",
                                   "http://b.test:99999/",
                                   "/#",
                                   "/a?b#c",
                                   "http://b.test/a#@c.test/",
                                   "/%zz",
                                   "/\\",
                                   "http://b.test/%",
                                   "?x",
                                   ""}) {
    EXPECT_EQ(shown({target}), "400") << target;
  }
  EXPECT_EQ(shown({"https://a.test/"}), "421");
  EXPECT_EQ(shown({.target = "http://a.test/", .scheme = Scheme::kHttps}), "421");
}

TEST(Target, ChecksTheHostFieldInEveryForm) {
  for (const auto* const target : {"/", "http://b.test/"}) {
    for (const auto* const host : {"a b", "a/x", "u@a", "a:x", "[::1"})
      EXPECT_EQ(shown({.target = target, .host = host}), "400") << host;
  }
}

TEST(Target, TakesAnEmptyHostFieldForNoHost) {
  auto head = head_of({.target = "/x", .host = ""});
  head.fields.add(FieldId::kHost, "");
  const auto target = parse_target(head, Scheme::kHttp, {});
  ASSERT_TRUE(target);
  EXPECT_EQ(target->host, "");
  EXPECT_EQ(target->authority, "");
}

TEST(Target, ReadsAsteriskFormOfOptionsOnly) {
  EXPECT_EQ(shown({.target = "*", .method = "OPTIONS"}), "a.test *");
  EXPECT_EQ(shown({.target = "/x", .method = "OPTIONS"}), "a.test /x");
  EXPECT_EQ(shown({.target = "*", .method = "options"}), "400");
}

TEST(Target, ReadsAuthorityFormOfConnectOnly) {
  EXPECT_EQ(shown({.target = "b.test:443", .method = "CONNECT"}), "b.test:443 ");
  for (const auto* const target : {"/x", "b.test", "http://b.test:443/", "*", "u@b.test:443", "b.test:443/x"}) {
    EXPECT_EQ(shown({.target = target, .method = "CONNECT"}), "400") << target;
  }
}

TEST(Target, TakesSemicolonsOutOfTheQuery) {
  EXPECT_EQ(shown({"/a;b?x=1;y=2;"}), "a.test /a;b?x=1&y=2&");
  EXPECT_EQ(shown({.target = "/?x=1;y", .rules = {.semicolons = QuerySemicolons::kEscape}}), "a.test /?x=1%3By");
}

TEST(Target, CleansThePathUnlessToldNotTo) {
  EXPECT_EQ(shown({"/a/../b"}), "a.test /b");
  EXPECT_EQ(shown({.target = "/a/../b", .rules = {.cleaning = PathCleaning::kOff}}), "a.test /a/../b");
}

TEST(Target, StaysValidWhenTheHeadIsMoved) {
  auto head = head_of({.target = "/%41;?x=1;y=2", .host = "B.TEST"});
  auto target = parse_target(head, Scheme::kHttp, {});
  const auto moved = std::move(head);
  EXPECT_EQ(target->path, "/A;");
  EXPECT_EQ(target->query, "x=1&y=2");
  EXPECT_EQ(target->host, "b.test");
}

TEST(Target, HoldsAReplacedPathToTheSameRules) {
  auto head = head_of({"/api../admin"});
  auto target = parse_target(head, Scheme::kHttp, {});
  ASSERT_TRUE(target);
  ASSERT_TRUE(target->set_path("../admin", PathCleaning::kOn, head.storage()));
  EXPECT_EQ(target->path, "/admin");
  ASSERT_TRUE(target->set_path("/a%20b", PathCleaning::kOn, head.storage()));
  EXPECT_EQ(target->routing_path, "/a b");
  ASSERT_TRUE(target->set_path("", PathCleaning::kOn, head.storage()));
  EXPECT_EQ(target->path, "/");
  EXPECT_FALSE(target->set_path("/%", PathCleaning::kOn, head.storage()));
  EXPECT_EQ(target->path, "/");
}

}  // namespace
}  // namespace gatehouse::http
