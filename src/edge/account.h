// The account of an exchange: what metrics and access log are told when its response has been written. On the worker's
// thread.
#pragma once

#include "edge/exchange.h"
#include "edge/response.h"

namespace gatehouse::edge {

class AccessLogWriter;

// The record is complete but for its durations, which end now.
void account_for(Exchange& exchange, const Response& response, AccessLogWriter& access_log);

// An attempt at a service that is followed by another one.
void account_for_attempt(const Exchange& exchange);

}  // namespace gatehouse::edge
