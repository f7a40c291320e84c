// The dashboard: one page without anything from elsewhere, that asks the API beside it and shows what it says. A static
// text, any thread.
#pragma once

#include <string>

namespace gatehouse::edge {

struct DashboardPage {
  std::string html;
  // Only this very script runs, and it may ask only where the page came from: a name in somebody's label that tries to
  // be a script stays text.
  std::string content_security_policy;
};

DashboardPage make_dashboard_page();

}  // namespace gatehouse::edge
