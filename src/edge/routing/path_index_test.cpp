#include "edge/routing/path_index.h"

#include <random>

#include <gmock/gmock.h>

namespace gatehouse::edge {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

PathIndex index_of(const std::vector<RouteKeys>& keys) {
  std::vector<PathIndex::Entry> entries;
  for (Rank rank = 0; rank < keys.size(); ++rank) entries.push_back({rank, &keys[rank]});
  return PathIndex(entries);
}

// Every rank that is offered for the path.
std::vector<Rank> offered(const PathIndex& index, std::string_view path) {
  std::vector<Rank> ranks;
  EXPECT_EQ(index.first(path, kNoRank,
                        [&ranks](Rank rank) {
                          ranks.push_back(rank);
                          return false;
                        }),
            kNoRank);
  std::ranges::sort(ranks);
  return ranks;
}

std::vector<RouteKeys> prefixes(std::initializer_list<const char*> texts) {
  std::vector<RouteKeys> keys;
  for (const auto* text : texts) keys.push_back(std::vector<std::string>{text});
  return keys;
}

TEST(PathIndex, FewAreOfferedAllInOrder) {
  const auto keys = prefixes({"/a", "/b"});
  EXPECT_THAT(offered(index_of(keys), "/c"), ElementsAre(0, 1));
}

TEST(PathIndex, OffersEveryPrefixOfThePath) {
  const auto keys = prefixes({"/", "/a", "/a/", "/a/b", "/ab", "/a/b/c", "/b", "/a!", "/a", "/z"});
  const auto index = index_of(keys);
  EXPECT_THAT(offered(index, "/a/b"), ElementsAre(0, 1, 2, 3, 8));
  EXPECT_THAT(offered(index, "/a/zz"), ElementsAre(0, 1, 2, 8));
  EXPECT_THAT(offered(index, "/ab"), ElementsAre(0, 1, 4, 8));
  EXPECT_THAT(offered(index, "/y"), ElementsAre(0));
  EXPECT_THAT(offered(index, ""), IsEmpty());
  EXPECT_THAT(offered(index, "*"), IsEmpty());
}

TEST(PathIndex, TheLowestRankThatAcceptsWins) {
  auto keys = prefixes({"/a", "/", "/a/b", "/x", "/x", "/x", "/x", "/x"});
  keys.emplace_back();  // rank 8: any path
  const auto index = index_of(keys);
  const auto first = [&index](Rank from) {
    return index.first("/a/b", kNoRank, [from](Rank rank) { return rank >= from; });
  };
  EXPECT_EQ(first(0), 0);
  EXPECT_EQ(first(1), 1);
  EXPECT_EQ(first(2), 2);
  EXPECT_EQ(first(3), 8);
  EXPECT_EQ(first(9), kNoRank);
  EXPECT_EQ(index.first("/a/b", 2, [](Rank rank) { return rank >= 2; }), 2) << "nothing below the best so far";
}

TEST(PathIndex, OffersWhatALinearSearchOffers) {
  std::mt19937 random(1);
  const auto text = [&random](std::size_t length_max) {
    std::string result = "/";
    for (auto length = random() % (length_max + 1); length > 0; --length) result += "/ab\xff"[random() % 4];
    return result;
  };
  for (int round = 0; round < 200; ++round) {
    std::vector<RouteKeys> keys(PathIndex::kUnindexedMax + 1 + random() % 60);
    for (auto& key : keys) {
      if (random() % 8 != 0) key = std::vector{text(4), text(2)};
      if (key && (*key)[0] == (*key)[1]) key->pop_back();
    }
    const auto index = index_of(keys);
    for (int i = 0; i < 50; ++i) {
      const auto path = text(6);
      std::vector<Rank> expected;
      for (Rank rank = 0; rank < keys.size(); ++rank) {
        if (!keys[rank]) {
          expected.push_back(rank);
          continue;
        }
        for (const auto& prefix : *keys[rank]) {
          if (path.starts_with(prefix)) expected.push_back(rank);
        }
      }
      EXPECT_EQ(offered(index, path), expected) << path;
    }
  }
}

}  // namespace
}  // namespace gatehouse::edge
