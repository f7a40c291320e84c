#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <stdlib.h>

#include "policy/environment.h"
#include "policy/stack_rules.h"

namespace gatehouse::policy {
namespace {

class Folder {
 public:
  Folder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "gatehouse-policy-XXXXXX").string();
    path_ = ::mkdtemp(pattern.data());
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  void write(const std::string& name, std::string_view text) const { std::ofstream(path_ / name) << text; }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

  // Findings, a line each, without the folder's own name; of the environment's rules.
  [[nodiscard]] std::string check() const {
    compose::LoadOptions options;
    options.directory = path_;
    const auto findings = check_environment(path_, options);
    if (!findings) return "failed: " + findings.error().message;
    std::string text;
    for (const auto& finding : *findings) text += finding.rule + " " + without_folder(finding.text) + "\n";
    return text;
  }

 private:
  [[nodiscard]] std::string without_folder(std::string text) const {
    const auto prefix = path_.string() + "/";
    for (auto at = text.find(prefix); at != std::string::npos; at = text.find(prefix)) text.erase(at, prefix.size());
    return text;
  }

  std::filesystem::path path_;
};

constexpr std::string_view kCompose = R"(services:
  app:
    image: app:1
    environment:
      A: ${FIRST}
      B: ${SECOND:?set it}
      C: ${THIRD:-default}
)";

TEST(Environment, IsMissing) {
  const Folder folder;
  folder.write("docker-compose.yml", kCompose);
  EXPECT_EQ(folder.check(),
            "env-missing .env does not exist, and the stack needs FIRST, SECOND: make it, with a line NAME=value for "
            "each\n");
  folder.write(".env.example", "FIRST=1\n");
  EXPECT_EQ(folder.check(),
            "env-missing .env does not exist, and the stack needs FIRST, SECOND: run \"cp .env.example .env\", and "
            "fill it in\n");
}

TEST(Environment, IsNotNeededWhereNothingRefersToIt) {
  const Folder folder;
  folder.write("docker-compose.yml", "services:\n  app:\n    image: app:1\n");
  EXPECT_EQ(folder.check(), "");
}

TEST(Environment, LacksAVariable) {
  const Folder folder;
  folder.write("docker-compose.yml", kCompose);
  folder.write(".env", "SECOND=2\n");
  EXPECT_EQ(folder.check(), "env-undefined docker-compose.yml:5:10: the variable FIRST has no value: add it to .env\n");
}

TEST(Environment, HoldsPlaceholdersAndLacksWhatTheExampleHas) {
  const Folder folder;
  folder.write("docker-compose.yml", kCompose);
  folder.write(".env", "FIRST=1\n\nSECOND=CHANGE_ME\n");
  folder.write(".env.example", "FIRST=\nFOURTH=4\n");
  EXPECT_EQ(folder.check(),
            "env-placeholder .env:3: SECOND still holds the placeholder of the example: put a real value in, for a "
            "secret the output of \"openssl rand -hex 24\"\n"
            "env-example .env.example:2: FOURTH is in the example and not in .env: add it, or remove it from the "
            "example\n");
}

TEST(Environment, KnowsPlaceholders) {
  for (const auto* value : {"CHANGE_ME", "changeme", "Change-Me-Please", "<password>", "xxxx", "TODO", "replace_me",
                            "your_password_here", "CHANGE_ME(htpasswd admin X)"}) {
    EXPECT_TRUE(is_placeholder(value)) << value;
  }
  for (const auto* value : {"", "app", "x", "4f2a9c", "admin@example.com", "<", "<>", "$apr1$changeme"}) {
    EXPECT_FALSE(is_placeholder(value)) << value;
  }
}

TEST(Stack, KeepsDatabasesToItself) {
  const Folder folder;
  folder.write("docker-compose.yml", R"(services:
  app:
    image: app:1
    networks: [shared]
    ports: ["8080:80"]
  db:
    image: registry.test:5000/library/postgres:15@sha256:0000000000000000000000000000000000000000000000000000000000000000
    networks:
      - shared
      - own
    ports:
      - "127.0.0.1:5433:5432"
      - "5432:5432"
networks:
  shared: {external: true, name: traefik-net}
  own: {internal: true}
)");
  compose::LoadOptions options;
  options.directory = folder.path();
  const auto project = compose::load(options);
  ASSERT_TRUE(project) << project.error().message;
  const auto findings = check_stack(*project);
  ASSERT_EQ(findings.size(), 2);
  EXPECT_NE(findings[0].text.find("docker-compose.yml:9:9: the database db is on the shared network traefik-net"),
            std::string::npos)
      << findings[0].text;
  EXPECT_NE(findings[1].text.find("docker-compose.yml:13:9: the database db is published"), std::string::npos)
      << findings[1].text;
}

TEST(Stack, KnowsDatabasesByTheirImage) {
  EXPECT_TRUE(is_database_image("postgres"));
  EXPECT_TRUE(is_database_image("bitnami/redis:7"));
  EXPECT_TRUE(is_database_image("mcr.microsoft.com/mssql/server:2022-latest"));
  EXPECT_FALSE(is_database_image("gitea/server"));
  EXPECT_FALSE(is_database_image("postgres-exporter"));
}

}  // namespace
}  // namespace gatehouse::policy
