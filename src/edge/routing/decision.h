// Decision: a rule as a list of conditions, each of which says where to go on when it holds and when it does not: no
// recursion, no allocation, the cheap questions first. Made for a router when the table is compiled; immutable.
#pragma once

#include <cstdint>
#include <vector>

#include "base/result.h"
#include "edge/routing/condition.h"
#include "model/rule.h"

namespace gatehouse::edge {

class Decision {
 public:
  [[nodiscard]] static base::Result<Decision> compile(const model::Rule& rule);

  [[nodiscard]] bool accepts(const RequestView& request) const {
    std::uint32_t at = entry_;
    while (at < kReject) {
      const Step& step = steps_[at];
      at = step.condition.holds(request) ? step.if_true : step.if_false;
    }
    return at == kAccept;
  }

 private:
  struct Step {
    Condition condition;
    std::uint32_t if_true;
    std::uint32_t if_false;
  };

  static constexpr std::uint32_t kReject = UINT32_MAX - 1;
  static constexpr std::uint32_t kAccept = UINT32_MAX;

  Decision() = default;

  // Appends the steps of the node, from the back, so that the places to go on at are known. Gives the first one's
  // index.
  base::Result<std::uint32_t> append(const model::RuleNode& node, std::uint32_t if_true, std::uint32_t if_false);

  std::vector<Step> steps_;
  std::uint32_t entry_ = kReject;
};

}  // namespace gatehouse::edge
