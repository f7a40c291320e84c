#include "control/provider_store.h"

#include <fstream>

#include <gmock/gmock.h>
#include <sys/stat.h>

#include "control/testing_folder.h"
#include "sys/file.h"

namespace gatehouse::control {
namespace {

model::DynamicConfig some_config() {
  model::DynamicConfig config;
  config.http.routers["r"].rule = "Host(`a.test`)";
  config.http.services["s"].load_balancer.emplace();
  return config;
}

TEST(ProviderStore, KeepsWhatAProviderSaid) {
  const TestingFolder folder;
  const ProviderStore store(folder.path());
  EXPECT_FALSE(store.load("docker"));
  ASSERT_TRUE(store.save("docker", some_config()));
  EXPECT_EQ(store.load("docker"), some_config());
  EXPECT_EQ(ProviderStore(folder.path()).load("docker"), some_config());
  EXPECT_FALSE(store.load("file"));
  struct stat status{};
  ASSERT_EQ(::stat((folder.path() / "docker.json").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600U);
}

TEST(ProviderStore, ForgetsWhatIsOfAnotherBootOrBroken) {
  const TestingFolder folder;
  const ProviderStore store(folder.path());
  ASSERT_TRUE(store.save("docker", some_config()));
  const auto text = *sys::read_file(folder.path() / "docker.json");
  const auto rewrite = [&](const std::string& changed) {
    std::ofstream(folder.path() / "docker.json", std::ios::trunc) << changed;
    return store.load("docker");
  };
  EXPECT_TRUE(rewrite(text));
  EXPECT_FALSE(rewrite("gatehouse provider 1 another-boot" + text.substr(text.find('\n'))));
  EXPECT_FALSE(rewrite(text.substr(0, text.size() - 1)));
  EXPECT_FALSE(rewrite(text.substr(0, text.find('\n') + 1)));
  EXPECT_FALSE(rewrite(""));
}

}  // namespace
}  // namespace gatehouse::control
