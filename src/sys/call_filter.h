// CallFilter: the system calls that a process may still make (seccomp). What is not on the list fails with EPERM;
// what no honest part of such a process ever calls (exec, ptrace, mount, io_uring...) kills it, so that it is noticed.
// For good, for all threads that run; after give_up_capabilities(). Denials are told in the kernel's audit log.
#pragma once

#include "base/result.h"

namespace gatehouse::sys {

enum class Calls {
  // Of a server whose threads all run and that was given its listening sockets: TCP and UDP over IP to anywhere, memory
  // that is not executable, time, descriptors. No file by name, no process, no thread, no Unix socket but pairs.
  kServing,
  // Besides: reading files by name, loading libraries, fork, and the sockets that a lookup of names needs.
  kLookingUpNames,
};

base::Result<void> filter_calls(Calls calls);

}  // namespace gatehouse::sys
