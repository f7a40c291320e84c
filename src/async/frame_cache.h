// Memory for coroutine frames, kept per thread and size class: a connection that awaits the same things for every
// request allocates nothing after the first. The thread-local cache is the one exception to "no globals": an allocator
// has nobody to be handed by. Under AddressSanitizer it is off, so that a frame used after its end is found.
#pragma once

#include <cstddef>

namespace gatehouse::async {

void* allocate_frame(std::size_t size);
void release_frame(void* frame, std::size_t size) noexcept;

}  // namespace gatehouse::async
