// Who listens on a port already, for the message that says so. Reads /proc; blocking, any thread.
#pragma once

#include <cstdint>
#include <string>

namespace gatehouse::control {

// "nginx (process 123)"; empty when it cannot be found: it may be in another namespace of the system.
std::string port_owner(std::uint16_t port);

}  // namespace gatehouse::control
