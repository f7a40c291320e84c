// The TLS part of a snapshot in the words of the TLS layer.
#pragma once

#include <functional>

#include "model/snapshot.h"
#include "tls/server_settings.h"

namespace gatehouse::edge {

// Options belong to hosts: those that the rules of TLS routers name. Two routers that want different options for one
// host get the default ones, and the operator is told.
tls::ServerSettings tls_settings(const model::Snapshot& snapshot,
                                 const std::function<void(std::string object, std::string message)>& report);

}  // namespace gatehouse::edge
