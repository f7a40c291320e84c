#include "edge/middleware/answer.h"

#include <utility>

namespace gatehouse::edge {

async::Task<Response> answer(Response response) { co_return std::move(response); }

async::Task<Response> answer_status(int status) { return answer(status_response(status)); }

}  // namespace gatehouse::edge
