#include "observe/totals.h"

#include <algorithm>
#include <functional>
#include <span>

namespace gatehouse::observe {

namespace {

void add_cells(std::vector<std::uint64_t>& sum, std::span<const std::uint64_t> cells) {
  sum.resize(cells.size());
  std::ranges::transform(sum, cells, sum.begin(), std::plus<>());
}

}  // namespace

void Totals::add(const TallyState& state) {
  if (state.bounds != bounds_) return;
  subjects_.resize(std::max(subjects_.size(), state.subjects.size()));
  const std::span cells(state.cells);
  const std::span fine(state.fine);
  constexpr auto kFine = 2 * TallyState::kFineSize;
  for (std::size_t id = 0; id < state.subjects.size(); ++id) {
    const auto& subject = state.subjects[id];
    auto& totals = subjects_[id];
    totals.retries += subject.retries;
    totals.open += subject.open;
    if (subject.fine != UINT32_MAX) add_cells(totals.fine, fine.subspan(subject.fine * kFine, kFine));
    for (auto index = subject.tls; index != UINT32_MAX; index = state.tls[index].next) {
      totals.tls[state.tls_sessions[state.tls[index].session]] += state.tls[index].requests;
    }
    for (auto index = subject.first; index != UINT32_MAX; index = state.series[index].next) {
      add_cells(totals.series[state.series[index].key], cells.subspan(index * state.stride(), state.stride()));
    }
  }
  for (const auto& [key, count] : state.labelled) {
    subjects_[key.subject].labelled[{key.key, state.header_values[key.values]}] += count;
  }
}

const SubjectTotals& Totals::of(SubjectId subject) const {
  static const SubjectTotals nothing;
  return subject < subjects_.size() ? subjects_[subject] : nothing;
}

}  // namespace gatehouse::observe
