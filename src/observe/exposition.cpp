#include "observe/exposition.h"

#include <cmath>
#include <iterator>

#include <fmt/format.h>

namespace gatehouse::observe {

namespace {

std::string_view to_string(Exposition::Kind kind) {
  switch (kind) {
    case Exposition::Kind::kCounter:
      return "counter";
    case Exposition::Kind::kGauge:
      return "gauge";
    case Exposition::Kind::kHistogram:
      return "histogram";
  }
  return "untyped";
}

}  // namespace

Labels& Labels::add(std::string_view name, std::string_view value) {
  if (!text_.empty()) text_ += ',';
  text_.append(name).append("=\"");
  for (const char c : value) {
    if (c == '\\' || c == '"') text_ += '\\';
    if (c == '\n') {
      text_ += "\\n";
    } else {
      text_ += c;
    }
  }
  text_ += '"';
  return *this;
}

void Exposition::family(std::string_view name, Kind kind, std::string_view help) {
  name_ = name;
  head_ = fmt::format("# HELP {} {}\n# TYPE {} {}\n", name, help, name, to_string(kind));
}

template <class Number>
void Exposition::sample(std::string_view suffix, const Labels& labels, std::string_view le, Number value) {
  text_ += std::exchange(head_, {});
  text_.append(name_).append(suffix);
  const auto& known = labels.text();
  if (!known.empty() || !le.empty()) {
    text_ += '{';
    text_ += known;
    if (!le.empty()) fmt::format_to(std::back_inserter(text_), "{}le=\"{}\"", known.empty() ? "" : ",", le);
    text_ += '}';
  }
  fmt::format_to(std::back_inserter(text_), " {}\n", value);
}

void Exposition::bucket(const Labels& labels, std::string_view le, std::uint64_t value) {
  sample("_bucket", labels, le, value);
}

void Exposition::sum_and_count(const Labels& labels, double sum, std::uint64_t count) {
  sample("_sum", labels, "", sum);
  sample("_count", labels, "", count);
}

template void Exposition::sample(std::string_view, const Labels&, std::string_view, double);
template void Exposition::sample(std::string_view, const Labels&, std::string_view, std::uint64_t);

}  // namespace gatehouse::observe
