#include <gtest/gtest.h>

#include "edge/middleware/in_flight_table.h"
#include "edge/middleware/keyed_hash.h"
#include "edge/middleware/test_support.h"

namespace gatehouse::edge {
namespace {

using namespace std::chrono_literals;
using Rate = Buckets::Rate;

class Guards : public testing::Test {
 protected:
  HandlerPtr make(const model::Middleware& config) { return bench_.make(config, next_).value(); }
  std::string error(const model::Middleware& config) {
    const auto made = bench_.make(config, next_);
    return made ? "none" : made.error().message;
  }

  Workbench bench_;
  std::shared_ptr<FakeNext> next_ = std::make_shared<FakeNext>();
};

model::Middleware allow(std::vector<std::string> ranges, std::optional<model::IpStrategy> strategy = {},
                        std::int64_t status = 403) {
  return with(&model::Middleware::ip_allow_list, {std::move(ranges), std::move(strategy), status});
}

TEST_F(Guards, AllowListLooksAtThePeer) {
  const auto handler = make(allow({"127.0.3.0/24", " 10.0.0.0/8", "2001:db8::1"}));
  EXPECT_EQ(bench_.ask(handler, {.client = "127.0.3.77"}).status, 200);
  EXPECT_EQ(bench_.ask(handler, {.client = "127.0.4.77"}).status, 403);
  EXPECT_EQ(bench_.ask(handler, {.client = "2001:db8::1"}).status, 200);
  EXPECT_EQ(bench_.ask(handler, {.client = "::ffff:10.1.2.3"}).status, 200);
  EXPECT_EQ(bench_.ask(handler, {.fields = {{"X-Forwarded-For", "10.0.0.1"}}}).status, 403);
  EXPECT_EQ(bench_.ask(make(allow({"10.0.0.1"}, {}, 404)), {}).content, "Not Found");
  EXPECT_EQ(bench_.ask(make(allow({"10.0.0.1"}, {}, 0)), {}).status, 403);
}

TEST_F(Guards, AllowListCountsForwardedAddressesFromTheRight) {
  const auto status = [this](model::IpStrategy strategy, Lines fields) {
    return bench_.ask(make(allow({"8.8.8.8", "2001:db8::/32"}, std::move(strategy))), {.fields = std::move(fields)})
        .status;
  };
  const auto depth = [](std::int64_t n) {
    return model::IpStrategy{.depth = n, .excluded_ips = {}, .ipv6_subnet = {}};
  };
  EXPECT_EQ(status(depth(1), {{"X-Forwarded-For", "10.0.0.1,8.8.8.8"}}), 200);
  EXPECT_EQ(status(depth(1), {{"X-Forwarded-For", "10.0.0.1"}, {"X-Forwarded-For", "8.8.8.8"}}), 200);
  EXPECT_EQ(status(depth(2), {{"X-Forwarded-For", "8.8.8.8, 10.0.0.1"}}), 200);
  EXPECT_EQ(status(depth(2), {{"X-Forwarded-For", "10.0.0.1,8.8.8.8"}}), 403);
  EXPECT_EQ(status(depth(3), {{"X-Forwarded-For", "10.0.0.1,8.8.8.8"}}), 403);
  EXPECT_EQ(status(depth(1), {}), 403);
  EXPECT_EQ(status(depth(1), {{"X-Forwarded-For", "8.8.8.8:1234"}}), 200);
  EXPECT_EQ(status(depth(1), {{"X-Forwarded-For", "[2001:db8::1]:1234"}}), 200);
  EXPECT_EQ(status(depth(2), {{"X-Forwarded-For", "8.8.8.8,,"}}), 403);  // the empty entries count
  EXPECT_EQ(status(depth(0), {{"X-Forwarded-For", "8.8.8.8"}}), 403);
}

TEST_F(Guards, AllowListSkipsExcludedAddresses) {
  const auto handler = make(allow({"8.8.8.8"}, model::IpStrategy{.excluded_ips = {"10.0.0.0/8"}, .ipv6_subnet = {}}));
  const auto status = [&](std::string list) {
    return bench_.ask(handler, {.fields = {{"X-Forwarded-For", std::move(list)}}}).status;
  };
  EXPECT_EQ(status("8.8.8.8,10.0.0.7, 10.0.0.1"), 200);
  EXPECT_EQ(status("8.8.8.8,9.9.9.9,10.0.0.1"), 403);
  EXPECT_EQ(status("10.0.0.1"), 403);
  EXPECT_EQ(status("8.8.8.8,unknown,10.0.0.1"), 403);
}

TEST_F(Guards, AllowListRefusesOptionsWithoutMeaning) {
  EXPECT_EQ(error(allow({})), "ipAllowList.sourceRange is empty: nobody would pass");
  EXPECT_EQ(error(allow({"10.0.0.0/33"})), "ipAllowList.sourceRange: \"10.0.0.0/33\" is no address and no range");
  EXPECT_EQ(error(allow({"10.0.0.1"}, {}, 600)), "ipAllowList.rejectStatusCode: 600 is no status");
  EXPECT_EQ(error(allow({"10.0.0.1"}, {}, 299)), "ipAllowList.rejectStatusCode: 299 is no status");
  EXPECT_EQ(error(allow({"10.0.0.1"}, model::IpStrategy{.depth = -1, .excluded_ips = {}, .ipv6_subnet = {}})),
            "ipAllowList.ipStrategy.depth: -1 is below 0");
  EXPECT_EQ(error(allow({"10.0.0.1"}, model::IpStrategy{.excluded_ips = {}, .ipv6_subnet = 129})),
            "ipAllowList.ipStrategy.ipv6Subnet: 129 is not from 1 to 128");
}

TEST(Buckets, GiveTheBurstAndThenOneTokenAnInterval) {
  Buckets buckets;
  const Rate rate{.interval = 100ms, .burst = 3};
  const auto key = buckets.key_of("a");
  const Buckets::Time start(1h);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(buckets.take(key, rate, start), 0ns);
  EXPECT_EQ(buckets.take(key, rate, start), 100ms);
  EXPECT_EQ(buckets.take(key, rate, start + 99ms), 1ms);
  EXPECT_EQ(buckets.take(key, rate, start + 100ms), 0ns);
  EXPECT_EQ(buckets.take(key, rate, start + 100ms), 100ms);
  EXPECT_EQ(buckets.take(buckets.key_of("b"), rate, start + 100ms), 0ns);
  // Full again after a while, and never fuller.
  for (int i = 0; i < 3; ++i) EXPECT_EQ(buckets.take(key, rate, start + 1h), 0ns);
  EXPECT_GT(buckets.take(key, rate, start + 1h), 0ns);
}

TEST(Buckets, LetSomeWait) {
  Buckets buckets;
  const Rate rate{.interval = 100ms, .burst = 1, .wait_max = 50ms};
  const auto key = buckets.key_of("a");
  const Buckets::Time start(1h);
  EXPECT_EQ(buckets.take(key, rate, start), 0ns);
  EXPECT_EQ(buckets.take(key, rate, start + 50ms), 50ms);   // has its token at 100 ms
  EXPECT_EQ(buckets.take(key, rate, start + 60ms), 140ms);  // refused: nothing was taken
  EXPECT_EQ(buckets.take(key, rate, start + 150ms), 50ms);
}

TEST(Buckets, SurviveRatesAtTheirLimits) {
  Buckets buckets;
  const auto most = std::numeric_limits<std::int64_t>::max();
  const Rate rate{.interval = std::chrono::nanoseconds(most / 8), .burst = most};
  for (int i = 0; i < 2; ++i) EXPECT_EQ(buckets.take(buckets.key_of("a"), rate, Buckets::Time(1h)), 0ns);
  EXPECT_GT(buckets.take(buckets.key_of("a"), rate, Buckets::Time(1h)), 0ns);
}

TEST(Buckets, RememberManySourcesAndForgetTheFullest) {
  Buckets buckets;
  const Rate rate{.interval = 1h, .burst = 1};
  const Buckets::Time start(1h);
  std::size_t remembered = 0;
  const auto sources = Buckets::kBucketsMax / 4;
  for (std::size_t i = 0; i < sources; ++i) buckets.take(buckets.key_of(std::to_string(i)), rate, start);
  for (std::size_t i = 0; i < sources; ++i) {
    remembered += buckets.take(buckets.key_of(std::to_string(i)), rate, start) > 0ns ? 1 : 0;
  }
  EXPECT_GT(remembered, sources * 99 / 100);
  // Far more than there are places: nobody is refused for what another one used up.
  for (std::size_t i = 0; i < Buckets::kBucketsMax * 2; ++i) {
    ASSERT_EQ(buckets.take(buckets.key_of("x" + std::to_string(i)), rate, start), 0ns);
  }
}

TEST(KeyedHash, IsSipHash24) {
  // The vectors of its authors: key 00 01 .. 0f, texts "", 00, 00 01, ...
  const KeyedHash hash(0x0706050403020100, 0x0f0e0d0c0b0a0908);
  std::string text;
  EXPECT_EQ(hash(text), 0x726fdb47dd0e0e31U);
  text += '\0';
  EXPECT_EQ(hash(text), 0x74f839c593dc67fdU);
  for (char c = 1; c < 8; ++c) text += c;
  EXPECT_EQ(hash(text), 0x93f5f5799a932462U);
  for (char c = 8; c < 15; ++c) text += c;
  EXPECT_EQ(hash(text), 0xa129ca6149be45e5U);
  EXPECT_NE(KeyedHash()("a"), KeyedHash()("a"));
}

model::RateLimit one_a_minute() {
  model::RateLimit config;
  config.average = 1;
  config.period = 1min;
  return config;
}

TEST_F(Guards, RateLimitRefusesWhatComesTooEarly) {
  auto config = one_a_minute();
  config.burst = 2;
  const auto handler = make(with(&model::Middleware::rate_limit, config));
  EXPECT_EQ(bench_.ask(handler).status, 200);
  EXPECT_EQ(bench_.ask(handler).status, 200);
  const auto refused = bench_.ask(handler);
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(refused.content, "Too Many Requests");
  EXPECT_EQ(refused["Retry-After"], "60");
  EXPECT_TRUE(refused["X-Retry-In"]->starts_with("59."));
  EXPECT_EQ(bench_.ask(handler, {.client = "127.0.0.2"}).status, 200);
  // The buckets outlive the handler.
  EXPECT_EQ(bench_.ask(make(with(&model::Middleware::rate_limit, config))).status, 429);
}

TEST_F(Guards, RateLimitLetsTheSlightlyEarlyWait) {
  model::RateLimit config;
  config.average = 100;  // 10 ms a token
  const auto handler = make(with(&model::Middleware::rate_limit, config));
  const auto limit = std::chrono::steady_clock::now() + 5s;
  int waited = 0;
  // A request that comes in the second half of its interval waits; the answers come as fast as they may.
  while (waited < 3 && std::chrono::steady_clock::now() < limit) {
    const auto before = std::chrono::steady_clock::now();
    const auto status = bench_.ask(handler).status;
    if (status == 200 && std::chrono::steady_clock::now() - before >= 1ms) ++waited;
  }
  EXPECT_EQ(waited, 3);
}

TEST_F(Guards, RateLimitTellsSourcesApart) {
  auto config = one_a_minute();
  config.source_criterion = model::SourceCriterion{.ip_strategy = {}, .request_header_name = "X-Key"};
  const auto by_key = make(with(&model::Middleware::rate_limit, config));
  EXPECT_EQ(bench_.ask(by_key, {.fields = {{"X-Key", "a"}}}).status, 200);
  EXPECT_EQ(bench_.ask(by_key, {.fields = {{"X-Key", "b"}}}).status, 200);
  EXPECT_EQ(bench_.ask(by_key, {.fields = {{"X-Key", "a"}}, .client = "127.0.0.9"}).status, 429);
  config.period = 2min;
  config.source_criterion = model::SourceCriterion{.ip_strategy = {}, .request_header_name = "", .request_host = true};
  const auto by_host = make(with(&model::Middleware::rate_limit, config));
  EXPECT_EQ(bench_.ask(by_host, {.host = "a.com"}).status, 200);
  EXPECT_EQ(bench_.ask(by_host, {.host = "B.com"}).status, 200);
  EXPECT_EQ(bench_.ask(by_host, {.host = "A.com:80"}).status, 429);
  config.period = 3min;
  config.source_criterion = model::SourceCriterion{
      .ip_strategy = model::IpStrategy{.excluded_ips = {}, .ipv6_subnet = 64}, .request_header_name = ""};
  const auto by_net = make(with(&model::Middleware::rate_limit, config));
  EXPECT_EQ(bench_.ask(by_net, {.client = "2001:db8::1"}).status, 200);
  EXPECT_EQ(bench_.ask(by_net, {.client = "2001:db8::2"}).status, 429);
  EXPECT_EQ(bench_.ask(by_net, {.client = "2001:db8:0:1::1"}).status, 200);
}

TEST_F(Guards, RateLimitRefusesOptionsWithoutMeaning) {
  model::RateLimit config;
  config.source_criterion = model::SourceCriterion{.ip_strategy = {}, .request_header_name = "X", .request_host = true};
  EXPECT_EQ(error(with(&model::Middleware::rate_limit, config)),
            "rateLimit.sourceCriterion: only one of ipStrategy, requestHeaderName and requestHost may be set");
  config = {};
  config.average = -1;
  EXPECT_EQ(error(with(&model::Middleware::rate_limit, config)), "rateLimit.average: -1 is below 0; 0 is no limit");
  config.average = 0;
  EXPECT_EQ(make(with(&model::Middleware::rate_limit, config)), next_);  // no limit, no handler
}

TEST(InFlightTable, CountsUpToTheLimit) {
  InFlightTable table;
  const auto first = table.enter("a", 2);
  const auto second = table.enter("a", 2);
  ASSERT_TRUE(first && second);
  EXPECT_FALSE(table.enter("a", 2));
  EXPECT_TRUE(table.enter("b", 2));
  table.leave(*first);
  EXPECT_TRUE(table.enter("a", 2));
  EXPECT_FALSE(table.enter("c", 0));
}

TEST(InFlightTable, HasRoomForSoManySources) {
  InFlightTable table;
  std::size_t entered = 0;
  for (std::size_t i = 0; i < InFlightTable::kSourcesMax * 4; ++i) {
    entered += table.enter(std::to_string(i), 1) ? 1 : 0;
  }
  EXPECT_GT(entered, InFlightTable::kSourcesMax * 9 / 10);
  EXPECT_LE(entered, InFlightTable::kSourcesMax);
}

// Asks the middleware once more while the content of the first response is on its way.
class AskAgain final : public Handler {
 public:
  explicit AskAgain(const HandlerPtr& outer) : outer_(outer) {}
  [[nodiscard]] async::Task<Response> handle(Exchange&) const override {
    if (!asking_) {
      asking_ = true;
      Workbench other;
      for (const auto* host : {"example.com", "other.com"})
        statuses.push_back(other.ask(outer_, {.host = host}).status);
    }
    co_return text_response(200, "hello");
  }
  mutable std::vector<int> statuses;

 private:
  const HandlerPtr& outer_;
  mutable bool asking_ = false;
};

TEST_F(Guards, InFlightCountsUntilTheResponseHasGone) {
  HandlerPtr handler;
  const auto inner = std::make_shared<AskAgain>(handler);
  handler = bench_.make(with(&model::Middleware::in_flight_req, {.amount = 1, .source_criterion = {}}), inner).value();
  EXPECT_EQ(bench_.ask(handler).status, 200);
  EXPECT_EQ(inner->statuses, (std::vector{429, 200}));
  EXPECT_EQ(bench_.ask(handler).status, 200);
}

}  // namespace
}  // namespace gatehouse::edge
