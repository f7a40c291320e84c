#include "observe/trace_context.h"

#include <gtest/gtest.h>

namespace gatehouse::observe {

TEST(TraceContext, ReadsWhatItWrites) {
  constexpr std::string_view kText = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  const auto context = TraceContext::parse(kText);
  ASSERT_TRUE(context);
  EXPECT_EQ(context->trace.text(), "4bf92f3577b34da6a3ce929d0e0e4736");
  EXPECT_EQ(context->span.text(), "00f067aa0ba902b7");
  EXPECT_TRUE(context->sampled);
  EXPECT_EQ(context->traceparent(), kText);
  EXPECT_FALSE(TraceContext::parse("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00")->sampled);
}

TEST(TraceContext, TakesLaterVersionsThatAreLonger) {
  EXPECT_TRUE(TraceContext::parse("cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"));
  EXPECT_TRUE(TraceContext::parse("cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-what-will-be"));
  EXPECT_FALSE(TraceContext::parse("cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01.what"));
}

TEST(TraceContext, RefusesWhatIsNone) {
  for (const auto* text : {"", "00", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
                           "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                           "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
                           "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
                           "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
                           "00-4bf92f3577b34da6a3ce929d0e0e473g-00f067aa0ba902b7-01",
                           "00_4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                           "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more"}) {
    EXPECT_FALSE(TraceContext::parse(text)) << text;
  }
}

TEST(TraceIds, AreOthersEachTime) {
  TraceIds ids;
  TraceIds others;
  EXPECT_NE(ids.trace(), ids.trace());
  EXPECT_NE(ids.span(), ids.span());
  EXPECT_NE(ids.trace(), others.trace());
  EXPECT_FALSE(ids.trace().is_none());
}

TEST(Sampling, KeepsItsPart) {
  TraceIds ids;
  constexpr int kCount = 10'000;
  int kept = 0;
  for (int i = 0; i < kCount; ++i) {
    const auto trace = ids.trace();
    EXPECT_TRUE(is_sampled(trace, 1));
    EXPECT_FALSE(is_sampled(trace, 0));
    if (is_sampled(trace, 0.25)) ++kept;
  }
  EXPECT_NEAR(kept, 0.25 * kCount, 0.05 * kCount);
}

}  // namespace gatehouse::observe
