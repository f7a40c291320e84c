// Whether a decoded object makes sense: what decoding cannot see, by Traefik's rules. One that does not make sense is
// disabled, and so is every router that uses it; the rest of the configuration stays. Pure, any thread.
// Errors are the operator's, kInvalid, or kUnsupported where the edge could not keep what the option promises; they
// name the option, the cause and what to write instead, not the object, whose name the caller knows.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/result.h"
#include "model/dynamic.h"
#include "model/static.h"

namespace gatehouse::model {

// Priorities above are for our own routers: ACME, API, redirects of entry points.
inline constexpr std::int64_t kRouterPriorityMax = INT64_MAX - 1000;

base::Result<void> check(const Middleware& middleware);
base::Result<void> check(const HttpService& service);
base::Result<void> check(const ServersTransport& transport);
base::Result<void> check(const TlsOptions& options);
// The rule too, in the syntax of the router or else of core.defaultRuleSyntax.
base::Result<void> check(const HttpRouter& router, std::string_view default_rule_syntax = "v3");

base::Result<void> check(const TcpRouter& router);
base::Result<void> check(const TcpService& service);
base::Result<void> check(const TcpMiddleware& middleware);
base::Result<void> check(const UdpService& service);

// The message is the first mistake, the detail all of them, one a line.
base::Result<void> check(const StaticConfig& config);

}  // namespace gatehouse::model
