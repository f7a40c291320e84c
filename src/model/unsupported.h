// Which options somebody set that Gatehouse understands but does not do yet; the model's structs mark them with
// trait::kUnsupported. Pure, any thread. A router that would lose a guard that way must not be served: see check().
#pragma once

#include <string>
#include <vector>

#include "model/dynamic.h"
#include "model/static.h"

namespace gatehouse::model {

// Paths as files spell them: "entryPoints.web.http3", "loadBalancer.healthCheck". Empty: everything is supported.
std::vector<std::string> unsupported_options(const StaticConfig& config);
std::vector<std::string> unsupported_options(const DynamicConfig& config);
std::vector<std::string> unsupported_options(const HttpRouter& router);
std::vector<std::string> unsupported_options(const HttpService& service);
std::vector<std::string> unsupported_options(const Middleware& middleware);

}  // namespace gatehouse::model
