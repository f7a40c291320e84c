// When certificates are renewed and failed attempts repeated. Pure functions of times, any thread.
#pragma once

#include <chrono>

namespace gatehouse::acme {

// By the lifetime that a resolver's certificates have (certificatesDuration), as Traefik does it: so long before the
// end one is renewed, and so often one looks.
struct RenewalSchedule {
  std::chrono::seconds ahead;
  std::chrono::seconds interval;

  static RenewalSchedule of(std::chrono::hours lifetime);
};

// Between the n-th failure in a row and the next attempt, n from 1: from five minutes, doubled up to twelve hours, so
// that the authority's limit of failures (five an hour, say) is not what ends it.
std::chrono::seconds back_off(int failures);

}  // namespace gatehouse::acme
