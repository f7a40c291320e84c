#include "observe/trace_context.h"

#include <charconv>

#include <fmt/format.h>

namespace gatehouse::observe {

namespace {

constexpr std::size_t kTraceparentBytes = 55;
constexpr unsigned kSampledFlag = 1;

// Lower case only, as the recommendation has it.
template <class Number>
std::optional<Number> parse_hex(std::string_view text) {
  Number number = 0;
  for (const char c : text) {
    if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))) return std::nullopt;
    number = static_cast<Number>(number << 4 | static_cast<Number>(c <= '9' ? c - '0' : c - 'a' + 10));
  }
  return number;
}

}  // namespace

std::string SpanId::text() const { return fmt::format("{:016x}", number); }
std::string TraceId::text() const { return fmt::format("{:016x}{:016x}", high, low); }

std::optional<TraceContext> TraceContext::parse(std::string_view text) {
  if (text.size() < kTraceparentBytes || text[2] != '-' || text[35] != '-' || text[52] != '-') return std::nullopt;
  const auto version = parse_hex<std::uint8_t>(text.substr(0, 2));
  const auto high = parse_hex<std::uint64_t>(text.substr(3, 16));
  const auto low = parse_hex<std::uint64_t>(text.substr(19, 16));
  const auto span = parse_hex<std::uint64_t>(text.substr(36, 16));
  const auto flags = parse_hex<std::uint8_t>(text.substr(53, 2));
  if (!version || !high || !low || !span || !flags || *version == 0xff) return std::nullopt;
  const bool longer = text.size() > kTraceparentBytes;
  if (longer && (*version == 0 || text[kTraceparentBytes] != '-')) return std::nullopt;
  const TraceContext context{.trace = {*high, *low}, .span = {*span}, .sampled = (*flags & kSampledFlag) != 0};
  if (context.trace.is_none() || *span == 0) return std::nullopt;
  return context;
}

std::string TraceContext::traceparent() const {
  return fmt::format("00-{:016x}{:016x}-{:016x}-0{}", trace.high, trace.low, span.number, sampled ? 1 : 0);
}

TraceIds::TraceIds() {
  std::random_device device;
  std::seed_seq seed{device(), device(), device(), device(), device(), device(), device(), device()};
  engine_.seed(seed);
}

std::uint64_t TraceIds::next() {
  for (;;) {
    if (const auto number = engine_(); number != 0) return number;
  }
}

TraceId TraceIds::trace() {
  const auto high = next();
  return {high, next()};
}

SpanId TraceIds::span() { return {next()}; }

bool is_sampled(const TraceId& trace, double rate) {
  if (rate >= 1) return true;
  if (!(rate > 0)) return false;
  return (trace.low >> 1) < static_cast<std::uint64_t>(rate * 0x1p63);
}

}  // namespace gatehouse::observe
