#include "observe/subject_book.h"

#include <gtest/gtest.h>

namespace gatehouse::observe {

namespace {

Subject service(std::string name) { return {.kind = Subject::Kind::kService, .name = std::move(name)}; }

std::shared_ptr<const Edition> edition_of(SubjectBook& book, const std::vector<Subject>& subjects) {
  book.open({});
  for (const auto& subject : subjects) book.enter(subject);
  return book.close();
}

std::vector<std::string> names(const Edition& edition) {
  std::vector<std::string> result;
  for (const auto& named : edition.subjects) result.push_back(named.subject.name);
  return result;
}

using Names = std::vector<std::string>;

}  // namespace

TEST(SubjectBook, GivesTheSameNumberAgain) {
  SubjectBook book;
  book.open({});
  const auto a = book.enter(service("a"));
  EXPECT_NE(book.enter(service("b")), a);
  EXPECT_NE(book.enter({.kind = Subject::Kind::kRouter, .name = "a"}), a);
  EXPECT_EQ(book.enter(service("a")), a);
  const auto first = book.close();
  book.open({});
  EXPECT_EQ(book.enter(service("a")), a);
  EXPECT_EQ(book.close()->number, first->number + 1);
}

TEST(SubjectBook, EntersNothingWhenItIsClosed) {
  SubjectBook book;
  EXPECT_EQ(book.enter(service("a")), kNoSubject);
}

TEST(SubjectBook, TellsOnceMoreOfWhatHasGone) {
  SubjectBook book;
  edition_of(book, {service("a"), service("b")});
  const auto second = edition_of(book, {service("a")});
  EXPECT_EQ(names(*second), (Names{"a", "b"}));
  EXPECT_EQ(names(*edition_of(book, {service("a")})), (Names{"a", "b"}));  // nobody has been told yet
  book.told(second->number);
  EXPECT_EQ(names(*edition_of(book, {service("a")})), (Names{"a"}));
}

TEST(SubjectBook, WhatComesBackGoesOn) {
  SubjectBook book;
  const auto id = edition_of(book, {service("a")})->subjects.front().id;
  edition_of(book, {});
  const auto third = edition_of(book, {service("a")});
  EXPECT_EQ(third->subjects.front().id, id);
  EXPECT_TRUE(third->fresh.empty());
}

TEST(SubjectBook, UsesANumberAgainWhenNobodyCountsByItAnyMore) {
  SubjectBook book;
  auto old = edition_of(book, {service("a")});
  const auto id = old->subjects.front().id;
  book.told(edition_of(book, {})->number);
  const auto third = edition_of(book, {});  // forgets it
  EXPECT_EQ(third->fresh, std::vector<SubjectId>{id});
  EXPECT_NE(edition_of(book, {service("b")})->subjects.front().id, id);  // a request may still be under way
  old.reset();
  const auto last = edition_of(book, {service("b"), service("c")});
  EXPECT_EQ(last->subjects.back().id, id);
  EXPECT_EQ(last->fresh, std::vector<SubjectId>{id});
}

TEST(SubjectBook, EntryPointsKeepTheirNumbers) {
  SubjectBook book;
  edition_of(book, {{.kind = Subject::Kind::kEntryPoint, .name = "web"}});
  book.told(edition_of(book, {})->number);
  edition_of(book, {});
  EXPECT_NE(edition_of(book, {service("a")})->subjects.back().id, 0U);
}

TEST(SubjectBook, SortsBuckets) {
  SubjectBook book;
  model::Prometheus prometheus;
  prometheus.buckets = {1, 0.3};
  book.open(prometheus);
  const auto edition = book.close();
  EXPECT_EQ(edition->prometheus.buckets, (std::vector<double>{0.3, 1}));
  EXPECT_EQ(edition->bounds, (Bounds{std::chrono::milliseconds(300), std::chrono::seconds(1)}));
}

}  // namespace gatehouse::observe
