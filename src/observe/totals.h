// Totals: what the workers counted, added up, by subject. A value; made for one telling, on whatever thread.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "observe/tally.h"

namespace gatehouse::observe {

struct SubjectTotals {
  std::map<SeriesKey, std::vector<std::uint64_t>> series;  // cells as TallyState has them
  std::map<std::string, std::uint64_t> tls;                // by "1.3 TLS_AES_128_GCM_SHA256"
  std::map<std::pair<SeriesKey, std::string>, std::uint64_t> labelled;
  std::vector<std::uint64_t> fine;  // empty: nothing was counted
  std::uint64_t retries = 0;
  std::int64_t open = 0;
};

class Totals {
 public:
  explicit Totals(Bounds bounds) : bounds_(std::move(bounds)) {}

  // A tally that still counts by other bounds is left out.
  void add(const TallyState& state);
  // Nothing was counted of it: all is 0.
  [[nodiscard]] const SubjectTotals& of(SubjectId subject) const;

 private:
  Bounds bounds_;
  std::vector<SubjectTotals> subjects_;
};

}  // namespace gatehouse::observe
