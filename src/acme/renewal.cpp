#include "acme/renewal.h"

#include <algorithm>

namespace gatehouse::acme {

using namespace std::chrono_literals;
using std::chrono::days;

RenewalSchedule RenewalSchedule::of(std::chrono::hours lifetime) {
  if (lifetime >= 365 * 24h) return {.ahead = 4 * days(30), .interval = days(7)};
  if (lifetime >= days(90)) return {.ahead = days(30), .interval = days(1)};
  if (lifetime >= days(30)) return {.ahead = days(10), .interval = 12h};
  if (lifetime >= days(6)) return {.ahead = days(2), .interval = 2h};
  if (lifetime >= days(1)) return {.ahead = 6h, .interval = 10min};
  return {.ahead = 20min, .interval = 1min};
}

std::chrono::seconds back_off(Failure failure, int failures) {
  const std::chrono::seconds first = failure == Failure::kRefused ? 5min : 30s;
  const std::chrono::seconds longest = failure == Failure::kRefused ? 12h : 1h;
  constexpr int kDoublingsMax = 8;
  return std::min(first * (1 << std::clamp(failures - 1, 0, kDoublingsMax)), longest);
}

}  // namespace gatehouse::acme
