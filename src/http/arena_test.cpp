#include "http/arena.h"

#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace gatehouse::http {
namespace {

TEST(Arena, KeepsTextWhereItIs) {
  Arena arena;
  std::vector<std::pair<std::string, std::string_view>> texts;
  for (std::size_t i = 0; i < 500; ++i) {
    std::string text(i, static_cast<char>('a' + i % 26));
    texts.emplace_back(text, arena.copy(text));
  }
  Arena moved = std::move(arena);
  for (const auto& [text, view] : texts) EXPECT_EQ(view, text);
  EXPECT_EQ(moved.join("a", "", "bc"), "abc");
  EXPECT_EQ(moved.join("", ""), "");
}

TEST(Arena, GivesBackTheEndOfAnAllocation) {
  Arena arena;
  char* const first = arena.allocate(100);
  arena.give_back(90);
  EXPECT_EQ(arena.allocate(1), first + 10);
}

TEST(Arena, ReusesItsFirstBlock) {
  Arena arena;
  char* const first = arena.allocate(10);
  arena.allocate(Arena::kFirstBlockBytes);
  arena.clear();
  EXPECT_EQ(arena.allocate(10), first);
}

TEST(Arena, GivesALargeBlockBack) {
  Arena arena;
  arena.allocate(Arena::kKeptBlockBytesMax + 1);
  arena.clear();
  EXPECT_EQ(arena.copy("x"), "x");
}

}  // namespace
}  // namespace gatehouse::http
