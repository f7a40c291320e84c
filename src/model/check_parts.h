// What the checks of the model share. Used by the .cpp files of model/ only.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "base/ip_address.h"
#include "base/result.h"
#include "base/text.h"
#include "model/rule_regexp.h"

namespace gatehouse::model {

template <class... Args>
base::Failure wrong(fmt::format_string<Args...> format, Args&&... args) {
  return base::fail(base::ErrorCode::kInvalid, base::Fault::kOperator,
                    fmt::format(format, std::forward<Args>(args)...));
}

inline base::Result<void> check_regexp(std::string_view option, std::string_view pattern) {
  const auto compiled = RuleRegexp::compile(pattern);
  if (!compiled) return base::fail(compiled.error().within(option));
  return {};
}

inline base::Result<void> check_addresses(std::string_view option, const std::vector<std::string>& addresses) {
  for (const auto& address : addresses) {
    if (!base::Cidr::parse(address)) {
      return wrong("{}: \"{}\" is no IP address and no range: write 192.0.2.1 or 10.0.0.0/8", option, address);
    }
  }
  return {};
}

inline base::Result<void> check_one_of(std::string_view option, std::string_view value,
                                       const std::vector<std::string_view>& allowed) {
  if (std::ranges::find(allowed, value) != allowed.end()) return {};
  const std::vector<std::string> names(allowed.begin(), allowed.end());
  return wrong("{}: \"{}\" is none of {}", option, value, base::join(names, ", "));
}

}  // namespace gatehouse::model
