#include "integration/acme_fixture.h"

namespace gatehouse::acme {
namespace {

using testing::HasSubstr;

TEST_F(AcmePebble, ObtainsKeepsAndTakesUpAgain) {
  start();
  {
    const auto keeper = make_keeper();
    keeper->want({{"le", {"a.example.com", "b.example.com"}, "router ab"},
                  {"le", {"liar.example.com"}, "router liar"},
                  {"le", {"*.example.org", "example.org"}, "router wild"}},
                 {});
    ASSERT_TRUE(loop.run(settled(*keeper))) << pebble->log();
    EXPECT_EQ(state_of(*keeper, "a.example.com")->problem, "");
    EXPECT_EQ(state_of(*keeper, "a.example.com")->stage, Stage::kServed);
    EXPECT_EQ(state_of(*keeper, "example.org")->stage, Stage::kServed);
    EXPECT_THAT(state_of(*keeper, "*.example.org")->problem, HasSubstr("a wildcard needs the DNS-01 challenge"));
    const auto liar = *state_of(*keeper, "liar.example.com");
    EXPECT_EQ(liar.stage, Stage::kFailed);
    EXPECT_THAT(liar.problem,
                HasSubstr("proving control over liar.example.com: the certificate authority answers 403"));
    EXPECT_THAT(liar.problem, HasSubstr("next step: something else answers on port 80 under the name"));
    EXPECT_EQ(responder->published, responder->withdrawn);
    EXPECT_EQ(keeper->certificates().size(), 2U);
  }
  const auto storage = Storage::open(folder / "acme.json");
  ASSERT_TRUE(storage) << storage.error().message;
  const auto& stored = storage->resolvers().at("le");
  EXPECT_EQ(stored.account->email, "operator@example.com");
  EXPECT_THAT(stored.account->uri, HasSubstr("/my-account/"));
  ASSERT_EQ(stored.certificates.size(), 2U);

  const auto again = make_keeper();
  const int published = responder->published;
  again->want({{"le", {"b.example.com"}, "router b"}, {"le", {"c.example.com"}, "router c"}}, {});
  EXPECT_EQ(state_of(*again, "b.example.com")->stage, Stage::kServed) << "the certificate of a and b serves";
  ASSERT_TRUE(loop.run(settled(*again))) << pebble->log();
  EXPECT_EQ(state_of(*again, "c.example.com")->problem, "");
  EXPECT_EQ(responder->published, published + 1);
  const auto after = Storage::open(folder / "acme.json");
  EXPECT_EQ(after->resolvers().at("le").account->uri, stored.account->uri) << "the account is the same";
}

TEST_F(AcmePebble, AnAccountThatTheAuthorityHasForgottenIsMadeAgain) {
  start();
  {
    const auto keeper = make_keeper();
    keeper->want({{"le", {"a.example.com"}, "router a"}}, {});
    ASSERT_TRUE(loop.run(settled(*keeper))) << pebble->log();
  }
  auto storage = *Storage::open(folder / "acme.json");
  storage.resolver("le").account->uri += "f00";
  ASSERT_TRUE(storage.save());
  const auto keeper = make_keeper();
  keeper->want({{"le", {"d.example.com"}, "router d"}}, {});
  ASSERT_TRUE(loop.run(settled(*keeper))) << pebble->log();
  EXPECT_EQ(state_of(*keeper, "d.example.com")->problem, "");
}

TEST_F(AcmePebble, AHandshakeIsProofEnough) {
  start();
  config.http_challenge.reset();
  config.tls_challenge.emplace();
  const auto keeper = make_keeper();
  keeper->want({{"le", {"a.example.com", "b.example.com"}, "router ab"}}, {});
  ASSERT_TRUE(loop.run(settled(*keeper))) << pebble->log();
  EXPECT_EQ(state_of(*keeper, "a.example.com")->problem, "");
  EXPECT_EQ(state_of(*keeper, "a.example.com")->stage, Stage::kServed);
}

TEST_F(AcmePebble, AnExternalAccountIsBound) {
  const std::string hmac = "zWNDZM6eQGHWpSRTPal5eIUYFTu7EajVIoguysqZ9wG44nMEtx3MUAsUDkMTQ12W";
  start({.eab_kid = "kid-1", .eab_hmac = hmac});
  {
    const auto keeper = make_keeper();
    keeper->want({{"le", {"a.example.com"}, "router a"}}, {});
    ASSERT_TRUE(loop.run(settled(*keeper))) << pebble->log();
    EXPECT_THAT(state_of(*keeper, "a.example.com")->problem, HasSubstr("set eab.kid and eab.hmacEncoded"));
  }
  config.eab = model::Eab{"kid-1", base::Secret(hmac)};
  config.key_type = "RSA2048";
  const auto keeper = make_keeper();
  keeper->want({{"le", {"a.example.com"}, "router a"}}, {});
  ASSERT_TRUE(loop.run(settled(*keeper))) << pebble->log();
  EXPECT_EQ(state_of(*keeper, "a.example.com")->problem, "");
}

}  // namespace
}  // namespace gatehouse::acme
