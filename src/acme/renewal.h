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

// Between the n-th failure in a row and the next attempt, n from 1. An authority that refuses has limits of failures
// (five an hour, say): from five minutes, doubled up to twelve hours. One that cannot be reached has not been bothered:
// from half a minute, doubled up to an hour.
enum class Failure { kRefused, kUnreached };
std::chrono::seconds back_off(Failure failure, int failures);

}  // namespace gatehouse::acme
