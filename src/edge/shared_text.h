// A long text that several responses may share, sent piece by piece. The text is immutable, the body is an exchange's.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "edge/response.h"

namespace gatehouse::edge {

// With what an answer of the edge's own needs: a type, a length, and that nobody keeps it.
Response shared_response(int status, std::shared_ptr<const std::string> text, std::string_view content_type);

}  // namespace gatehouse::edge
