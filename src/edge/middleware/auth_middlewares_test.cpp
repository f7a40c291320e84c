#include <fmt/format.h>
#include <gtest/gtest.h>
#include <openssl/evp.h>

#include "edge/middleware/auth_parameters.h"
#include "edge/middleware/digest_nonces.h"
#include "edge/middleware/md5_crypt.h"
#include "edge/middleware/password_hash.h"
#include "edge/middleware/test_support.h"
#include "edge/middleware/verified_credentials.h"
#include "format/base64.h"

namespace gatehouse::edge {
namespace {

using base::Secret;

constexpr auto kApr1 = "test:$apr1$H6uskkkW$IgXLP6ewTrSuBkTrqE8wj/";
constexpr auto kSha = "test:{SHA}qUqP5cyxm6YcTAhz05Hph5gvu9M=";
constexpr auto kBcrypt = "test:$2y$05$abcdefghijklmnopqrstuuMceFj4VbmHOj8C7PetMxzZkwre/z.Ri";

TEST(Md5Crypt, IsWhatOpenSslMakes) {
  EXPECT_EQ(md5_crypt("test", "$apr1$", "H6uskkkW"), "$apr1$H6uskkkW$IgXLP6ewTrSuBkTrqE8wj/");
  EXPECT_EQ(md5_crypt("a longer password than sixteen bytes", "$apr1$", "abcdefgh"),
            "$apr1$abcdefgh$5/4EDNVcnSspCAS2/9p2l1");
  EXPECT_EQ(md5_crypt("", "$1$", "xyz"), "$1$xyz$kjXWClpYD0.j9bPLUk/Ii.");
  EXPECT_EQ(md5_crypt("p", "$apr1$", "saltsaltsalt"), md5_crypt("p", "$apr1$", "saltsalt"));
}

TEST(PasswordHash, KnowsTheUsualKinds) {
  for (const auto* hash :
       {"$apr1$H6uskkkW$IgXLP6ewTrSuBkTrqE8wj/", "{SHA}qUqP5cyxm6YcTAhz05Hph5gvu9M=", "$1$abc$B..HicC/afMveWeNyfNsf/",
        "$6$abc$XdYVWINHFqAPqCkQNpBc64k/whmYeD3VETO0Hk79c4aGoQEvgiYKd/03lbc/XloI0fcMwRw.Rj.dZbn3LdPVz.",
        "$2y$05$abcdefghijklmnopqrstuuMceFj4VbmHOj8C7PetMxzZkwre/z.Ri",
        "$y$j9T$abcd$Yoq0ugdj8cuJNvKBGqFsYVyCwaqB6qqRWNIKZVV.m2C"}) {
    EXPECT_TRUE(PasswordHash(hash).verify(Secret("test"))) << hash;
    EXPECT_FALSE(PasswordHash(hash).verify(Secret("tesT"))) << hash;
    EXPECT_FALSE(PasswordHash(hash).verify(Secret(""))) << hash;
    EXPECT_FALSE(PasswordHash(hash).verify(Secret(std::string("test\0x", 6)))) << hash;
  }
}

TEST(PasswordHash, MatchesNothingWhenItIsNone) {
  for (const auto* hash : {"", "test", "$apr1$", "$apr1$x", "$1$$", "{SHA}", "$9$x$y", "*0", "*1", "x"}) {
    EXPECT_FALSE(PasswordHash(hash).verify(Secret("test"))) << hash;
    EXPECT_FALSE(PasswordHash(hash).verify(Secret(""))) << hash;
  }
}

TEST(VerifiedCredentials, RemembersWhatWasRight) {
  VerifiedCredentials credentials;
  const auto digest = credentials.digest_of("a", Secret("bc"));
  EXPECT_FALSE(credentials.contains(digest));
  credentials.insert(digest);
  EXPECT_TRUE(credentials.contains(digest));
  EXPECT_FALSE(credentials.contains(credentials.digest_of("ab", Secret("c"))));
  EXPECT_NE(digest, VerifiedCredentials().digest_of("a", Secret("bc")));
}

class Auth : public testing::Test {
 protected:
  static std::string basic(std::string_view credentials) { return "Basic " + format::encode_base64(credentials); }

  TestResponse ask(const HandlerPtr& handler, const std::string& authorization, TestRequest request = {}) {
    if (!authorization.empty()) request.fields.emplace_back("Authorization", authorization);
    return bench_.ask(handler, request);
  }
  HandlerPtr make(const model::Middleware& config) { return bench_.make(config, next_).value(); }
  std::string error(const model::Middleware& config) {
    const auto made = bench_.make(config, next_);
    return made ? "none" : made.error().message;
  }

  Workbench bench_;
  std::shared_ptr<FakeNext> next_ = std::make_shared<FakeNext>();
};

model::Middleware basic_auth(std::vector<std::string> users, auto set) {
  model::BasicAuth config;
  config.users = std::move(users);
  set(config);
  return with(&model::Middleware::basic_auth, config);
}
model::Middleware basic_auth(std::vector<std::string> users) {
  return basic_auth(std::move(users), [](auto&) {});
}

TEST_F(Auth, BasicLetsPassWhoKnowsThePassword) {
  for (const auto* user : {kApr1, kSha, kBcrypt}) {
    const auto handler = make(basic_auth({"other:{SHA}x", user}));
    EXPECT_EQ(ask(handler, basic("test:test")).status, 200) << user;
    EXPECT_EQ(bench_.user_name, "test");
    EXPECT_EQ(ask(handler, basic("test:test")).status, 200) << user;  // by now from memory
    EXPECT_EQ(ask(handler, basic("test:nope")).status, 401) << user;
    EXPECT_EQ(ask(handler, basic("nobody:test")).status, 401) << user;
    EXPECT_EQ(bench_.user_name, "nobody");
    EXPECT_EQ(ask(handler, basic("test:" + std::string(1025, 'x'))).status, 401) << user;
  }
  EXPECT_EQ(next_->seen.at(0)["Authorization"], basic("test:test"));
}

TEST_F(Auth, BasicRefusesWhatIsNoBasicCredential) {
  const auto handler = make(basic_auth({kSha}));
  for (const auto* value : {"", "Basic", "Basic ", "Basic !!!", "Digest username=\"test\"", "Bearer x"}) {
    const auto response = ask(handler, value);
    EXPECT_EQ(response.status, 401) << value;
    EXPECT_EQ(response["WWW-Authenticate"], "Basic realm=\"traefik\"");
    EXPECT_EQ(response.content, "401 Unauthorized\n");
  }
  EXPECT_EQ(ask(handler, "basic " + format::encode_base64("test:test")).status, 200);
  EXPECT_EQ(ask(handler, basic("test")).status, 401);
  EXPECT_EQ(ask(make(basic_auth({})), basic("test:test")).status, 401);
}

TEST_F(Auth, BasicTellsTheBackendAsConfigured) {
  const auto handler = make(basic_auth({kSha}, [](auto& c) {
    c.remove_header = true;
    c.header_field = "X-User";
    c.realm = "my \"realm\"";
  }));
  ask(handler, basic("test:test"), {.fields = {{"X-User", "admin"}}});
  EXPECT_EQ(next_->seen.at(0)["Authorization"], std::nullopt);
  EXPECT_EQ(next_->seen.at(0)["X-User"], "test");
  EXPECT_EQ(ask(handler, "")["WWW-Authenticate"], R"(Basic realm="my \"realm\"")");
}

TEST_F(Auth, BasicTakesTheFirstOfTwoEntriesAndPasswordsWithColons) {
  const auto handler = make(basic_auth({" test:{SHA}qUqP5cyxm6YcTAhz05Hph5gvu9M= ", "test:{SHA}x"}));
  EXPECT_EQ(ask(handler, basic("test:test")).status, 200);
  EXPECT_EQ(ask(handler, basic("test:test:x")).status, 401);
}

TEST_F(Auth, RefusesOptionsWithoutMeaning) {
  EXPECT_EQ(error(basic_auth({kSha, "secret"})), "basicAuth.users: the 2. entry is not of the form name:hash");
  EXPECT_EQ(error(basic_auth({kSha}, [](auto& c) { c.header_field = "a b"; })),
            "basicAuth.headerField: \"a b\" is no name of a header");
  EXPECT_EQ(error(with(&model::Middleware::digest_auth,
                       {.users = {"test:hash"}, .users_file = "", .realm = "", .header_field = ""})),
            "digestAuth.users: the 1. entry is not of the form name:realm:hash");
}

TEST(AuthParameters, ReadsTokensAndQuotedTexts) {
  const auto parameters = AuthParameters::parse(R"( a="x, \"y\"" ,B = z,, c="")").value();
  EXPECT_EQ(parameters.get("A"), "x, \"y\"");
  EXPECT_EQ(parameters.get("b"), "z");
  EXPECT_EQ(parameters.get("c"), "");
  EXPECT_EQ(parameters.get("d"), "");
  EXPECT_TRUE(AuthParameters::parse(""));
  for (const auto* text : {"a", "a=\"", "a=\"\\", "=x", "a=b c=d", "a=1, A=2", "a=\"x\"y"}) {
    EXPECT_FALSE(AuthParameters::parse(text)) << text;
  }
}

TEST(DigestNonces, AreUsedOnceForEachCount) {
  DigestNonces nonces;
  const DigestNonces::Time now(std::chrono::hours(5));
  const auto nonce = nonces.issue(now);
  using Use = DigestNonces::Use;
  EXPECT_EQ(nonces.look_at(nonce, 1, now), Use::kFresh);
  EXPECT_TRUE(nonces.use(nonce, 1));
  EXPECT_EQ(nonces.look_at(nonce, 1, now), Use::kStale);
  EXPECT_FALSE(nonces.use(nonce, 1));
  EXPECT_TRUE(nonces.use(nonce, 5));
  EXPECT_EQ(nonces.look_at(nonce, 4, now), Use::kStale);
  EXPECT_EQ(nonces.look_at(nonce, 0, now), Use::kStale);
  EXPECT_EQ(nonces.look_at(nonce, 6, now + DigestNonces::kLifetime), Use::kFresh);
  EXPECT_EQ(nonces.look_at(nonce, 6, now + DigestNonces::kLifetime + std::chrono::seconds(1)), Use::kStale);
}

TEST(DigestNonces, AreKnownByTheirKey) {
  DigestNonces nonces;
  const DigestNonces::Time now(std::chrono::hours(5));
  using Use = DigestNonces::Use;
  const auto nonce = nonces.issue(now);
  EXPECT_EQ(DigestNonces().look_at(nonce, 1, now), Use::kForeign);
  EXPECT_EQ(nonces.look_at("", 1, now), Use::kForeign);
  for (std::size_t i = 0; i < nonce.size(); ++i) {
    auto forged = nonce;
    forged[i] = forged[i] == '0' ? '1' : '0';
    EXPECT_EQ(nonces.look_at(forged, 1, now), Use::kForeign) << i;
  }
}

TEST(DigestNonces, MakeRoomForLaterOnes) {
  DigestNonces nonces;
  const DigestNonces::Time now(std::chrono::hours(5));
  const auto first = nonces.issue(now);
  for (std::size_t i = 1; i < DigestNonces::kNoncesMax; ++i) nonces.issue(now);
  EXPECT_EQ(nonces.look_at(first, 1, now), DigestNonces::Use::kFresh);
  nonces.issue(now);
  EXPECT_EQ(nonces.look_at(first, 1, now), DigestNonces::Use::kStale);
  EXPECT_FALSE(nonces.use(first, 1));
}

std::string md5(std::string_view text) {
  std::array<unsigned char, 16> digest{};
  EVP_Digest(text.data(), text.size(), digest.data(), nullptr, EVP_md5(), nullptr);
  std::string hex;
  for (const auto byte : digest) hex += fmt::format("{:02x}", byte);
  return hex;
}

struct Client {
  std::string user = "test";
  std::string password = "test";
  std::string uri = "/";
  std::string method = "GET";
  unsigned count = 1;

  // What a client answers to a challenge.
  [[nodiscard]] std::string answer(const std::string& challenge) const {
    const auto asked = AuthParameters::parse(challenge.substr(7)).value();
    const auto secret = md5(fmt::format("{}:{}:{}", user, asked.get("realm"), password));
    const auto response = md5(fmt::format("{}:{}:{:08x}:cn:auth:{}", secret, asked.get("nonce"), count,
                                          md5(fmt::format("{}:{}", method, uri))));
    return fmt::format(R"(Digest username="{}", realm="{}", nonce="{}", uri="{}", algorithm=MD5, qop=auth, nc={:08x}, )"
                       R"(cnonce="cn", opaque="{}", response="{}")",
                       user, asked.get("realm"), asked.get("nonce"), uri, count, asked.get("opaque"), response);
  }
};

class Digest : public Auth {
 protected:
  HandlerPtr make_digest(auto set) {
    model::DigestAuth config;
    config.users = {"test:traefik:a2688e031edb4be6a3797f3882655c05", "test2:traefik:518845800F9E2BFB1F1F740EC24F074E",
                    "other:elsewhere:a2688e031edb4be6a3797f3882655c05"};
    set(config);
    return make(with(&model::Middleware::digest_auth, config));
  }
  std::string challenge(const HandlerPtr& handler, const std::string& target = "/") {
    return ask(handler, "", {.target = target})["WWW-Authenticate"].value();
  }

  HandlerPtr handler_ = make_digest([](auto&) {});
};

TEST_F(Digest, LetsPassWhoProvesToKnowThePassword) {
  EXPECT_EQ(ask(handler_, Client{}.answer(challenge(handler_))).status, 200);
  EXPECT_EQ(bench_.user_name, "test");
  EXPECT_EQ(ask(handler_, Client{.user = "test2", .password = "test2"}.answer(challenge(handler_))).status, 200);
  EXPECT_EQ(ask(handler_, Client{.uri = "/a%20b?c"}.answer(challenge(handler_)), {.target = "/a%20b?c"}).status, 200);
  EXPECT_EQ(ask(handler_, Client{.password = "bad"}.answer(challenge(handler_))).status, 401);
  EXPECT_EQ(ask(handler_, Client{.user = "nobody"}.answer(challenge(handler_))).status, 401);
  EXPECT_EQ(ask(handler_, Client{.user = "other"}.answer(challenge(handler_))).status, 401);
  EXPECT_EQ(ask(handler_, basic("test:test")).status, 401);
}

TEST_F(Digest, BindsTheAnswerToTheRequest) {
  EXPECT_EQ(ask(handler_, Client{.uri = "/a"}.answer(challenge(handler_)), {.target = "/a/b"}).status, 401);
  EXPECT_EQ(ask(handler_, Client{}.answer(challenge(handler_)), {.method = "POST"}).status, 401);
  const auto other = make_digest([](auto& c) { c.realm = "elsewhere"; });
  EXPECT_EQ(ask(other, Client{}.answer(challenge(handler_))).status, 401);
}

TEST_F(Digest, CannotBeReplayed) {
  const auto asked = challenge(handler_);
  EXPECT_EQ(ask(handler_, Client{}.answer(asked)).status, 200);
  const auto replayed = ask(handler_, Client{}.answer(asked));
  EXPECT_EQ(replayed.status, 401);
  EXPECT_TRUE(replayed["WWW-Authenticate"]->ends_with(", stale=true"));
  EXPECT_EQ(ask(handler_, Client{.count = 2}.answer(asked)).status, 200);
  EXPECT_FALSE(
      ask(handler_, Client{.password = "bad", .count = 3}.answer(asked))["WWW-Authenticate"]->contains("stale"));
}

TEST_F(Digest, TellsTheBackendAsConfigured) {
  const auto handler = make_digest([](auto& c) {
    c.remove_header = true;
    c.header_field = "X-User";
  });
  EXPECT_EQ(ask(handler, Client{}.answer(challenge(handler))).status, 200);
  EXPECT_EQ(next_->seen.at(0)["Authorization"], std::nullopt);
  EXPECT_EQ(next_->seen.at(0)["X-User"], "test");
}

}  // namespace
}  // namespace gatehouse::edge
