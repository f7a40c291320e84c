// The dashboard's style and script, as texts. See dashboard_page.h.
#pragma once

#include <string_view>

namespace gatehouse::edge {

extern const std::string_view kDashboardStyle;
extern const std::string_view kDashboardScript;

}  // namespace gatehouse::edge
