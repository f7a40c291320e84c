#include "control/configuration.h"

#include <fstream>

#include <gmock/gmock.h>

#include "control/testing_folder.h"

namespace gatehouse::control {
namespace {

using testing::Contains;
using testing::HasSubstr;

class ConfigurationTest : public testing::Test {
 protected:
  base::Result<Configuration> load(std::vector<std::string> arguments) {
    arguments.push_back("--gatehouse.statedir=" + folder_.path().string());
    return load_configuration({.arguments = std::move(arguments), .environment = {}});
  }
  TestingFolder folder_;
};

TEST_F(ConfigurationTest, UnknownOptionsSuggestTheNearest) {
  const auto loaded = load({"--entrypoints.web.adress=:80"});
  ASSERT_FALSE(loaded);
  EXPECT_THAT(loaded.error().message, HasSubstr("entrypoints.web.adress"));
  EXPECT_THAT(loaded.error().message, HasSubstr("address"));
}

TEST_F(ConfigurationTest, UnsupportedOptionsAreNamed) {
  const auto loaded = load({"--entrypoints.web.address=:80", "--entrypoints.web.http3", "--providers.redis"});
  ASSERT_TRUE(loaded) << loaded.error().message;
  EXPECT_THAT(loaded->notices, Contains(HasSubstr("entryPoints.web.http3 is not supported yet")));
  EXPECT_THAT(loaded->notices, Contains(HasSubstr("providers.redis is not supported yet")));
}

TEST_F(ConfigurationTest, AFileIsReadAndItsMistakesLocated) {
  const auto file = folder_.path() / "gatehouse.yml";
  std::ofstream(file) << "entryPoints:\n  web:\n    address: ':8000'\n";
  const auto loaded = load({"--configfile=" + file.string()});
  ASSERT_TRUE(loaded) << loaded.error().message;
  EXPECT_EQ(loaded->config.entry_points.at("web").address, ":8000");
  EXPECT_EQ(loaded->config.gatehouse.state_dir, folder_.path());

  std::ofstream(file) << "entryPoints:\n  web:\n    adress: ':8000'\n";
  EXPECT_THAT(load({"--configfile=" + file.string()}).error().message, HasSubstr(file.string() + ":3:"));
  EXPECT_THAT(load({"--configfile=/nowhere.yml"}).error().message, HasSubstr("/nowhere.yml"));
}

TEST_F(ConfigurationTest, ABrokenRecordOfAnAdoptionIsNamed) {
  std::filesystem::create_directory(folder_.path() / "adopted");
  std::ofstream(folder_.path() / "adopted/proxy.json") << "{";
  EXPECT_THAT(load({}).error().message, HasSubstr("adopted/proxy.json"));
}

}  // namespace
}  // namespace gatehouse::control
