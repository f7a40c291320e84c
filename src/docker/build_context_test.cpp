#include "docker/build_context.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include "../../tests/support/test_folder.h"
#include "async/loop.h"
#include "docker/ignore_rules.h"
#include "docker/tar_header.h"

namespace gatehouse::docker {
namespace {

using tests::TestFolder;

bool ignored(std::string_view rules, std::string_view path) { return IgnoreRules::parse(rules).ignores(path); }

TEST(IgnoreRules, MatchAsDockersOwn) {
  EXPECT_TRUE(ignored("a", "a"));
  EXPECT_TRUE(ignored("a", "a/b/c"));
  EXPECT_FALSE(ignored("a", "b/a"));
  EXPECT_TRUE(ignored("/a/", "a/b"));
  EXPECT_TRUE(ignored("./a", "a"));
  EXPECT_TRUE(ignored("*.log", "x.log"));
  EXPECT_FALSE(ignored("*.log", "d/x.log"));
  EXPECT_TRUE(ignored("**/*.log", "x.log"));
  EXPECT_TRUE(ignored("**/*.log", "d/e/x.log"));
  EXPECT_TRUE(ignored("a/**/z", "a/z"));
  EXPECT_TRUE(ignored("a/**/z", "a/b/c/z"));
  EXPECT_TRUE(ignored("a/**", "a/b"));
  EXPECT_FALSE(ignored("a/**", "a"));
  EXPECT_TRUE(ignored("**", "anything/at/all"));
  EXPECT_TRUE(ignored("a?c", "abc"));
  EXPECT_FALSE(ignored("a?c", "ac"));
  EXPECT_TRUE(ignored("[a-c]x", "bx"));
  EXPECT_FALSE(ignored("[^a-c]x", "bx"));
  EXPECT_TRUE(ignored("\\*", "*"));
  EXPECT_FALSE(ignored("\\*", "x"));
  EXPECT_FALSE(ignored("# a\n\n  \n", "a"));
  EXPECT_TRUE(ignored("a\r\nb\r\n", "b"));
}

TEST(IgnoreRules, TheLastLineThatMatchesDecides) {
  const std::string_view rules = "*\n!src\nsrc/secret\n";
  EXPECT_TRUE(ignored(rules, "README.md"));
  EXPECT_FALSE(ignored(rules, "src/main.c"));
  EXPECT_TRUE(ignored(rules, "src/secret/key"));
  EXPECT_TRUE(IgnoreRules::parse(rules).has_exceptions());
  EXPECT_FALSE(IgnoreRules::parse("*\n").has_exceptions());
}

async::Task<std::string> read_all(http::Body& body) {
  std::string all;
  for (;;) {
    const auto piece = co_await body.next();
    if (!piece) co_return "error: " + piece.error().message;
    if (piece->empty()) co_return all;
    all += *piece;
  }
}

std::string archive(BuildContext context) {
  async::Loop loop;
  return loop.run(read_all(*context.body));
}

// What tar itself reads from the archive.
std::string listed_by_tar(const std::string& tar) {
  const TestFolder folder;
  folder.write("archive.tar", tar);
  const auto command = "tar tf " + (folder.path() / "archive.tar").string() + " 2>&1";
  std::FILE* const pipe = ::popen(command.c_str(), "r");
  std::string text;
  for (int c = std::fgetc(pipe); c != EOF; c = std::fgetc(pipe)) text += static_cast<char>(c);
  return ::pclose(pipe) == 0 ? text : "failed: " + text;
}

TEST(BuildContext, IsAnArchiveOfTheFolder) {
  const TestFolder folder;
  folder.write("Dockerfile", "FROM scratch\n");
  folder.write(".dockerignore", "node_modules\n*.md\n.dockerignore\nDockerfile\n");
  folder.write("node_modules/big", std::string(1000, 'x'));
  folder.write("README.md", "text");
  folder.write("src/" + std::string(120, 'n') + ".c", std::string(100'000, 'c'));
  folder.write("src/empty", "");
  ASSERT_EQ(::symlink("empty", (folder.path() / "src/link").c_str()), 0);
  auto context = open_build_context({folder.path()});
  ASSERT_TRUE(context) << context.error().message;
  EXPECT_EQ(context->dockerfile, "Dockerfile");
  const auto tar = archive(*std::move(context));
  EXPECT_EQ(tar.size() % kTarBlockBytes, 0);
  EXPECT_EQ(listed_by_tar(tar),
            ".dockerignore\nDockerfile\nsrc/\nsrc/empty\nsrc/link\nsrc/" + std::string(120, 'n') + ".c\n");
}

TEST(BuildContext, TakesADockerfileFromElsewhere) {
  const TestFolder folder;
  folder.write("app/main.c", "");
  folder.write("Other", "FROM scratch\n");
  auto outside = open_build_context({folder.path() / "app", "../Other"});
  ASSERT_TRUE(outside) << outside.error().message;
  const auto name = outside->dockerfile;
  EXPECT_NE(archive(*std::move(outside)).find("FROM scratch\n"), std::string::npos);
  EXPECT_EQ(name, ".dockerfile.gatehouse");
  auto inlined = open_build_context({folder.path() / "app", "Dockerfile", "FROM inline\n"});
  ASSERT_TRUE(inlined) << inlined.error().message;
  EXPECT_NE(archive(*std::move(inlined)).find("FROM inline\n"), std::string::npos);
}

TEST(BuildContext, SaysWhatIsMissing) {
  const TestFolder folder;
  EXPECT_NE(open_build_context({folder.path()}).error().message.find("there is no Dockerfile"), std::string::npos);
  EXPECT_NE(open_build_context({folder.path() / "x"}).error().message.find("is no folder"), std::string::npos);
  EXPECT_EQ(open_build_context({"https://example.com/x.git"}).error().code, base::ErrorCode::kUnsupported);
}

TEST(BuildContext, AFileThatShrinksIsAnError) {
  const TestFolder folder;
  folder.write("Dockerfile", std::string(1000, 'x'));
  auto context = open_build_context({folder.path()});
  ASSERT_TRUE(context);
  folder.write("Dockerfile", "x");
  EXPECT_NE(archive(*std::move(context)).find("became shorter"), std::string::npos);
}

}  // namespace
}  // namespace gatehouse::docker
