#include "deploy/stack.h"

#include <gtest/gtest.h>

#include "../../tests/support/stack_folder.h"
#include "deploy/tree.h"

namespace gatehouse::deploy {
namespace {

using tests::StackFolder;

std::string errors_of(const StackFolder& folder) {
  const auto stack = open_stack(folder.options());
  if (stack) return "none";
  return folder.relative(stack.error().detail.empty() ? stack.error().message : stack.error().detail);
}

constexpr std::string_view kHead = "services:\n  web:\n    image: web:1\n    labels:\n";

TEST(Stack, KnowsItsRoutes) {
  const StackFolder folder(std::string(kHead) +
                           "      - traefik.http.routers.a.rule=Host(`a.test`) || Host(`*.b.test`)\n"
                           "      - traefik.http.routers.a.entrypoints=websecure\n"
                           "      - traefik.http.routers.a.tls=true\n"
                           "      - traefik.http.routers.b.rule=Host(`a.test`) && PathPrefix(`/api`)\n");
  const auto stack = open_stack(folder.options());
  ASSERT_TRUE(stack) << stack.error().message;
  ASSERT_EQ(stack->routes.size(), 2);
  const auto& a = stack->routes[0];
  EXPECT_EQ(a.hosts, std::vector<std::string>{"a.test"});
  EXPECT_EQ(a.entry_points, std::vector<std::string>{"websecure"});
  EXPECT_TRUE(a.tls);
  EXPECT_FALSE(a.has_path);
  EXPECT_EQ(stack->project.locate(a.at),
            stack->project.locate(stack->project.services.at("web").labels.at("traefik.http.routers.a.rule").at));
  EXPECT_EQ(stack->routes[1].path, "/api");
  EXPECT_TRUE(stack->routes[1].has_path);
}

TEST(Stack, HasNoRoutesWhereTraefikIsSwitchedOff) {
  const StackFolder folder(std::string(kHead) +
                           "      - traefik.enable=false\n      - traefik.http.routers.a.rule=Host(`a.test`)\n");
  EXPECT_TRUE(open_stack(folder.options())->routes.empty());
}

TEST(Stack, NamesTheLabelThatIsWrong) {
  const auto wrong_rule =
      errors_of(StackFolder(std::string(kHead) + "      - traefik.http.routers.a.rule=Hots(`a`)\n"));
  EXPECT_TRUE(wrong_rule.starts_with("docker-compose.yml:5:9: service web: the rule of router a: ")) << wrong_rule;
  const auto wrong_option =
      errors_of(StackFolder(std::string(kHead) + "      - x=y\n      - traefik.http.routers.a.rull=Host(`a`)\n"));
  EXPECT_TRUE(wrong_option.starts_with("docker-compose.yml:6:9: service web: ")) << wrong_option;
}

TEST(Stack, TellsEverythingThatIsWrongAtOnce) {
  const auto errors = errors_of(StackFolder(R"(services:
  a:
    image: a:1
    labels: ['traefik.http.routers.a.rule=Hots(`a`)']
  b:
    image: b:1
    secrets: [from-file, outside]
secrets:
  from-file: {file: ./missing}
  outside: {external: true}
)"));
  EXPECT_NE(errors.find("docker-compose.yml:4:14: service a: "), std::string::npos) << errors;
  EXPECT_NE(errors.find("docker-compose.yml:9:3: the file of the secret from-file does not exist: missing"),
            std::string::npos)
      << errors;
  EXPECT_NE(errors.find("docker-compose.yml:7:26: the secret outside is external"), std::string::npos) << errors;
}

TEST(Stack, KnowsTraefikByItsImage) {
  for (const auto* image :
       {"traefik", "traefik:v3", "docker.io/library/traefik:v3.5", "r.test:5000/x/traefik@sha256:1"}) {
    EXPECT_TRUE(is_traefik_image(image)) << image;
  }
  for (const auto* image : {"", "traefik/whoami", "my-traefik", "traefik-forward-auth:2"}) {
    EXPECT_FALSE(is_traefik_image(image)) << image;
  }
}

TEST(Tree, PutsTheReverseProxyFirst) {
  const StackFolder folder;
  folder.write("a-stack/docker-compose.yml", "services:\n  web:\n    image: web:1\n");
  folder.write("a-stack/below/docker-compose.yml", "services:\n  web:\n    image: web:1\n");
  folder.write("z-proxy/traefik/compose.yaml", "services:\n  proxy:\n    image: traefik:3\n");
  folder.write(".hidden/docker-compose.yml", "services:\n  web:\n    image: web:1\n");
  const auto folders = find_stacks(folder.path());
  ASSERT_TRUE(folders) << folders.error().message;
  const auto stacks = open_stacks(*folders, {});
  ASSERT_TRUE(stacks) << stacks.error().message;
  ASSERT_EQ(stacks->size(), 2);
  EXPECT_EQ((*stacks)[0].directory, folder.path() / "z-proxy/traefik");
  EXPECT_EQ((*stacks)[1].directory, folder.path() / "a-stack");
  EXPECT_EQ(find_stacks(folder.path() / "a-stack")->size(), 1);
}

TEST(Tree, RefusesTwoStacksWithOneHostOrOneName) {
  const StackFolder folder;
  const std::string compose = std::string(kHead) + "      - traefik.http.routers.a.rule=Host(`a.test`)\n";
  folder.write("one/docker-compose.yml", compose);
  folder.write("two/docker-compose.yml", compose);
  folder.write("three/docker-compose.yml", "name: one\n" + std::string("services:\n  x:\n    image: x\n"));
  const auto stacks = open_stacks(*find_stacks(folder.path()), {});
  ASSERT_FALSE(stacks);
  const auto detail = folder.relative(stacks.error().detail);
  EXPECT_NE(detail.find("the stacks one and three have one project name, one"), std::string::npos) << detail;
  EXPECT_NE(detail.find("two/docker-compose.yml:5:9: the host a.test of router a is taken: one/docker-compose.yml:5:9: "
                        "router a of stack one answers to it"),
            std::string::npos)
      << detail;
}

TEST(Tree, SaysWhatItLookedFor) {
  const StackFolder folder;
  EXPECT_NE(find_stacks(folder.path()).error().message.find("there is no compose file in"), std::string::npos);
  EXPECT_NE(find_stacks(folder.path() / "none").error().message.find("is no folder"), std::string::npos);
}

}  // namespace
}  // namespace gatehouse::deploy
