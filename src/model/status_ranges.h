// HTTP status codes as configuration names them: "404", "500-599". Values, any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace gatehouse::model {

struct StatusRange {
  int first = 0;
  int last = 0;

  // kInvalid for anything but a code from 100 to 999 or two of them, the smaller first.
  static base::Result<StatusRange> parse(std::string_view text);
  [[nodiscard]] constexpr bool contains(int status) const { return first <= status && status <= last; }
  bool operator==(const StatusRange&) const = default;
};

class StatusRanges {
 public:
  StatusRanges() = default;  // contains nothing
  static base::Result<StatusRanges> parse(const std::vector<std::string>& texts);
  [[nodiscard]] bool contains(int status) const;
  [[nodiscard]] bool empty() const { return ranges_.empty(); }

 private:
  std::vector<StatusRange> ranges_;
};

}  // namespace gatehouse::model
