#include "sys/file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

namespace gatehouse::sys {
namespace {

class File : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = testing::TempDir() + "file_test_XXXXXX";
    folder_ = ::mkdtemp(pattern.data());
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::filesystem::path folder_;
};

TEST_F(File, WrittenContentIsReadBackWithItsMode) {
  ASSERT_TRUE(write_file_atomically(folder_ / "a", "one", 0600));
  ASSERT_TRUE(write_file_atomically(folder_ / "a", "two", 0600));
  EXPECT_EQ(read_file(folder_ / "a"), "two");
  struct stat status{};
  ASSERT_EQ(::stat((folder_ / "a").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
}

TEST_F(File, AFailedWriteLeavesTheTargetAndNoTemporaryFile) {
  std::filesystem::create_directory(folder_ / "target");  // rename() cannot put a file over a folder
  std::filesystem::create_directory(folder_ / "target" / "child");
  EXPECT_FALSE(write_file_atomically(folder_ / "target", "x", 0600));
  EXPECT_TRUE(std::filesystem::is_directory(folder_ / "target"));
  EXPECT_FALSE(std::filesystem::exists(folder_ / ".target.new"));
}

TEST_F(File, ALeftoverOfACrashDoesNotStopTheNextWrite) {
  ASSERT_TRUE(write_file_atomically(folder_ / ".a.new", "half", 0600));
  ASSERT_TRUE(write_file_atomically(folder_ / "a", "whole", 0600));
  EXPECT_EQ(read_file(folder_ / "a"), "whole");
}

TEST_F(File, ReadingStopsAtTheLimit) {
  ASSERT_TRUE(write_file_atomically(folder_ / "a", "12345", 0600));
  EXPECT_TRUE(read_file(folder_ / "a", 5));
  const auto refused = read_file(folder_ / "a", 4);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, base::ErrorCode::kLimit);
}

TEST_F(File, AMissingFileIsNamed) {
  const auto missing = read_file(folder_ / "absent");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, base::ErrorCode::kNotFound);
  EXPECT_NE(missing.error().message.find("absent"), std::string::npos);
}

TEST_F(File, MakesNestedFolders) {
  ASSERT_TRUE(make_folders(folder_ / "x" / "y", 0700));
  EXPECT_TRUE(std::filesystem::is_directory(folder_ / "x" / "y"));
  EXPECT_TRUE(make_folders(folder_ / "x" / "y", 0700));
}

}  // namespace
}  // namespace gatehouse::sys
