#include "async/offload.h"

namespace gatehouse::async {

Offload::Offload(unsigned threads) {
  for (unsigned i = 0; i < threads; ++i) threads_.emplace_back([this] { work(); });
}

Offload::~Offload() {
  {
    const std::scoped_lock lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
}

void Offload::submit(std::move_only_function<void()> job) {
  {
    const std::scoped_lock lock(mutex_);
    jobs_.push(std::move(job));
  }
  wake_.notify_one();
}

void Offload::work() {
  for (;;) {
    std::move_only_function<void()> job;
    {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [this] { return stopping_ || !jobs_.empty(); });
      if (stopping_) return;
      job = std::move(jobs_.front());
      jobs_.pop();
    }
    job();
  }
}

}  // namespace gatehouse::async
