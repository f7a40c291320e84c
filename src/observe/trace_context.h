// TraceContext: which trace a request belongs to, as W3C Trace Context (level 1, 2021) puts it into the field
// traceparent: 00-<trace>-<parent>-<flags>. Values, any thread.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <string_view>

namespace gatehouse::observe {

struct SpanId {
  std::uint64_t number = 0;  // 0: none

  [[nodiscard]] std::string text() const;  // 16 hexadecimal digits
  bool operator==(const SpanId&) const = default;
};

struct TraceId {
  std::uint64_t high = 0;
  std::uint64_t low = 0;

  [[nodiscard]] bool is_none() const { return high == 0 && low == 0; }
  [[nodiscard]] std::string text() const;  // 32 hexadecimal digits
  bool operator==(const TraceId&) const = default;
};

struct TraceContext {
  TraceId trace;
  SpanId span;
  bool sampled = false;

  // nullopt for what is no valid traceparent: a new trace begins then. Later versions may be longer.
  static std::optional<TraceContext> parse(std::string_view traceparent);
  [[nodiscard]] std::string traceparent() const;
  bool operator==(const TraceContext&) const = default;
};

// Unique, not secret. One a worker, on its thread.
class TraceIds {
 public:
  TraceIds();

  TraceId trace();
  SpanId span();

 private:
  std::uint64_t next();

  std::mt19937_64 engine_;
};

// Of so many traces the part that is kept, decided by their ids: all who see a trace decide alike.
[[nodiscard]] bool is_sampled(const TraceId& trace, double rate);

}  // namespace gatehouse::observe
