// Text as the value of a query, as Go's url.QueryEscape writes it: a blank becomes '+', all but letters, digits and
// "-._~" a %XX.
#pragma once

#include <string>
#include <string_view>

namespace gatehouse::edge {

std::string query_escaped(std::string_view text);

}  // namespace gatehouse::edge
