#include "acme/storage.h"

#include <filesystem>
#include <fstream>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "acme/storage_codec.h"
#include "format/json.h"
#include "sys/file.h"

namespace gatehouse::acme {
namespace {

using base::ErrorCode;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
namespace fs = std::filesystem;

// As Traefik writes it, with members that only other versions know.
constexpr const char* kFile = R"({
  "le": {
    "Account": {
      "Email": "a@b.c",
      "Registration": {
        "body": {
          "status": "valid",
          "contact": [
            "mailto:a@b.c"
          ]
        },
        "uri": "https://acme.example/acct/123",
        "extra": 1
      },
      "PrivateKey": "a2V5",
      "KeyType": "4096"
    },
    "Certificates": [
      {
        "domain": {
          "main": "example.com",
          "sans": [
            "www.example.com"
          ],
          "note": "\"quoted\\"
        },
        "certificate": "Y2hhaW4=",
        "key": "a2V5",
        "Store": "default",
        "Later": {}
      },
      {
        "domain": {
          "main": "broken.example.com"
        },
        "certificate": "%%%",
        "key": "a2V5"
      }
    ],
    "Unknown": [
      true,
      []
    ]
  },
  "unused": {
    "Account": null,
    "Certificates": null
  }
})";

class StorageTest : public testing::Test {
 protected:
  StorageTest() { fs::create_directories(folder); }
  ~StorageTest() override { fs::remove_all(folder); }

  void write(std::string_view text, mode_t mode = 0600) const {
    std::ofstream(path) << text;
    ASSERT_EQ(::chmod(path.c_str(), mode), 0);
  }
  [[nodiscard]] std::vector<std::string> files() const {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder)) names.push_back(entry.path().filename());
    std::ranges::sort(names);
    return names;
  }

  fs::path folder = fs::temp_directory_path() / fmt::format("gatehouse-storage-{}", ::getpid());
  fs::path path = folder / "acme.json";
};

TEST_F(StorageTest, ReadsWhatTraefikWroteAndWritesItBack) {
  write(kFile);
  auto storage = Storage::open(path);
  ASSERT_TRUE(storage) << storage.error().message;
  const auto& resolver = storage->resolvers().at("le");
  EXPECT_EQ(resolver.account->email, "a@b.c");
  EXPECT_EQ(resolver.account->uri, "https://acme.example/acct/123");
  EXPECT_EQ(resolver.account->key.reveal(), "key");
  ASSERT_EQ(resolver.certificates.size(), 1U);
  EXPECT_THAT(resolver.certificates[0].names(), ElementsAre("example.com", "www.example.com"));
  EXPECT_EQ(resolver.certificates[0].chain, "chain");
  EXPECT_THAT(storage->complaints(), ElementsAre(HasSubstr("entry 1 of the certificates of resolver le is broken")));
  ASSERT_TRUE(storage->save());
  EXPECT_EQ(*sys::read_file(path), kFile);
  struct stat status{};
  ASSERT_EQ(::stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 0600U);
}

TEST_F(StorageTest, ChangesNothingButWhatChanged) {
  write(kFile);
  auto storage = *Storage::open(path);
  storage.resolver("new").certificates.push_back(
      {.main = "x.test", .sans = {}, .chain = "c", .key = base::Secret("k"), .others = {}, .domain_others = {}});
  ASSERT_TRUE(storage.save());
  auto again = *Storage::open(path);
  EXPECT_EQ(again.resolvers().at("new").certificates.front().main, "x.test");
  EXPECT_EQ(again.resolvers().size(), 3U);
  EXPECT_EQ(again.resolvers().at("le").unreadable.size(), 1U);
}

TEST_F(StorageTest, NoFileAndAnEmptyOneAreEmpty) {
  EXPECT_THAT(Storage::open(path)->resolvers(), IsEmpty());
  EXPECT_FALSE(fs::exists(path));
  write("");
  EXPECT_THAT(Storage::open(path)->resolvers(), IsEmpty());
  write("{}\n");
  EXPECT_THAT(Storage::open(path)->resolvers(), IsEmpty());
}

TEST_F(StorageTest, OthersMustNotGetAtIt) {
  for (const mode_t mode : {0644U, 0640U, 0604U, 0601U, 0660U}) {
    write(kFile, mode);
    const auto storage = Storage::open(path);
    ASSERT_FALSE(storage) << mode;
    EXPECT_EQ(storage.error().code, ErrorCode::kPermission);
    EXPECT_THAT(storage.error().message, HasSubstr(fmt::format("acme.json has mode {:04o}", mode)));
    EXPECT_THAT(storage.error().message, HasSubstr("run chmod 600 " + path.string()));
  }
  for (const mode_t mode : {0600U, 0400U}) {
    write(kFile, mode);
    EXPECT_TRUE(Storage::open(path)) << mode;
    fs::remove(path);
  }
}

TEST_F(StorageTest, AFolderIsNoStorage) {
  fs::create_directory(path);
  EXPECT_THAT(Storage::open(path).error().message, HasSubstr("acme.json is not a file"));
}

TEST_F(StorageTest, ACorruptFileIsKeptAside) {
  for (const std::string text : {"{", "[]", "null", R"({"le": 1})", R"({"le": {"Account": {"Email": "a"}}})"}) {
    write(text);
    const auto storage = Storage::open(path);
    ASSERT_FALSE(storage) << text;
    EXPECT_EQ(storage.error().code, ErrorCode::kInvalid);
    EXPECT_THAT(storage.error().message, HasSubstr("acme.json is corrupt ("));
    EXPECT_THAT(storage.error().message, HasSubstr("it is kept as " + path.string() + ".corrupt-"));
    EXPECT_EQ(*sys::read_file(path), text);
    const auto names = files();
    ASSERT_EQ(names.size(), 2U);
    EXPECT_EQ(*sys::read_file(folder / names[1]), text);
    fs::remove(folder / names[1]);
  }
}

// What holds a key is quoted by no message, however broken the file is.
TEST_F(StorageTest, MessagesHoldNoKeys) {
  write(R"({"le": {"Account": {"PrivateKey": "c2VjcmV0"}, "x": c2VjcmV0}})");
  const auto storage = Storage::open(path);
  ASSERT_FALSE(storage);
  EXPECT_EQ(storage.error().message.find("c2VjcmV0"), std::string::npos);
}

class FullDisk : public StorageTest {
 protected:
  void SetUp() override {
    if (::mount("tmpfs", folder.c_str(), "tmpfs", 0, "size=64k,mode=0700") != 0) GTEST_SKIP() << "needs to mount";
    mounted = true;
  }
  ~FullDisk() override {
    if (mounted) ::umount2(folder.c_str(), MNT_DETACH);
  }
  bool mounted = false;
};

TEST_F(FullDisk, LeavesTheOldFileAndSaysWhatToDo) {
  write(kFile);
  auto storage = *Storage::open(path);
  storage.resolver("le").certificates.front().chain = std::string(80'000, 'c');
  const auto saved = storage.save();
  ASSERT_FALSE(saved);
  EXPECT_EQ(saved.error().code, ErrorCode::kLimit);
  EXPECT_THAT(saved.error().message, HasSubstr(path.string() + " is not saved and stays as it was: "));
  EXPECT_THAT(saved.error().message, HasSubstr("No space left on device"));
  EXPECT_THAT(saved.error().message, HasSubstr("free some space on its disk"));
  EXPECT_EQ(*sys::read_file(path), kFile);
  EXPECT_THAT(files(), ElementsAre("acme.json"));
  storage.resolver("le").certificates.front().chain = "chain";
  EXPECT_TRUE(storage.save()) << "once there is space again";
}

TEST(StorageCodec, IndentsEveryShapeOfJson) {
  for (const std::string text : {"{}", "[]", R"({"a":[]})", R"({"a":{},"b":[1,"x,y:{}[]\"\\",null]})"}) {
    const auto laid_out = indented(text);
    const auto again = format::JsonDocument::parse(laid_out);
    ASSERT_TRUE(again) << laid_out;
    EXPECT_EQ(again->root().text(), text);
  }
  EXPECT_EQ(indented(R"({"a":[1,2]})"), "{\n  \"a\": [\n    1,\n    2\n  ]\n}");
}

}  // namespace
}  // namespace gatehouse::acme
