#include "observe/request_metrics.h"

#include <array>
#include <functional>

#include <fmt/format.h>

#include "base/text.h"

namespace gatehouse::observe {

namespace {

using Kind = Exposition::Kind;
using Cells = std::vector<std::uint64_t>;

double seconds(std::uint64_t nanoseconds) { return static_cast<double>(nanoseconds) / 1e9; }

// What is told of one kind of subjects.
class Group {
 public:
  Group(Exposition& out, const Edition& edition, const Totals& totals, Subject::Kind kind, std::string_view name)
      : out_(out), edition_(edition), totals_(totals), kind_(kind), name_(name) {}

  void write() {
    if (edition_.has_header_labels()) {
      write_labelled();
    } else {
      write_cell("requests_total", TallyState::kRequests, "Requests, by status, protocol and method.");
    }
    write_tls();
    write_durations();
    write_cell("requests_bytes_total", TallyState::kRequestBytes, "Bytes of content that requests brought.");
    write_cell("responses_bytes_total", TallyState::kResponseBytes, "Bytes of content that responses took.");
  }

  // The histograms of our own: of the duration, and of its part, which is named.
  void write_fine(std::string_view part, std::string_view help) {
    write_fine_of("request_duration_seconds", 0, "From a request's head to the end of its response.");
    write_fine_of(part, TallyState::kFineSize, help);
  }

  void write_retries() {
    family("retries_total", Kind::kCounter, "Requests that were sent to a service again.");
    each([&](const Subject& subject, const SubjectTotals& totals) {
      if (totals.retries > 0) out_.sample(base_of(subject), totals.retries);
    });
  }

 private:
  void family(std::string_view name, Kind kind, std::string_view help) {
    out_.family(fmt::format("traefik_{}_{}", name_, name), kind, help);
  }

  void each(const std::function<void(const Subject&, const SubjectTotals&)>& visit) const {
    for (const auto& [id, subject] : edition_.subjects) {
      if (subject.kind == kind_) visit(subject, totals_.of(id));
    }
  }
  void each_series(const std::function<void(const Labels&, const Cells&)>& visit) const {
    each([&](const Subject& subject, const SubjectTotals& totals) {
      for (const auto& [key, cells] : totals.series) visit(labels_of(subject, key), cells);
    });
  }

  [[nodiscard]] Labels base_of(const Subject& subject) const {
    Labels labels{{name_, subject.name}};
    if (kind_ == Subject::Kind::kRouter) labels.add("service", subject.service);
    return labels;
  }
  [[nodiscard]] Labels labels_of(const Subject& subject, SeriesKey key) const {
    auto labels = base_of(subject);
    labels.add("code", key.code_text()).add("method", label_of(key.method()));
    labels.add("protocol", to_string(key.protocol()));
    return labels;
  }

  void write_cell(std::string_view name, std::size_t cell, std::string_view help) {
    family(name, Kind::kCounter, help);
    each_series([&](const Labels& labels, const Cells& cells) { out_.sample(labels, cells[cell]); });
  }

  void write_labelled() {
    family("requests_total", Kind::kCounter, "Requests, by status, protocol, method and header fields.");
    each([&](const Subject& subject, const SubjectTotals& totals) {
      for (const auto& [key, count] : totals.labelled) {
        auto labels = labels_of(subject, key.first);
        const auto values = base::split(key.second, '\0');
        std::size_t next = 0;
        for (const auto& [label, header] : edition_.prometheus.header_labels) {
          // All that are beyond the limit are told of as one.
          const auto value = next < values.size() ? values[next] : values.front();
          labels.add(label, value);
          ++next;
        }
        out_.sample(labels, count);
      }
    });
  }

  void write_tls() {
    family("requests_tls_total", Kind::kCounter, "Requests over TLS, by its version and cipher.");
    each([&](const Subject& subject, const SubjectTotals& totals) {
      for (const auto& [session, count] : totals.tls) {
        const auto blank = session.find(' ');
        auto labels = base_of(subject);
        labels.add("tls_cipher", session.substr(blank + 1)).add("tls_version", session.substr(0, blank));
        out_.sample(labels, count);
      }
    });
  }

  void write_durations() {
    family("request_duration_seconds", Kind::kHistogram,
           "From a request's head to the end of its response, by status, protocol and method.");
    const auto& bounds = edition_.prometheus.buckets;
    each_series([&](const Labels& labels, const Cells& cells) {
      std::uint64_t count = 0;
      for (std::size_t i = 0; i < bounds.size(); ++i) {
        count += cells[TallyState::kBuckets + i];
        out_.bucket(labels, fmt::format("{}", bounds[i]), count);
      }
      count += cells[TallyState::kBuckets + bounds.size()];
      out_.bucket(labels, "+Inf", count);
      out_.sum_and_count(labels, seconds(cells[TallyState::kNanoseconds]), count);
    });
  }

  void write_fine_of(std::string_view name, std::size_t offset, std::string_view help) {
    out_.family(fmt::format("gatehouse_{}_{}", name_, name), Kind::kHistogram, help);
    each([&](const Subject& subject, const SubjectTotals& totals) {
      if (totals.fine.empty()) return;
      const auto labels = base_of(subject);
      std::uint64_t count = 0;
      for (std::size_t i = 0; i < kFineBounds.size(); ++i) {
        count += totals.fine[offset + 1 + i];
        out_.bucket(labels, fmt::format("{}", std::chrono::duration<double>(kFineBounds[i]).count()), count);
      }
      count += totals.fine[offset + 1 + kFineBounds.size()];
      out_.bucket(labels, "+Inf", count);
      out_.sum_and_count(labels, seconds(totals.fine[offset]), count);
    });
  }

  Exposition& out_;
  const Edition& edition_;
  const Totals& totals_;
  Subject::Kind kind_;
  std::string_view name_;
};

void write_open_connections(Exposition& out, const Edition& edition, const Totals& totals) {
  out.family("traefik_open_connections", Kind::kGauge, "Connections that are open now, by entry point and protocol.");
  for (const auto& [id, subject] : edition.subjects) {
    if (subject.kind != Subject::Kind::kEntryPoint) continue;
    const auto open = totals.of(id).open;
    out.sample({{"entrypoint", subject.name}, {"protocol", "TCP"}}, static_cast<std::uint64_t>(open < 0 ? 0 : open));
  }
}

}  // namespace

void write_request_metrics(Exposition& out, const Edition& edition, const Totals& totals) {
  const auto& config = edition.prometheus;
  write_open_connections(out, edition, totals);
  if (config.add_entry_points_labels) {
    Group group(out, edition, totals, Subject::Kind::kEntryPoint, "entrypoint");
    group.write();
    group.write_fine("overhead_seconds", "What the edge itself took of a request's duration.");
  }
  if (config.add_routers_labels) {
    Group group(out, edition, totals, Subject::Kind::kRouter, "router");
    group.write();
  }
  if (config.add_services_labels) {
    Group group(out, edition, totals, Subject::Kind::kService, "service");
    group.write();
    group.write_retries();
    group.write_fine("first_byte_seconds", "From a request's way out to the head of the service's response.");
  }
}

}  // namespace gatehouse::observe
