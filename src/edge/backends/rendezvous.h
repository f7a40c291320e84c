// Rendezvous: highest random weight. Every choice has a score for a source, and the highest one is taken: a source
// stays where it is for as long as its choice is usable, and when that goes only its sources move. The weights are
// those of logarithmic rendezvous hashing (Schindelhauer and Schomaker). Traefik scores by FNV alone, in which names
// that differ in their last letters get nearly the same score, so that weights decide everything; here the hash is
// mixed once more. Immutable, shared by the workers.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::edge {

class Rendezvous {
 public:
  // Choices of weight 0 or less never come up.
  Rendezvous(std::vector<std::string> names, std::vector<std::int64_t> weights)
      : names_(std::move(names)), weights_(std::move(weights)) {}

  template <class Usable>
  [[nodiscard]] std::optional<std::uint32_t> choose(std::string_view source, Usable usable) const {
    std::optional<std::uint32_t> best;
    double best_score = -1;
    for (std::uint32_t i = 0; i < names_.size(); ++i) {
      if (weights_[i] <= 0 || !usable(i)) continue;
      const double score = this->score(source, i);
      if (score <= best_score) continue;
      best = i;
      best_score = score;
    }
    return best;
  }

 private:
  [[nodiscard]] double score(std::string_view source, std::uint32_t choice) const;

  std::vector<std::string> names_;
  std::vector<std::int64_t> weights_;
};

}  // namespace gatehouse::edge
