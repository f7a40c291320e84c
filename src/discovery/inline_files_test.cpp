#include "discovery/inline_files.h"

#include <gtest/gtest.h>

#include "../../tests/support/test_folder.h"

namespace gatehouse::discovery {
namespace {

class InlineFiles : public testing::Test {
 protected:
  std::string write(const std::string& name, const std::string& text) const {
    folder_.write(name, text);
    return folder_.path() / name;
  }

  tests::TestFolder folder_;
  FileContents files_;
};

TEST_F(InlineFiles, UsersAreAddedToThoseThatAreThere) {
  model::Middleware middleware;
  middleware.basic_auth.emplace().users = {"a:1"};
  middleware.basic_auth->users_file = write("users", "# ours\nb:2\n\n c:3 \n");
  ASSERT_TRUE(inline_files(middleware, files_));
  EXPECT_EQ(middleware.basic_auth->users, (std::vector<std::string>{"a:1", "b:2", "c:3"}));
  EXPECT_EQ(middleware.basic_auth->users_file, "");
}

TEST_F(InlineFiles, ForwardAuthTakesItsAuthorityAndKey) {
  model::Middleware middleware;
  auto& tls = middleware.forward_auth.emplace().tls.emplace();
  tls.ca = "-----BEGIN CERTIFICATE-----\n";
  tls.cert = write("cert", "the certificate");
  tls.key = base::Secret(write("key", "the key"));
  ASSERT_TRUE(inline_files(middleware, files_));
  EXPECT_EQ(tls.ca, "-----BEGIN CERTIFICATE-----\n");
  EXPECT_EQ(tls.cert, "the certificate");
  EXPECT_EQ(tls.key.reveal(), "the key");
}

TEST_F(InlineFiles, AFileThatIsNotThereIsNamed) {
  model::Middleware middleware;
  middleware.forward_auth.emplace().tls.emplace().ca = "/nowhere/ca.pem";
  const auto result = inline_files(middleware, files_);
  ASSERT_FALSE(result);
  EXPECT_NE(result.error().message.find("/nowhere/ca.pem"), std::string::npos) << result.error().message;
}

}  // namespace
}  // namespace gatehouse::discovery
