// Tally: what one worker counts, in plain memory that nobody else touches: counting a request is a few additions, and
// finds its series by numbers that were given out when the configuration was compiled. Owned by the worker, on its
// thread; whoever wants to read it asks the loop for a copy (tally_board.h), and adds the workers' copies up.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "observe/series.h"

namespace gatehouse::observe {

// Beyond these statuses are only counted by their class, and header values as one: memory is not the clients' to spend.
inline constexpr std::size_t kSeriesPerSubjectMax = 256;
inline constexpr std::size_t kHeaderValuesMax = 1000;
inline constexpr std::size_t kHeaderValueBytesMax = 128;
inline constexpr std::string_view kOtherHeaderValues = "(other)";

// Upper bounds of the histograms under our own prefix.
inline constexpr std::array<std::chrono::nanoseconds, 18> kFineBounds = {
    std::chrono::microseconds(100), std::chrono::microseconds(250),  std::chrono::microseconds(500),
    std::chrono::milliseconds(1),   std::chrono::microseconds(2500), std::chrono::milliseconds(5),
    std::chrono::milliseconds(10),  std::chrono::milliseconds(25),   std::chrono::milliseconds(50),
    std::chrono::milliseconds(100), std::chrono::milliseconds(250),  std::chrono::milliseconds(500),
    std::chrono::seconds(1),        std::chrono::milliseconds(2500), std::chrono::seconds(5),
    std::chrono::seconds(10),       std::chrono::seconds(30),        std::chrono::seconds(60)};

struct RequestCount {
  SeriesKey key;
  std::uint64_t request_bytes = 0;
  std::uint64_t response_bytes = 0;
  std::chrono::nanoseconds duration{};
  // Of an entry point: what the edge itself took of it. Of a service: until its response began. With it, finer
  // histograms are kept.
  std::optional<std::chrono::nanoseconds> part = {};
};

// Upper bounds of a histogram's buckets, rising; the last bucket, without a bound, is not among them.
using Bounds = std::vector<std::chrono::nanoseconds>;

// Everything that was counted, as a value.
struct TallyState {
  struct Subject {
    std::uint32_t first = UINT32_MAX;  // of its chain of series
    std::uint32_t last = UINT32_MAX;   // that was counted last: most requests are like the one before
    std::uint32_t series = 0;
    std::uint32_t fine = UINT32_MAX;
    std::uint32_t tls = UINT32_MAX;  // of its chain of TLS sessions
    std::uint64_t retries = 0;
    std::int64_t open = 0;
  };
  struct Series {
    SeriesKey key;
    std::uint32_t next = UINT32_MAX;
  };
  struct Tls {
    std::uint32_t session = 0;
    std::uint32_t next = UINT32_MAX;
    std::uint64_t requests = 0;
  };
  struct LabelledKey {
    SubjectId subject;
    SeriesKey key;
    std::uint32_t values;
    auto operator<=>(const LabelledKey&) const = default;
  };

  // Of a series: requests, bytes in, bytes out, nanoseconds, then the buckets.
  static constexpr std::size_t kRequests = 0;
  static constexpr std::size_t kRequestBytes = 1;
  static constexpr std::size_t kResponseBytes = 2;
  static constexpr std::size_t kNanoseconds = 3;
  static constexpr std::size_t kBuckets = 4;
  // Of a subject's fine histograms, of its duration and of the part: nanoseconds, then the buckets.
  static constexpr std::size_t kFineSize = 1 + kFineBounds.size() + 1;

  Bounds bounds;
  std::vector<Subject> subjects;  // by id
  std::vector<Series> series;
  std::vector<std::uint64_t> cells;  // of series, stride() each
  std::vector<std::uint64_t> fine;   // 2 * kFineSize each
  std::vector<std::uint32_t> free_series;
  std::vector<std::uint32_t> free_fine;
  std::vector<std::uint32_t> free_tls;
  std::vector<Tls> tls;
  std::map<LabelledKey, std::uint64_t> labelled;
  std::vector<std::string> tls_sessions;   // "1.3 TLS_AES_128_GCM_SHA256"
  std::vector<std::string> header_values;  // what the fields said, each ended by a byte 0

  [[nodiscard]] std::size_t stride() const { return kBuckets + bounds.size() + 1; }
};

class Tally {
 public:
  // What is counted from now on: other bounds begin anew, and so do subjects whose numbers were given out again.
  void begin(const Bounds& bounds, const std::vector<SubjectId>& fresh, bool has_header_labels);

  void count(SubjectId subject, const RequestCount& request);
  // By the values of the fields that the operator wants as labels.
  void count_labelled(SubjectId subject, SeriesKey key, std::uint32_t values) {
    ++state_.labelled[{.subject = subject, .key = key, .values = values}];
  }
  void count_tls(SubjectId subject, std::uint32_t session);
  void count_retries(SubjectId subject, std::uint64_t count) { at(subject).retries += count; }
  void opened(SubjectId subject) { ++at(subject).open; }
  void closed(SubjectId subject) { --at(subject).open; }

  // Numbers for texts: once a connection, resp. where labels are taken from fields.
  std::uint32_t tls_session(std::string_view version, std::string_view cipher);
  std::uint32_t header_values(std::string_view values);
  [[nodiscard]] bool has_header_labels() const { return has_header_labels_; }

  [[nodiscard]] const TallyState& state() const { return state_; }

 private:
  TallyState::Subject& at(SubjectId subject) {
    if (subject >= state_.subjects.size()) state_.subjects.resize(subject + 1);
    return state_.subjects[subject];
  }
  std::uint64_t* series_of(TallyState::Subject& subject, SeriesKey key);
  std::uint32_t add_series(TallyState::Subject& subject, SeriesKey key);
  std::uint64_t* fine_of(TallyState::Subject& subject);
  void forget(SubjectId subject);

  TallyState state_;
  bool has_header_labels_ = false;
  std::unordered_map<std::string, std::uint32_t> header_values_;
};

}  // namespace gatehouse::observe
