#include "control/state_dir.h"

#include <fstream>
#include <string>

#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include "control/testing_folder.h"

namespace gatehouse::control {
namespace {

using testing::HasSubstr;

TEST(StateDir, MakesItsFoldersForItsOwnerAlone) {
  const TestingFolder folder;
  const auto state = StateDir::open(folder.path() / "a/b", "");
  ASSERT_TRUE(state) << state.error().message;
  for (const auto& path : {state->path(), state->authority(), state->providers(), state->edge_socket().parent_path(),
                           StateDir::adopted_of(state->path())}) {
    struct stat status{};
    ASSERT_EQ(::stat(path.c_str(), &status), 0) << path;
    EXPECT_EQ(status.st_mode & 0777, 0700U) << path;
  }
  EXPECT_EQ(state->edge_socket(), folder.path() / "a/b/run/edge.sock");
}

TEST(StateDir, SaysWhoHasIt) {
  const TestingFolder folder;
  const auto first = StateDir::open(folder.path(), "");
  ASSERT_TRUE(first);
  const auto second = StateDir::open(folder.path(), "");
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, base::ErrorCode::kConflict);
  EXPECT_THAT(second.error().message,
              HasSubstr(folder.path().string() + " is in use by process " + std::to_string(::getpid())));
  EXPECT_THAT(second.error().message, HasSubstr("--gatehouse.statedir"));
}

TEST(StateDir, IsFreeAgainAfterwards) {
  const TestingFolder folder;
  {
    ASSERT_TRUE(StateDir::open(folder.path(), ""));
  }
  EXPECT_TRUE(StateDir::open(folder.path(), ""));
}

TEST(StateDir, RunFolderMayBeElsewhere) {
  const TestingFolder folder;
  const auto state = StateDir::open(folder.path() / "state", folder.path() / "run");
  ASSERT_TRUE(state);
  EXPECT_EQ(state->edge_socket(), folder.path() / "run/edge.sock");
}

TEST(StateDir, APathThatIsTooLongForASocketIsRefused) {
  const TestingFolder folder;
  const std::string longest(93 - folder.path().native().size() - 1, 'x');
  EXPECT_TRUE(StateDir::open(folder.path() / "state", folder.path() / longest));
  const auto state = StateDir::open(folder.path() / "state", folder.path() / (longest + "x"));
  ASSERT_FALSE(state);
  EXPECT_THAT(state.error().message, HasSubstr("93 bytes: choose a shorter one with --gatehouse.rundir"));
}

TEST(StateDir, APathThatCannotBeAFolderIsNamed) {
  const TestingFolder folder;
  std::ofstream(folder.path() / "file") << "x";
  const auto state = StateDir::open(folder.path() / "file/state", "");
  ASSERT_FALSE(state);
  EXPECT_THAT(state.error().message, HasSubstr((folder.path() / "file").string()));
  EXPECT_THAT(state.error().message, HasSubstr("--gatehouse.statedir"));
}

}  // namespace
}  // namespace gatehouse::control
