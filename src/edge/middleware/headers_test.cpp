#include <gtest/gtest.h>

#include "edge/middleware/test_support.h"

namespace gatehouse::edge {
namespace {

class HeadersMiddleware : public testing::Test {
 protected:
  TestResponse ask(const model::Headers& config, const TestRequest& request = {}) {
    return bench_.ask(bench_.make(with(&model::Middleware::headers, config), next_).value(), request);
  }
  std::string error(const model::Headers& config) {
    const auto made = bench_.make(with(&model::Middleware::headers, config), next_);
    return made ? "none" : made.error().message;
  }
  void answer_with(Lines fields) {
    next_ = std::make_shared<FakeNext>(std::vector{FakeNext::Answer{.fields = std::move(fields)}});
  }

  Workbench bench_;
  std::shared_ptr<FakeNext> next_ = std::make_shared<FakeNext>();
};

model::Headers only(auto set) {
  model::Headers config;
  set(config);
  return config;
}

TEST_F(HeadersMiddleware, SetsAndRemovesRequestHeaders) {
  const auto config = only([](auto& c) {
    c.custom_request_headers = {{"X-New", "1"}, {"Foo", "test"}, {"Gone", ""}, {"X-Forwarded-For", ""}};
  });
  ask(config,
      {.fields = {{"foo", "bar"}, {"Foo", "baz"}, {"gone", "x"}, {"Stays", "y"}, {"X-Forwarded-For", "1.1.1.1"}}});
  const auto& seen = next_->seen.at(0);
  EXPECT_EQ(seen["X-New"], "1");
  EXPECT_EQ(seen["Foo"], "test");
  EXPECT_EQ(seen["Gone"], std::nullopt);
  EXPECT_EQ(seen["Stays"], "y");
  EXPECT_EQ(seen["X-Forwarded-For"], std::nullopt);
}

TEST_F(HeadersMiddleware, NamesTheHostForTheBackend) {
  ask(only([](auto& c) { c.custom_request_headers = {{"host", "inner"}}; }));
  EXPECT_EQ(next_->seen.at(0)["Host"], "inner");
  ask(only([](auto& c) { c.custom_request_headers = {{"Host", ""}}; }));
  EXPECT_EQ(next_->seen.at(1)["Host"], "example.com");
}

TEST_F(HeadersMiddleware, SetsAndRemovesResponseHeaders) {
  answer_with({{"Foo", "bar"}, {"Gone", "x"}});
  const auto response =
      ask(only([](auto& c) { c.custom_response_headers = {{"Foo", "new"}, {"Gone", ""}, {"None", ""}}; }));
  EXPECT_EQ(response["Foo"], "new");
  EXPECT_EQ(response["Gone"], std::nullopt);
  EXPECT_EQ(response["None"], std::nullopt);
  EXPECT_EQ(response.content, "hello");
}

TEST_F(HeadersMiddleware, CannotBeMadeToSplitAResponse) {
  const auto response = ask(only([](auto& c) { c.custom_response_headers = {{"Foo", "a\r\nSet-Cookie: b"}}; }));
  EXPECT_EQ(response["Foo"], "a  Set-Cookie: b");
  EXPECT_EQ(response["Set-Cookie"], std::nullopt);
}

TEST_F(HeadersMiddleware, RefusesOptionsWithoutMeaning) {
  EXPECT_EQ(error({}), "headers: no option is set");
  EXPECT_EQ(error(only([](auto& c) { c.custom_request_headers = {{"a b", "x"}}; })),
            "headers.customRequestHeaders: \"a b\" is no name of a header");
  EXPECT_TRUE(error(only([](auto& c) {
                c.access_control_allow_origin_list_regex = {"("};
              })).starts_with("headers.accessControlAllowOriginListRegex"));
}

TestRequest preflight(Lines more = {}) {
  TestRequest request{.method = "OPTIONS",
                      .fields = {{"Origin", "https://foo.bar.org"}, {"Access-Control-Request-Method", "PATCH"}}};
  for (auto& line : more) request.fields.push_back(std::move(line));
  return request;
}

TEST_F(HeadersMiddleware, AnswersPreflights) {
  const auto response = ask(only([](auto& c) {
                              c.access_control_allow_methods = {"GET", "OPTIONS"};
                              c.access_control_allow_origin_list = {"https://foo.bar.org"};
                              c.access_control_max_age = 600;
                              c.custom_response_headers = {{"X-Custom", "1"}};
                              c.frame_deny = true;
                            }),
                            preflight());
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response["Content-Length"], "0");
  EXPECT_EQ(response["Access-Control-Allow-Origin"], "https://foo.bar.org");
  EXPECT_EQ(response["Access-Control-Allow-Methods"], "GET,OPTIONS");
  EXPECT_EQ(response["Access-Control-Max-Age"], "600");
  EXPECT_EQ(response["Access-Control-Allow-Headers"], std::nullopt);
  EXPECT_EQ(response["Access-Control-Allow-Credentials"], std::nullopt);
  EXPECT_EQ(response["X-Custom"], std::nullopt);
  EXPECT_EQ(response["X-Frame-Options"], std::nullopt);
  EXPECT_TRUE(next_->seen.empty());
}

TEST_F(HeadersMiddleware, PreflightsWithCredentialsGetWhatTheyAskFor) {
  const auto config = only([](auto& c) {
    c.access_control_allow_methods = {"*"};
    c.access_control_allow_headers = {"*"};
    c.access_control_allow_origin_list = {"*"};
    c.access_control_allow_credentials = true;
  });
  const auto response = ask(config, preflight({{"Access-Control-Request-Headers", "x-a, x-b"}}));
  EXPECT_EQ(response["Access-Control-Allow-Origin"], "https://foo.bar.org");
  EXPECT_EQ(response["Access-Control-Allow-Methods"], "PATCH");
  EXPECT_EQ(response["Access-Control-Allow-Headers"], "x-a, x-b");
  EXPECT_EQ(response["Access-Control-Allow-Credentials"], "true");
  EXPECT_EQ(ask(config, preflight())["Access-Control-Allow-Headers"], std::nullopt);
}

TEST_F(HeadersMiddleware, PassesWhatIsNoPreflight) {
  const auto cors = only([](auto& c) { c.access_control_max_age = 5; });
  ask(cors, {.method = "OPTIONS", .fields = {{"Origin", "https://a"}}});
  ask(cors, {.method = "GET", .fields = {{"Origin", "https://a"}, {"Access-Control-Request-Method", "GET"}}});
  ask(only([](auto& c) { c.frame_deny = true; }), preflight());
  EXPECT_EQ(next_->seen.size(), 3U);
}

TEST_F(HeadersMiddleware, TellsOriginsThatMayRead) {
  const auto origin = [this](const model::Headers& config, std::string value) {
    TestRequest request;
    if (!value.empty()) request.fields = {{"Origin", std::move(value)}};
    return ask(config, request)["Access-Control-Allow-Origin"].value_or("-");
  };
  const auto listed = only([](auto& c) { c.access_control_allow_origin_list = {"https://a", "https://b"}; });
  EXPECT_EQ(origin(listed, "https://b"), "https://b");
  EXPECT_EQ(origin(listed, "https://c"), "-");
  EXPECT_EQ(origin(listed, ""), "-");
  const auto any = only([](auto& c) { c.access_control_allow_origin_list = {"*"}; });
  EXPECT_EQ(origin(any, "https://c"), "*");
  EXPECT_EQ(origin(any, ""), "*");
  const auto credentials = only([](auto& c) {
    c.access_control_allow_origin_list = {"*"};
    c.access_control_allow_credentials = true;
  });
  EXPECT_EQ(origin(credentials, "https://c"), "https://c");
  EXPECT_EQ(origin(credentials, ""), "-");
  const auto pattern = only([](auto& c) { c.access_control_allow_origin_list_regex = {"([a-z]+)\\.bar", ""}; });
  EXPECT_EQ(origin(pattern, "https://foo.bar.org"), "https://foo.bar.org");
  EXPECT_EQ(origin(pattern, ""), "-");
}

TEST_F(HeadersMiddleware, ExposesHeadersAndAddsVary) {
  const auto config = only([](auto& c) {
    c.access_control_expose_headers = {"X-A", "X-B"};
    c.add_vary_header = true;
  });
  answer_with({{"Vary", "Testing"}});
  auto response = ask(config);
  EXPECT_EQ(response["Access-Control-Expose-Headers"], "X-A,X-B");
  EXPECT_EQ(response["Vary"], "Testing | Origin");
  answer_with({{"Vary", "Accept, origin"}});
  EXPECT_EQ(ask(config)["Vary"], "Accept, origin");
  const auto star = only([](auto& c) {
    c.access_control_expose_headers = {"*"};
    c.access_control_allow_credentials = true;
  });
  EXPECT_EQ(ask(star)["Access-Control-Expose-Headers"], std::nullopt);
}

TEST_F(HeadersMiddleware, SendsSecurityHeaders) {
  const auto response = ask(only([](auto& c) {
    c.frame_deny = true;
    c.content_type_nosniff = true;
    c.browser_xss_filter = true;
    c.content_security_policy = "default-src 'self'";
    c.content_security_policy_report_only = "default-src";
    c.referrer_policy = "same-origin";
    c.permissions_policy = "camera=()";
  }));
  EXPECT_EQ(response["X-Frame-Options"], "DENY");
  EXPECT_EQ(response["X-Content-Type-Options"], "nosniff");
  EXPECT_EQ(response["X-XSS-Protection"], "1; mode=block");
  EXPECT_EQ(response["Content-Security-Policy"], "default-src 'self'");
  EXPECT_EQ(response["Content-Security-Policy-Report-Only"], "default-src");
  EXPECT_EQ(response["Referrer-Policy"], "same-origin");
  EXPECT_EQ(response["Permissions-Policy"], "camera=()");
  const auto custom = ask(only([](auto& c) {
    c.frame_deny = true;
    c.custom_frame_options_value = "SAMEORIGIN";
    c.custom_browser_xss_value = "0";
    c.custom_response_headers = {{"X-XSS-Protection", "2"}};
  }));
  EXPECT_EQ(custom["X-Frame-Options"], "SAMEORIGIN");
  EXPECT_EQ(custom["X-XSS-Protection"], "2");
}

TEST_F(HeadersMiddleware, SendsStrictTransportSecurityOverTls) {
  auto config = only([](auto& c) {
    c.sts_seconds = 31536000;
    c.sts_include_subdomains = true;
    c.sts_preload = true;
    c.ssl_proxy_headers = {{"X-Tls", "on"}};
  });
  constexpr auto kName = "Strict-Transport-Security";
  constexpr auto kValue = "max-age=31536000; includeSubDomains; preload";
  EXPECT_EQ(ask(config)[kName], std::nullopt);
  EXPECT_EQ(ask(config, {.fields = {{"X-Tls", "off"}}})[kName], std::nullopt);
  EXPECT_EQ(ask(config, {.fields = {{"X-Tls", "on"}}})[kName], kValue);
  EXPECT_EQ(ask(config, {.secure = true})[kName], kValue);
  config.force_sts_header = true;
  EXPECT_EQ(ask(config)[kName], kValue);
  config.is_development = true;
  EXPECT_EQ(ask(config, {.secure = true})[kName], std::nullopt);
}

TEST_F(HeadersMiddleware, AllowsOnlySomeHosts) {
  auto config = only([](auto& c) {
    c.allowed_hosts = {"Example.com", "other.com:8080"};
    c.hosts_proxy_headers = {"X-Host"};
    c.frame_deny = true;
  });
  EXPECT_EQ(ask(config).status, 200);
  EXPECT_EQ(ask(config, {.host = "other.com:8080"}).status, 200);
  const auto refused = ask(config, {.host = "bad.com"});
  EXPECT_EQ(refused.status, 500);
  EXPECT_EQ(refused.content, "Bad Host\n");
  EXPECT_EQ(ask(config, {.host = "bad.com", .fields = {{"X-Host", "example.com"}}}).status, 200);
  EXPECT_EQ(ask(config, {.fields = {{"X-Host", "bad.com"}}}).status, 500);
  config.is_development = true;
  EXPECT_EQ(ask(config, {.host = "bad.com"}).status, 200);
}

}  // namespace
}  // namespace gatehouse::edge
