// Answers of middlewares that do not ask the next handler.
#pragma once

#include "async/task.h"
#include "edge/response.h"

namespace gatehouse::edge {

// The response as a task, for handlers that are no coroutines: those that only change the request return the task of
// the next handler as it is, which spares a frame.
async::Task<Response> answer(Response response);

// The text of the status, as Traefik answers.
async::Task<Response> answer_status(int status);

}  // namespace gatehouse::edge
