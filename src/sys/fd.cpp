#include "sys/fd.h"

#include <unistd.h>

namespace gatehouse::sys {

void Fd::close() {
  // On Linux the descriptor is gone whatever close() returns; a second try could close somebody else's.
  if (number_ >= 0) ::close(std::exchange(number_, -1));
}

}  // namespace gatehouse::sys
