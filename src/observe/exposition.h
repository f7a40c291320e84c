// Exposition: metrics as Prometheus reads them (text format 0.0.4). A family is opened, then its samples follow. Pure.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace gatehouse::observe {

// code="200",method="GET": values are escaped, names are ours.
class Labels {
 public:
  Labels() = default;
  Labels(std::initializer_list<std::pair<std::string_view, std::string_view>> labels) {
    for (const auto& [name, value] : labels) add(name, value);
  }
  Labels& add(std::string_view name, std::string_view value);
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  std::string text_;
};

class Exposition {
 public:
  static constexpr std::string_view kContentType = "text/plain; version=0.0.4; charset=utf-8";

  enum class Kind : std::uint8_t { kCounter, kGauge, kHistogram };

  // The samples that follow are of this one. A family without samples is not told of.
  void family(std::string_view name, Kind kind, std::string_view help);
  void sample(const Labels& labels, double value) { sample("", labels, "", value); }
  void sample(const Labels& labels, std::uint64_t value) { sample("", labels, "", value); }
  // Of a histogram: le is the bucket's bound.
  void bucket(const Labels& labels, std::string_view le, std::uint64_t value);
  void sum_and_count(const Labels& labels, double sum, std::uint64_t count);

  std::string take() { return std::move(text_); }

 private:
  template <class Number>
  void sample(std::string_view suffix, const Labels& labels, std::string_view le, Number value);

  std::string text_;
  std::string name_;
  std::string head_;  // of the family, until its first sample
};

}  // namespace gatehouse::observe
