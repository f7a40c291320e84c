#include "observe/tally.h"

#include <algorithm>
#include <utility>

namespace gatehouse::observe {

namespace {

constexpr std::uint32_t kNone = UINT32_MAX;

template <class Bounds>
std::size_t bucket_of(const Bounds& bounds, std::chrono::nanoseconds duration) {
  std::size_t bucket = 0;
  while (bucket < bounds.size() && duration > bounds[bucket]) ++bucket;
  return bucket;
}

void count_fine(std::uint64_t* cells, std::chrono::nanoseconds duration) {
  cells[0] += static_cast<std::uint64_t>(duration.count());
  const auto bound = std::ranges::lower_bound(kFineBounds, duration);
  ++cells[1 + (bound - kFineBounds.begin())];
}

}  // namespace

void Tally::begin(const Bounds& bounds, const std::vector<SubjectId>& fresh, bool has_header_labels) {
  has_header_labels_ = has_header_labels;
  if (!std::ranges::equal(bounds, state_.bounds)) {
    for (SubjectId subject = 0; subject < state_.subjects.size(); ++subject) forget(subject);
    state_.bounds = bounds;
    state_.series.clear();
    state_.free_series.clear();
    state_.cells.clear();
  }
  for (const auto subject : fresh) forget(subject);
}

void Tally::count(SubjectId subject, const RequestCount& request) {
  auto& counted = at(subject);
  auto* cells = series_of(counted, request.key);
  ++cells[TallyState::kRequests];
  cells[TallyState::kRequestBytes] += request.request_bytes;
  cells[TallyState::kResponseBytes] += request.response_bytes;
  cells[TallyState::kNanoseconds] += static_cast<std::uint64_t>(request.duration.count());
  ++cells[TallyState::kBuckets + bucket_of(state_.bounds, request.duration)];
  if (!request.part) return;
  auto* fine = fine_of(counted);
  count_fine(fine, request.duration);
  count_fine(fine + TallyState::kFineSize, *request.part);
}

void Tally::count_tls(SubjectId id, std::uint32_t session) {
  auto& subject = at(id);
  auto index = subject.tls;
  while (index != kNone && state_.tls[index].session != session) index = state_.tls[index].next;
  if (index == kNone) {
    if (state_.free_tls.empty()) {
      index = static_cast<std::uint32_t>(state_.tls.size());
      state_.tls.emplace_back();
    } else {
      index = state_.free_tls.back();
      state_.free_tls.pop_back();
    }
    state_.tls[index] = {.session = session, .next = std::exchange(subject.tls, index)};
  }
  ++state_.tls[index].requests;
}

std::uint64_t* Tally::series_of(TallyState::Subject& subject, SeriesKey key) {
  if (subject.last == kNone || state_.series[subject.last].key != key) {
    auto found = subject.first;
    while (found != kNone && state_.series[found].key != key) found = state_.series[found].next;
    if (found == kNone) {
      if (subject.series >= kSeriesPerSubjectMax && key != key.coarse()) return series_of(subject, key.coarse());
      found = add_series(subject, key);
    }
    subject.last = found;
  }
  return state_.cells.data() + subject.last * state_.stride();
}

std::uint32_t Tally::add_series(TallyState::Subject& subject, SeriesKey key) {
  std::uint32_t index = 0;
  if (state_.free_series.empty()) {
    index = static_cast<std::uint32_t>(state_.series.size());
    state_.series.emplace_back();
    state_.cells.resize(state_.cells.size() + state_.stride());
  } else {
    index = state_.free_series.back();
    state_.free_series.pop_back();
    std::fill_n(state_.cells.data() + index * state_.stride(), state_.stride(), 0);
  }
  state_.series[index] = {.key = key, .next = subject.first};
  subject.first = index;
  ++subject.series;
  return index;
}

std::uint64_t* Tally::fine_of(TallyState::Subject& subject) {
  constexpr auto kSize = 2 * TallyState::kFineSize;
  if (subject.fine == kNone) {
    if (state_.free_fine.empty()) {
      subject.fine = static_cast<std::uint32_t>(state_.fine.size() / kSize);
      state_.fine.resize(state_.fine.size() + kSize);
    } else {
      subject.fine = state_.free_fine.back();
      state_.free_fine.pop_back();
      std::fill_n(state_.fine.data() + subject.fine * kSize, kSize, 0);
    }
  }
  return state_.fine.data() + subject.fine * kSize;
}

void Tally::forget(SubjectId id) {
  if (id >= state_.subjects.size()) return;
  auto& subject = state_.subjects[id];
  for (auto index = subject.first; index != kNone; index = state_.series[index].next) {
    state_.free_series.push_back(index);
  }
  for (auto index = subject.tls; index != kNone; index = state_.tls[index].next) state_.free_tls.push_back(index);
  if (subject.fine != kNone) state_.free_fine.push_back(subject.fine);
  subject = {.open = subject.open};
  std::erase_if(state_.labelled, [id](const auto& entry) { return entry.first.subject == id; });
}

std::uint32_t Tally::tls_session(std::string_view version, std::string_view cipher) {
  std::string name(version);
  name.append(" ").append(cipher);
  auto& known = state_.tls_sessions;  // as many as OpenSSL has ciphers, at most
  const auto number = std::ranges::find(known, name) - known.begin();
  if (number == std::ssize(known)) known.push_back(std::move(name));
  return static_cast<std::uint32_t>(number);
}

std::uint32_t Tally::header_values(std::string_view values) {
  const auto found = header_values_.find(std::string(values));
  if (found != header_values_.end()) return found->second;
  const auto number = static_cast<std::uint32_t>(state_.header_values.size());
  if (number >= kHeaderValuesMax) {
    if (number == kHeaderValuesMax) state_.header_values.emplace_back(kOtherHeaderValues);
    return kHeaderValuesMax;
  }
  state_.header_values.emplace_back(values);
  header_values_.emplace(values, number);
  return number;
}

}  // namespace gatehouse::observe
