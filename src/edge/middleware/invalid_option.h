// The error of an option that makes no sense: the operator's, and it names the option.
#pragma once

#include <utility>

#include <fmt/format.h>

#include "base/result.h"

namespace gatehouse::edge {

template <class... Args>
[[nodiscard]] base::Failure invalid_option(fmt::format_string<Args...> format, Args&&... args) {
  return base::fail(base::ErrorCode::kInvalid, base::Fault::kOperator,
                    fmt::format(format, std::forward<Args>(args)...));
}

}  // namespace gatehouse::edge
