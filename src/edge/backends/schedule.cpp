#include "edge/backends/schedule.h"

#include <algorithm>
#include <numeric>

namespace gatehouse::edge {

namespace {

std::vector<std::int64_t> reduce(std::vector<std::int64_t> weights) {
  std::int64_t divisor = 0;
  for (auto& weight : weights) {
    weight = std::clamp<std::int64_t>(weight, 0, INT32_MAX);
    divisor = std::gcd(divisor, weight);
  }
  if (divisor == 0) return weights;
  for (auto& weight : weights) weight /= divisor;
  const auto sum = std::reduce(weights.begin(), weights.end());
  const auto sum_max = std::max<std::int64_t>(kScheduleTurnsMax, static_cast<std::int64_t>(weights.size()));
  if (sum <= sum_max) return weights;
  for (auto& weight : weights) {
    if (weight > 0) weight = std::max<std::int64_t>(1, weight * sum_max / sum);
  }
  return weights;
}

}  // namespace

Schedule::Schedule(const std::vector<std::int64_t>& weights) {
  const auto shares = reduce(weights);
  const auto sum = std::reduce(shares.begin(), shares.end());
  for (std::size_t i = 0; i < shares.size(); ++i) {
    if (shares[i] > 0) members_.push_back(static_cast<std::uint32_t>(i));
  }
  std::vector<std::int64_t> credit(shares.size(), 0);
  for (std::int64_t turn = 0; turn < sum; ++turn) {
    std::size_t richest = 0;
    for (std::size_t i = 0; i < shares.size(); ++i) {
      credit[i] += shares[i];
      if (credit[i] > credit[richest]) richest = i;
    }
    credit[richest] -= sum;
    turns_.push_back(static_cast<std::uint32_t>(richest));
  }
}

}  // namespace gatehouse::edge
