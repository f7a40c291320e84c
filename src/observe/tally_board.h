// TallyBoard: where the workers' tallies can be asked for. Each worker has a seat for as long as it lives; who wants to
// know posts to every loop and gets copies, so that no tally is ever read by another thread than its own. Made by the
// edge, outlives the workers; any thread.
#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include "async/event.h"
#include "async/loop.h"
#include "async/task.h"
#include "observe/tally.h"

namespace gatehouse::observe {

class TallyBoard {
 public:
  class Seat {
   public:
    // Both outlive the seat; the loop's thread may have ended, but not the loop itself.
    Seat(TallyBoard& board, async::Loop& loop, const Tally& tally);
    ~Seat();
    Seat(const Seat&) = delete;
    Seat& operator=(const Seat&) = delete;

   private:
    friend class TallyBoard;
    TallyBoard& board_;
    async::Loop& loop_;
    const Tally& tally_;
  };

  // Copies of all tallies; without those of workers that do not answer in time. The loop is one with a seat.
  async::Task<std::vector<TallyState>> gather(async::Loop& loop, async::Deadline deadline);

 private:
  struct Gathering;
  void answer(const std::shared_ptr<Gathering>& gathering, TallyState state);

  std::mutex mutex_;
  std::vector<Seat*> seats_;
};

}  // namespace gatehouse::observe
