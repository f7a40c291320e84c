#include "observe/tally.h"

#include <gtest/gtest.h>

#include "observe/totals.h"

namespace gatehouse::observe {

namespace {

using namespace std::chrono_literals;
using http::MethodId;

const Bounds kBounds = {100ms, 1s};

SeriesKey get(unsigned code) { return {code, MethodId::kGet, Protocol::kHttp}; }

Totals totals_of(const Tally& tally) {
  Totals totals(kBounds);
  totals.add(tally.state());
  return totals;
}

}  // namespace

TEST(SeriesKey, HoldsItsParts) {
  const SeriesKey key(404, MethodId::kPatch, Protocol::kGrpcWeb);
  EXPECT_EQ(key.code_text(), "404");
  EXPECT_EQ(key.code_class(), 4U);
  EXPECT_EQ(key.method(), MethodId::kPatch);
  EXPECT_EQ(key.protocol(), Protocol::kGrpcWeb);
  EXPECT_EQ(key.coarse().code_text(), "4xx");
  EXPECT_EQ(key.coarse().code_class(), 4U);
  EXPECT_EQ(key.coarse().method(), MethodId::kPatch);
  EXPECT_EQ(key.coarse().coarse(), key.coarse());
  EXPECT_EQ(SeriesKey(100'000, MethodId::kGet, Protocol::kHttp).code_text(), "999");
  EXPECT_EQ(label_of(MethodId::kOther), "EXTENSION_METHOD");
}

TEST(Tally, AddsUpBySeries) {
  Tally tally;
  tally.begin(kBounds, {}, false);
  tally.count(3, {.key = get(200), .request_bytes = 1, .response_bytes = 10, .duration = 100ms});
  tally.count(3, {.key = get(200), .request_bytes = 2, .response_bytes = 20, .duration = 101ms});
  tally.count(3, {.key = get(500), .duration = 2s});
  tally.count(0, {.key = get(200), .duration = 1ms});
  const auto totals = totals_of(tally);
  using Cells = std::vector<std::uint64_t>;
  EXPECT_EQ(totals.of(3).series.at(get(200)), (Cells{2, 3, 30, 201'000'000, 1, 1, 0}));
  EXPECT_EQ(totals.of(3).series.at(get(500)), (Cells{1, 0, 0, 2'000'000'000, 0, 0, 1}));
  EXPECT_EQ(totals.of(0).series.size(), 1U);
  EXPECT_TRUE(totals.of(1).series.empty());
  EXPECT_TRUE(totals.of(99).series.empty());
}

TEST(Tally, AddsUpWorkers) {
  Tally one;
  Tally two;
  for (auto* tally : {&one, &two}) {
    tally->begin(kBounds, {}, false);
    tally->count(0, {.key = get(200), .duration = 1ms, .part = 1ms});
    tally->count_tls(0, tally->tls_session("1.3", "A"));
    tally->count_retries(0, 2);
    tally->opened(0);
  }
  two.count_tls(0, two.tls_session("1.2", "B"));
  Totals totals(kBounds);
  totals.add(one.state());
  totals.add(two.state());
  const auto& subject = totals.of(0);
  EXPECT_EQ(subject.series.at(get(200)).front(), 2U);
  EXPECT_EQ(subject.tls, (std::map<std::string, std::uint64_t>{{"1.3 A", 2}, {"1.2 B", 1}}));
  EXPECT_EQ(subject.retries, 4U);
  EXPECT_EQ(subject.open, 2);
  ASSERT_EQ(subject.fine.size(), 2 * TallyState::kFineSize);
  EXPECT_EQ(subject.fine[0], 2'000'000U);
  EXPECT_EQ(subject.fine[1 + 3], 2U);  // up to 1 ms
}

TEST(Tally, BoundsWhatStatusesTake) {
  Tally tally;
  tally.begin(kBounds, {}, false);
  for (unsigned code = 100; code < 1000; ++code) tally.count(0, {.key = get(code), .duration = 1ms});
  const auto totals = totals_of(tally);
  EXPECT_LE(totals.of(0).series.size(), kSeriesPerSubjectMax + 10);
  EXPECT_EQ(totals.of(0).series.at(get(500).coarse()).front(), 100U);
  std::uint64_t sum = 0;
  for (const auto& [key, cells] : totals.of(0).series) sum += cells.front();
  EXPECT_EQ(sum, 900U);
}

TEST(Tally, BoundsWhatHeaderValuesTake) {
  Tally tally;
  for (std::size_t i = 0; i < kHeaderValuesMax; ++i) EXPECT_EQ(tally.header_values(std::to_string(i)), i);
  EXPECT_EQ(tally.header_values("one more"), kHeaderValuesMax);
  EXPECT_EQ(tally.header_values("another"), kHeaderValuesMax);
  EXPECT_EQ(tally.header_values("7"), 7U);
  EXPECT_EQ(tally.state().header_values.back(), kOtherHeaderValues);
}

TEST(Tally, ForgetsWhatItsNumberStoodForBefore) {
  Tally tally;
  tally.begin(kBounds, {}, true);
  for (int i = 0; i < 2; ++i) {
    tally.count(0, {.key = get(200), .duration = 1ms, .part = 1ms});
    tally.count(1, {.key = get(200), .duration = 1ms, .part = 1ms});
    tally.count_tls(0, 0);
    tally.count_labelled(0, get(200), tally.header_values("x"));
    tally.tls_session("1.3", "A");
    tally.begin(kBounds, {0, 7}, true);
    const auto totals = totals_of(tally);
    EXPECT_TRUE(totals.of(0).series.empty());
    EXPECT_TRUE(totals.of(0).tls.empty());
    EXPECT_TRUE(totals.of(0).labelled.empty());
    EXPECT_TRUE(totals.of(0).fine.empty());
    EXPECT_EQ(totals.of(1).series.at(get(200)).front(), 1U + i);
    EXPECT_EQ(tally.state().series.size(), 2U);  // what was given back is used again
    EXPECT_EQ(tally.state().tls.size(), 1U);
  }
}

TEST(Tally, BeginsAnewWithOtherBuckets) {
  Tally tally;
  tally.begin({1s}, {}, false);
  tally.opened(0);
  tally.count(0, {.key = get(200), .duration = 1ms});
  tally.begin(kBounds, {}, false);
  EXPECT_TRUE(totals_of(tally).of(0).series.empty());
  EXPECT_EQ(totals_of(tally).of(0).open, 1);
  tally.count(0, {.key = get(200), .duration = 1ms});
  EXPECT_EQ(totals_of(tally).of(0).series.at(get(200)).front(), 1U);
}

}  // namespace gatehouse::observe
