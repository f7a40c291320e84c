// Names as the snapshot holds them: name@provider. A reference without a provider means an object of the one that makes
// it. Pure functions.
#pragma once

#include <string>
#include <string_view>

#include "model/http_service.h"
#include "model/middleware.h"
#include "model/stream.h"

namespace gatehouse::discovery {

std::string qualify(std::string_view name, std::string_view provider);

// The same objects with every reference in them qualified.
model::Middleware qualify(model::Middleware middleware, std::string_view provider);
model::HttpService qualify(model::HttpService service, std::string_view provider);
model::TcpService qualify(model::TcpService service, std::string_view provider);
model::UdpService qualify(model::UdpService service, std::string_view provider);

}  // namespace gatehouse::discovery
