#include "discovery/file_provider.h"

#include <filesystem>
#include <optional>

#include <gmock/gmock.h>

#include "async/event.h"
#include "async/group.h"
#include "discovery/file_template.h"
#include "sys/file.h"

namespace gatehouse::discovery {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

std::optional<std::string> variables(const std::string& name) {
  return name == "DOMAIN" ? std::optional<std::string>("example.com") : std::nullopt;
}

TEST(FileTemplate, ExpandsVariables) {
  EXPECT_EQ(expand_template("a: {{ env \"DOMAIN\" }}\nb: {{env `DOMAIN`}}", "f", variables),
            "a: example.com\nb: example.com");
  EXPECT_EQ(expand_template("a {{- env \"DOMAIN\" -}} b", "f", variables), "aexample.comb");
  EXPECT_EQ(expand_template("x{{ env \"ABSENT\" }}y{{/* a comment */}}", "f", variables), "xy");
}

TEST(FileTemplate, RefusesTheRestWithItsLine) {
  const auto refused = expand_template("a: 1\nb: {{ range seq 3 }}", "dyn.yml", variables);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, testing::StartsWith("dyn.yml:2: "));
  EXPECT_FALSE(expand_template("{{ env \"A", "f", variables));
}

class Seen final : public Updates {
 public:
  void reached(const std::string&, bool) override {}
  explicit Seen(async::Loop& loop) : changed_(loop) {}
  void provide(std::string provider, model::DynamicConfig config, std::vector<Problem> problems) override {
    EXPECT_EQ(provider, "file");
    config_ = std::move(config);
    problems_ = std::move(problems);
    ++count_;
    changed_.pulse();
  }
  // Waits until as many updates have come.
  async::Task<bool> wait_for(int count) {
    const auto deadline = async::Deadline::after(10s);
    while (count_ < count) {
      if (!co_await changed_.wait(deadline)) co_return false;
    }
    co_return true;
  }

  model::DynamicConfig config_;
  std::vector<Problem> problems_;
  int count_ = 0;

 private:
  async::Event changed_;
};

class FileProvider : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = testing::TempDir() + "file_provider_XXXXXX";
    folder_ = ::mkdtemp(pattern.data());
    config_.directory = folder_;
  }
  void TearDown() override { fs::remove_all(folder_); }
  void write(const std::string& name, std::string_view text) {
    ASSERT_TRUE(sys::write_file_atomically(folder_ / name, text, 0644));
  }
  static std::string router(std::string_view name, std::string_view rule) {
    return "http:\n  routers:\n    " + std::string(name) + ":\n      rule: \"" + std::string(rule) +
           "\"\n      service: s\n";
  }

  fs::path folder_;
  model::FileProvider config_;
  async::Loop loop_;
  Seen seen_{loop_};
  base::Log log_ = base::Log::none();
  async::Group group_{loop_};
};

TEST_F(FileProvider, FollowsNewChangedAndRemovedFiles) {
  write("a.yml", router("a", "Host(`a`)"));
  group_.spawn(watch_files(loop_, config_, seen_, log_));
  ASSERT_EQ(seen_.count_, 1) << "the first reading is there at once";
  EXPECT_EQ(seen_.config_.http.routers.at("a").rule, "Host(`a`)");

  write("b.yaml", router("b", "Host(`b`)"));
  ASSERT_TRUE(loop_.run(seen_.wait_for(2)));
  EXPECT_EQ(seen_.config_.http.routers.size(), 2u);

  write("a.yml", router("a", "Host(`changed`)"));
  ASSERT_TRUE(loop_.run(seen_.wait_for(3)));
  EXPECT_EQ(seen_.config_.http.routers.at("a").rule, "Host(`changed`)");

  fs::remove(folder_ / "b.yaml");
  ASSERT_TRUE(loop_.run(seen_.wait_for(4)));
  EXPECT_EQ(seen_.config_.http.routers.size(), 1u);
}

TEST_F(FileProvider, ABrokenFileKeepsItsLastGoodContent) {
  write("a.yml", router("a", "Host(`a`)"));
  group_.spawn(watch_files(loop_, config_, seen_, log_));
  write("a.yml", "http:\n  routers:\n    a: {rule: [}\n");
  ASSERT_TRUE(loop_.run(seen_.wait_for(2)));
  EXPECT_TRUE(seen_.config_.http.routers.contains("a"));
  ASSERT_EQ(seen_.problems_.size(), 1u);
  EXPECT_THAT(seen_.problems_[0].message, testing::HasSubstr("a.yml:3:"));
}

TEST_F(FileProvider, AnUnknownOptionIsNamedWithItsPlace) {
  write("a.yml", "http:\n  routers:\n    a:\n      rul: \"Host(`a`)\"\n");
  group_.spawn(watch_files(loop_, config_, seen_, log_));
  ASSERT_EQ(seen_.problems_.size(), 1u);
  EXPECT_THAT(seen_.problems_[0].message, testing::AllOf(testing::HasSubstr("a.yml:4:"), testing::HasSubstr("rule")));
}

TEST_F(FileProvider, OfTwoObjectsOfOneNameTheFirstStays) {
  write("a.yml", router("r", "Host(`first`)"));
  write("b.yml", router("r", "Host(`second`)"));
  group_.spawn(watch_files(loop_, config_, seen_, log_));
  EXPECT_EQ(seen_.config_.http.routers.at("r").rule, "Host(`first`)");
  ASSERT_EQ(seen_.problems_.size(), 1u);
  EXPECT_EQ(seen_.problems_[0].object, "router r@file");
}

TEST_F(FileProvider, AFolderThatIsNotThereIsTold) {
  config_.directory = folder_ / "absent";
  group_.spawn(watch_files(loop_, config_, seen_, log_));
  ASSERT_EQ(seen_.problems_.size(), 1u);
  EXPECT_THAT(seen_.problems_[0].message, testing::HasSubstr("providers.file.directory"));
}

}  // namespace
}  // namespace gatehouse::discovery
