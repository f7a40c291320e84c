// The manual page, in troff: what --help says of everything. Pure.
#pragma once

#include <string>

namespace gatehouse::app {

std::string manual_page();

}  // namespace gatehouse::app
