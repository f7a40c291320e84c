// Kept: values that outlive a snapshot, by key: for as long as somebody holds one, whoever asks for its key gets the
// same one. The next snapshot is compiled while the one before it still lives, so what both name goes on. On the edge's
// main thread; the values themselves are shared with the workers.
#pragma once

#include <algorithm>
#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <utility>

namespace gatehouse::edge {

template <class T>
class Kept {
 public:
  // The value of that key, made from the arguments when nobody holds it.
  template <class... Arguments>
  std::shared_ptr<T> find_or_make(const std::string& key, Arguments&&... arguments) {
    auto& place = known_[key];
    if (auto value = place.lock()) return value;
    auto value = std::make_shared<T>(std::forward<Arguments>(arguments)...);
    place = value;
    if (known_.size() > swept_size_ * 2) sweep();
    return value;
  }

  [[nodiscard]] std::size_t size() const { return known_.size(); }

 private:
  static constexpr std::size_t kNotWorthSweeping = 64;

  void sweep() {
    std::erase_if(known_, [](const auto& entry) { return entry.second.expired(); });
    swept_size_ = std::max(known_.size(), kNotWorthSweeping);
  }

  std::map<std::string, std::weak_ptr<T>> known_;
  std::size_t swept_size_ = kNotWorthSweeping;
};

}  // namespace gatehouse::edge
