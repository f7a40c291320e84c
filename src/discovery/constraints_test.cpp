#include "discovery/constraints.h"

#include <gtest/gtest.h>

namespace gatehouse::discovery {
namespace {

bool admits(std::string_view text, const docker::Labels& labels) {
  const auto constraints = Constraints::parse(text);
  EXPECT_TRUE(constraints) << constraints.error().message;
  return constraints && constraints->admit(labels);
}

TEST(Constraints, AnEmptyOneAdmitsEverything) { EXPECT_TRUE(admits("  ", {})); }

TEST(Constraints, ComparesLabels) {
  EXPECT_TRUE(admits("Label(`a`, `x`)", {{"a", "x"}}));
  EXPECT_FALSE(admits("Label(`a`,`x`)", {{"a", "y"}}));
  EXPECT_FALSE(admits("Label(`a`,``)", {})) << "a label that is not there is no empty label";
  EXPECT_TRUE(admits("LabelRegex(`a`, `^x+$`)", {{"a", "xxx"}}));
}

TEST(Constraints, AndBindsTighterThanOr) {
  const docker::Labels labels{{"a", "1"}};
  EXPECT_TRUE(admits("Label(`a`,`1`) || Label(`b`,`1`) && Label(`c`,`1`)", labels));
  EXPECT_FALSE(admits("(Label(`a`,`1`) || Label(`b`,`1`)) && Label(`c`,`1`)", labels));
  EXPECT_TRUE(admits("!Label(`b`,`1`) && !(Label(`a`,`2`))", labels));
}

TEST(Constraints, SaysWhatItExpectedAndWhere) {
  for (auto text : {"Label(`a`)", "Label(`a`,`b`", "Lable(`a`,`b`)", "Label(`a`,`b`) &&", "Label(`a`,`b`) x",
                    "Label(`a,b)", "LabelRegex(`a`,`(`)"}) {
    const auto refused = Constraints::parse(text);
    ASSERT_FALSE(refused) << text;
    EXPECT_NE(refused.error().message.find("constraints"), std::string::npos) << text;
  }
  EXPECT_FALSE(Constraints::parse(std::string(1000, '(')));
  EXPECT_FALSE(Constraints::parse(std::string(1000, '!')));
}

}  // namespace
}  // namespace gatehouse::discovery
