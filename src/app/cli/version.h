// Which Gatehouse this is. Constant.
#pragma once

#include <string_view>

namespace gatehouse::app {

std::string_view version();

}  // namespace gatehouse::app
