#include "observe/tally_board.h"

#include <algorithm>

namespace gatehouse::observe {

// The states are the asker's: only its loop's thread touches them.
struct TallyBoard::Gathering {
  Gathering(async::Loop& asker, std::size_t count) : loop(asker), awaited(count), complete(asker) {}

  async::Loop& loop;
  std::size_t awaited;
  std::vector<TallyState> states;
  async::Event complete;
};

TallyBoard::Seat::Seat(TallyBoard& board, async::Loop& loop, const Tally& tally)
    : board_(board), loop_(loop), tally_(tally) {
  const std::scoped_lock lock(board_.mutex_);
  board_.seats_.push_back(this);
}

TallyBoard::Seat::~Seat() {
  const std::scoped_lock lock(board_.mutex_);
  std::erase(board_.seats_, this);
}

async::Task<std::vector<TallyState>> TallyBoard::gather(async::Loop& loop, async::Deadline deadline) {
  std::shared_ptr<Gathering> gathering;
  {
    const std::scoped_lock lock(mutex_);
    gathering = std::make_shared<Gathering>(loop, seats_.size());
    for (const auto* seat : seats_) {
      seat->loop_.post([this, gathering, tally = &seat->tally_] { answer(gathering, tally->state()); });
    }
  }
  static_cast<void>(co_await gathering->complete.wait(deadline));
  co_return std::move(gathering->states);
}

// On a worker's thread, which is alive; the asker's loop may be gone by now.
void TallyBoard::answer(const std::shared_ptr<Gathering>& gathering, TallyState state) {
  const std::scoped_lock lock(mutex_);
  const bool is_there = std::ranges::any_of(seats_, [&](const auto* seat) { return &seat->loop_ == &gathering->loop; });
  if (!is_there) return;
  gathering->loop.post([gathering, state = std::move(state)]() mutable {
    gathering->states.push_back(std::move(state));
    if (--gathering->awaited == 0) gathering->complete.set();
  });
}

}  // namespace gatehouse::observe
