// SubjectBook: gives the things that are counted their numbers, and keeps them while configurations come and go, so
// that counters go on where they were. What has gone is told of once more, as Traefik does, and then forgotten; its
// number is used again once no runtime is left that could still count by it. Owned by the edge; used on its main
// thread, but for told().
//
//   book.open(prometheus); id = book.enter(subject); ...; edition = book.close();
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <vector>

#include "observe/edition.h"

namespace gatehouse::observe {

class SubjectBook {
 public:
  void open(const model::Prometheus& prometheus);
  // The same subject has the same number, whoever enters it. Between open() and close(); kNoSubject otherwise.
  SubjectId enter(const Subject& subject);
  std::shared_ptr<const Edition> close();

  // Somebody was told everything that the edition knows. Any thread.
  void told(std::uint64_t edition);

 private:
  struct Entry {
    SubjectId id = kNoSubject;
    std::uint64_t live = 0;  // the last edition that has it
  };
  struct Gone {
    SubjectId id = kNoSubject;
    std::uint64_t live = 0;
  };

  void forget_the_gone();
  [[nodiscard]] bool may_be_counted(std::uint64_t edition) const;
  SubjectId next_id();

  std::map<Subject, Entry> entries_;
  std::vector<Gone> gone_;  // forgotten, but somebody may still count by the number
  std::vector<SubjectId> free_;
  SubjectId end_ = 0;  // above every number that was given out
  std::vector<std::weak_ptr<const Edition>> editions_;
  std::shared_ptr<Edition> open_;
  std::uint64_t number_ = 0;
  std::atomic<std::uint64_t> told_ = 0;
};

}  // namespace gatehouse::observe
