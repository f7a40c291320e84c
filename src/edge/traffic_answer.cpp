// The traffic so far, as the dashboard reads it again and again: it shows the differences.
#include <array>

#include "edge/api_answers.h"
#include "format/json.h"
#include "observe/totals.h"

namespace gatehouse::edge {

using format::JsonWriter;
using observe::Subject;
using observe::SubjectTotals;
using observe::TallyState;

namespace {

constexpr std::size_t kClasses = 6;  // none, 1xx to 5xx

void write_subject(JsonWriter& writer, const SubjectTotals& totals) {
  std::array<std::uint64_t, kClasses> classes{};
  std::array<std::uint64_t, TallyState::kBuckets> sums{};
  for (const auto& [key, cells] : totals.series) {
    const auto code_class = key.code_class();
    classes[code_class < kClasses ? code_class : 0] += cells[TallyState::kRequests];
    for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += cells[i];
  }
  writer.begin_object().key("requests").unsigned_integer(sums[TallyState::kRequests]);
  writer.key("classes").begin_array();
  for (const auto count : classes) writer.unsigned_integer(count);
  writer.end_array();
  writer.key("bytesIn").unsigned_integer(sums[TallyState::kRequestBytes]);
  writer.key("bytesOut").unsigned_integer(sums[TallyState::kResponseBytes]);
  writer.key("seconds").number(static_cast<double>(sums[TallyState::kNanoseconds]) / 1e9);
  if (totals.open != 0) writer.key("open").integer(totals.open);
  if (!totals.fine.empty()) {
    writer.key("buckets").begin_array();
    for (std::size_t i = 1; i < TallyState::kFineSize; ++i) writer.unsigned_integer(totals.fine[i]);
    writer.end_array();
  }
  writer.end_object();
}

void write_kind(JsonWriter& writer, std::string_view name, Subject::Kind kind, const observe::Edition& edition,
                const observe::Totals& totals) {
  writer.key(name).begin_object();
  for (const auto& [id, subject] : edition.subjects) {
    const auto& counted = totals.of(id);
    if (subject.kind != kind || (counted.series.empty() && counted.open == 0)) continue;
    writer.key(subject.name);
    write_subject(writer, counted);
  }
  writer.end_object();
}

void write_control(JsonWriter& writer, const Telemetry& telemetry) {
  const auto facts = telemetry.control.load();
  writer.key("control").begin_object().key("here").boolean(telemetry.control_is_here.load());
  if (facts) {
    if (facts->follows_engine) writer.key("engine").boolean(facts->engine_reached);
    writer.key("certificates").begin_array();
    for (const auto& certificate : facts->certificates) {
      writer.begin_object().key("name").string(certificate.name).key("source").string(certificate.source);
      writer.key("stage").string(certificate.stage).key("problem").string(certificate.problem).end_object();
    }
    writer.end_array();
  }
  writer.end_object();
}

}  // namespace

ApiAnswer answer_traffic(const Runtime& runtime, const Telemetry& telemetry, const std::vector<TallyState>& states) {
  const auto& edition = *runtime.edition();  // there is one where the API is on
  observe::Totals totals(edition.bounds);
  for (const auto& state : states) totals.add(state);
  JsonWriter writer;
  writer.begin_object().key("bounds").begin_array();
  for (const auto bound : observe::kFineBounds) writer.number(std::chrono::duration<double>(bound).count());
  writer.end_array();
  write_kind(writer, "entryPoints", Subject::Kind::kEntryPoint, edition, totals);
  write_kind(writer, "routers", Subject::Kind::kRouter, edition, totals);
  write_kind(writer, "services", Subject::Kind::kService, edition, totals);
  write_control(writer, telemetry);
  writer.end_object();
  return ApiAnswer::of(writer.take() + "\n");
}

}  // namespace gatehouse::edge
