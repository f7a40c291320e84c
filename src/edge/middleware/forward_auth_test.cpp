#include "edge/middleware/forward_auth.h"

#include <gtest/gtest.h>

#include "edge/middleware/auth_headers.h"
#include "edge/middleware/test_support.h"

namespace gatehouse::edge {
namespace {

using Answer = FakeNext::Answer;

class ForwardAuth : public testing::Test {
 protected:
  ForwardAuth() { config_.address = "http://auth:9091/api/verify?rd=x"; }

  TestResponse ask(Answer permission, const TestRequest& request = {}) {
    server_ = std::make_shared<FakeNext>(std::vector{std::move(permission)});
    next_ = std::make_shared<FakeNext>(std::vector{backend_});
    return bench_.ask(make_forward_auth(config_, server_, next_).value(), request);
  }
  std::string error() {
    const auto made = make_forward_auth(config_, std::make_shared<FakeNext>(), std::make_shared<FakeNext>());
    return made ? "none" : made.error().message;
  }

  Workbench bench_;
  model::ForwardAuth config_;
  Answer backend_;
  std::shared_ptr<FakeNext> server_;
  std::shared_ptr<FakeNext> next_;
};

TEST_F(ForwardAuth, AsksAboutTheRequest) {
  const TestRequest request{.target = "/a/b?c",
                            .method = "POST",
                            .host = "app.example.com:8443",
                            .fields = {{"Cookie", "session=1"},
                                       {"Content-Type", "text/x"},
                                       {"X-Forwarded-For", "6.6.6.6"},
                                       {"X-Forwarded-Uri", "/lie"},
                                       {"X-Forwarded-Prefix", "/lie"}},
                            .client = "192.0.2.1",
                            .secure = true,
                            .content = "body"};
  EXPECT_EQ(ask({}, request).status, 200);
  const auto& asked = server_->seen.at(0);
  EXPECT_EQ(asked.method, "GET");
  EXPECT_EQ(asked.target, "/api/verify?rd=x");
  EXPECT_EQ(asked.content, "");
  EXPECT_EQ(asked["Cookie"], "session=1");
  EXPECT_EQ(asked["Content-Type"], std::nullopt);
  EXPECT_EQ(asked["X-Forwarded-For"], "192.0.2.1");
  EXPECT_EQ(asked["X-Forwarded-Method"], "POST");
  EXPECT_EQ(asked["X-Forwarded-Proto"], "https");
  EXPECT_EQ(asked["X-Forwarded-Host"], "app.example.com:8443");
  EXPECT_EQ(asked["X-Forwarded-Port"], "8443");
  EXPECT_EQ(asked["X-Forwarded-Uri"], "/a/b?c");
  EXPECT_EQ(asked["X-Forwarded-Prefix"], std::nullopt);
  const auto& passed = next_->seen.at(0);
  EXPECT_EQ(passed.method, "POST");
  EXPECT_EQ(passed.target, "/a/b?c");
  EXPECT_EQ(passed.content, "body");
  EXPECT_EQ(passed["Content-Type"], "text/x");
  EXPECT_EQ(passed["X-Forwarded-For"], "6.6.6.6");
}

TEST_F(ForwardAuth, BelievesForwardedFieldsWhenToldTo) {
  config_.trust_forward_header = true;
  ask({}, {.fields = {{"X-Forwarded-For", "1.1.1.1"}, {"X-Forwarded-For", "2.2.2.2"}, {"X-Forwarded-Uri", "/outer"}}});
  const auto& asked = server_->seen.at(0);
  EXPECT_EQ(asked["X-Forwarded-For"], "1.1.1.1, 2.2.2.2, 127.0.0.1");
  EXPECT_EQ(asked["X-Forwarded-Uri"], "/outer");
  EXPECT_EQ(asked["X-Forwarded-Method"], "GET");
  EXPECT_EQ(asked["X-Forwarded-Port"], "80");
}

TEST_F(ForwardAuth, SendsOnlyTheFieldsThatItShall) {
  config_.auth_request_headers = {"cookie"};
  ask({}, {.fields = {{"Cookie", "c"}, {"Authorization", "a"}}});
  EXPECT_EQ(server_->seen.at(0)["Cookie"], "c");
  EXPECT_EQ(server_->seen.at(0)["Authorization"], std::nullopt);
  EXPECT_EQ(server_->seen.at(0)["X-Forwarded-Host"], "example.com");
  EXPECT_EQ(next_->seen.at(0)["Authorization"], "a");
}

TEST_F(ForwardAuth, ForwardsTheContentWhenToldTo) {
  config_.forward_body = true;
  config_.preserve_request_method = true;
  config_.max_body_size = 4;
  EXPECT_EQ(ask({}, {.method = "PUT", .content = "body"}).status, 200);
  EXPECT_EQ(server_->seen.at(0).method, "PUT");
  EXPECT_EQ(server_->seen.at(0).content, "body");
  EXPECT_EQ(next_->seen.at(0).content, "body");
  EXPECT_EQ(ask({}, {.method = "PUT", .content = "body!"}).status, 401);
  EXPECT_TRUE(server_->seen.empty());
}

TEST_F(ForwardAuth, TellsTheBackendOfTheUser) {
  config_.auth_response_headers = {"X-User", "X-Groups"};
  config_.auth_response_headers_regex = "^Remote-";
  config_.header_field = "X-User";
  ask({.fields = {{"X-User", "jane"}, {"remote-name", "Jane"}, {"X-Other", "no"}, {"Remote-Host", "h"}}},
      {.fields = {{"x_user", "admin"}, {"X-Groups", "admins"}, {"Remote_Email", "a@b"}, {"X-Mine", "m"}}});
  const auto& passed = next_->seen.at(0);
  EXPECT_EQ(passed["X-User"], "jane");
  EXPECT_EQ(passed["x_user"], std::nullopt);
  EXPECT_EQ(passed["X-Groups"], std::nullopt);
  EXPECT_EQ(passed["Remote-Name"], "Jane");
  EXPECT_EQ(passed["Remote_Email"], std::nullopt);
  EXPECT_EQ(passed["X-Other"], std::nullopt);
  EXPECT_EQ(passed["X-Mine"], "m");
  EXPECT_EQ(passed["Host"], "example.com");
  EXPECT_EQ(bench_.user_name, "jane");
}

TEST_F(ForwardAuth, CannotBeMadeToBreakTheRequest) {
  config_.auth_response_headers_regex = ".*";
  ask({.fields = {{"Transfer-Encoding", "chunked"}, {"Host", "evil"}}}, {.method = "POST", .content = "body"});
  EXPECT_EQ(next_->seen.at(0)["Transfer-Encoding"], std::nullopt);
  EXPECT_EQ(next_->seen.at(0)["Host"], "example.com");
}

TEST_F(ForwardAuth, GivesTheClientWhatIsRefused) {
  const auto refused = ask({.status = 403, .fields = {{"X-Reason", "no"}}, .content = "go away"});
  EXPECT_EQ(refused.status, 403);
  EXPECT_EQ(refused["X-Reason"], "no");
  EXPECT_EQ(refused.content, "go away");
  EXPECT_TRUE(next_->seen.empty());
}

TEST_F(ForwardAuth, LeadsToWhereTheServerSays) {
  const auto location = [this](std::string value) {
    return ask({.status = 302, .fields = {{"Location", std::move(value)}}})["Location"];
  };
  EXPECT_EQ(location("https://login.example.com/?rd=1"), "https://login.example.com/?rd=1");
  EXPECT_EQ(location("/login"), "http://auth:9091/login");
  EXPECT_EQ(location("login?x"), "http://auth:9091/api/login?x");
  EXPECT_EQ(location("?x"), "http://auth:9091/api/verify?x");
  EXPECT_EQ(location("//other/x"), "http://other/x");
  config_.preserve_location_header = true;
  EXPECT_EQ(location("/login"), "/login");
}

TEST_F(ForwardAuth, SendsToTheSignIn) {
  config_.auth_signin_url = "https://login.example.com";
  const auto response = ask({.status = 401});
  EXPECT_EQ(response.status, 302);
  EXPECT_EQ(response["Location"], "https://login.example.com");
  EXPECT_EQ(ask({.status = 403}).status, 403);
}

TEST_F(ForwardAuth, LetsNobodyPassWithoutAnAnswer) {
  const base::Error refused{
      .code = base::ErrorCode::kRefused, .fault = base::Fault::kBackend, .message = "", .detail = ""};
  EXPECT_EQ(ask({.status = 502, .error = refused}).status, 500);
  EXPECT_EQ(ask({.status = 200, .error = refused}).status, 500);
  EXPECT_TRUE(next_->seen.empty());
  config_.max_response_body_size = 4;
  EXPECT_EQ(ask({.content = "12345"}).status, 401);
  EXPECT_EQ(ask({.content = "1234"}).status, 200);
}

TEST_F(ForwardAuth, HandsCookiesToTheClient) {
  config_.add_auth_cookies_to_response = {"session"};
  backend_.fields = {{"Set-Cookie", "session=backend"}};
  const auto response = ask({.fields = {{"Set-Cookie", "session=auth; Path=/"}}});
  EXPECT_EQ(response["Set-Cookie"], "session=auth; Path=/");
  backend_.fields = {{"Set-Cookie", "other=backend"}};
  EXPECT_EQ(ask({.fields = {{"Set-Cookie", "session=auth"}}})["Set-Cookie"], "other=backend | session=auth");
  EXPECT_EQ(ask({.fields = {{"Set-Cookie", "secret=auth"}}})["Set-Cookie"], "other=backend");
}

TEST_F(ForwardAuth, RefusesOptionsWithoutMeaning) {
  config_.address = "auth";
  EXPECT_TRUE(error().starts_with("forwardAuth.address: "));
  config_.address = "http://auth";
  config_.header_field = "a b";
  EXPECT_EQ(error(), "forwardAuth.headerField: \"a b\" is no name of a header");
  config_.header_field = "";
  config_.auth_response_headers = {"a b"};
  EXPECT_EQ(error(), "forwardAuth.authResponseHeaders: \"a b\" is no name of a header");
  config_.auth_response_headers = {};
  config_.auth_response_headers_regex = "(";
  EXPECT_TRUE(error().starts_with("forwardAuth.authResponseHeadersRegex: "));
  EXPECT_EQ(bench_.make(with(&model::Middleware::forward_auth, {}), std::make_shared<FakeNext>()).error().message,
            "forwardAuth.address is missing");
}

}  // namespace
}  // namespace gatehouse::edge
