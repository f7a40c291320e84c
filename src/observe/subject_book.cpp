#include "observe/subject_book.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace gatehouse::observe {

namespace {

Bounds bounds_of(const std::vector<double>& seconds) {
  Bounds bounds;
  for (const double bound : seconds) {
    const auto exact = std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::duration<double>(bound));
    bounds.push_back(std::chrono::round<std::chrono::microseconds>(exact));
  }
  return bounds;
}

}  // namespace

void SubjectBook::open(const model::Prometheus& prometheus) {
  std::erase_if(editions_, [](const auto& edition) { return edition.expired(); });
  std::erase_if(gone_, [this](const Gone& gone) {
    if (may_be_counted(gone.live)) return false;
    free_.push_back(gone.id);
    return true;
  });
  open_ = std::make_shared<Edition>();
  open_->number = ++number_;
  open_->prometheus = prometheus;
  std::ranges::sort(open_->prometheus.buckets);
  open_->bounds = bounds_of(open_->prometheus.buckets);
}

bool SubjectBook::may_be_counted(std::uint64_t edition) const {
  return std::ranges::any_of(editions_, [edition](const auto& known) {
    const auto alive = known.lock();
    return alive && alive->number <= edition;
  });
}

SubjectId SubjectBook::enter(const Subject& subject) {
  if (!open_) return kNoSubject;
  auto& entry = entries_[subject];
  if (entry.id == kNoSubject) entry.id = next_id();
  entry.live = number_;
  return entry.id;
}

SubjectId SubjectBook::next_id() {
  if (free_.empty()) return end_++;
  const auto id = free_.back();
  free_.pop_back();
  open_->fresh.push_back(id);
  return id;
}

std::shared_ptr<const Edition> SubjectBook::close() {
  forget_the_gone();
  for (const auto& [subject, entry] : entries_) open_->subjects.push_back({.id = entry.id, .subject = subject});
  std::shared_ptr<const Edition> edition = std::exchange(open_, nullptr);
  editions_.push_back(edition);
  return edition;
}

// An entry point's connections may be open for longer than anything else refers to it: its number stays.
void SubjectBook::forget_the_gone() {
  const auto told = told_.load();
  std::erase_if(entries_, [&](const auto& known) {
    const auto& [subject, entry] = known;
    if (entry.live == number_ || told <= entry.live || subject.kind == Subject::Kind::kEntryPoint) return false;
    gone_.push_back({.id = entry.id, .live = entry.live});
    open_->fresh.push_back(entry.id);
    return true;
  });
}

void SubjectBook::told(std::uint64_t edition) {
  auto known = told_.load();
  while (known < edition && !told_.compare_exchange_weak(known, edition)) {
  }
}

}  // namespace gatehouse::observe
