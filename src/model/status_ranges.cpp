#include "model/status_ranges.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "base/parse_int.h"
#include "base/text.h"

namespace gatehouse::model {

namespace {

std::optional<int> parse_code(std::string_view text) {
  const auto code = base::parse_int<int>(base::trim(text));
  return code && *code >= 100 && *code <= 999 ? code : std::nullopt;
}

}  // namespace

base::Result<StatusRange> StatusRange::parse(std::string_view text) {
  const auto dash = text.find('-');
  const auto first = parse_code(text.substr(0, dash));
  const auto last = dash == std::string_view::npos ? first : parse_code(text.substr(dash + 1));
  if (!first || !last || *first > *last) {
    return base::fail(base::ErrorCode::kInvalid, base::Fault::kOperator,
                      fmt::format("\"{}\" is no status code and no range of them: write 404 or 500-599", text));
  }
  return StatusRange{*first, *last};
}

base::Result<StatusRanges> StatusRanges::parse(const std::vector<std::string>& texts) {
  StatusRanges ranges;
  for (const auto& text : texts) {
    BASE_TRY(const auto range, StatusRange::parse(text));
    ranges.ranges_.push_back(range);
  }
  return ranges;
}

bool StatusRanges::contains(int status) const {
  return std::ranges::any_of(ranges_, [status](const StatusRange& range) { return range.contains(status); });
}

}  // namespace gatehouse::model
