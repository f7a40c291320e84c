// Span: one step of a trace with what there is to say of it, in the terms of OpenTelemetry. A value.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "observe/trace_context.h"

namespace gatehouse::observe {

struct Span {
  enum class Kind : std::uint8_t { kInternal = 1, kServer = 2, kClient = 3 };  // OTLP's numbers
  using Value = std::variant<std::string, std::int64_t, std::vector<std::string>>;

  std::string_view name;  // of static text
  Kind kind = Kind::kInternal;
  TraceId trace;
  SpanId id;
  SpanId parent;            // none: it is the first of its trace
  std::string trace_state;  // as it came
  std::chrono::system_clock::time_point start;
  std::chrono::system_clock::time_point end;
  std::vector<std::pair<std::string, Value>> attributes;
  bool failed = false;

  void set(std::string key, std::string_view value) { attributes.emplace_back(std::move(key), std::string(value)); }
  void set(std::string key, std::int64_t value) { attributes.emplace_back(std::move(key), value); }
};

}  // namespace gatehouse::observe
