#include "acme/session.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "../../tests/support/scripted_server.h"
#include "acme/account.h"
#include "acme/jws.h"
#include "format/base64.h"
#include "format/json.h"

namespace gatehouse::acme {
namespace {

using async::Deadline;
using async::Loop;
using async::Task;
using base::Result;
using testing::HasSubstr;
using tests::ScriptedServer;
using namespace std::chrono_literals;

constexpr const char* kDirectory =
    R"({"newNonce":"http://ca/nonce","newAccount":"http://ca/account","newOrder":"http://ca/order"})";
constexpr const char* kBadNonce = R"({"type":"urn:ietf:params:acme:error:badNonce","detail":"again"})";

// The part of a signed request that says who sends it, and for what.
std::string protected_part(const ScriptedServer::Request& request) {
  const auto document = format::JsonDocument::parse(request.body);
  return *format::decode_base64url(*document->root().find("protected").string());
}

struct Scene {
  explicit Scene(ScriptedServer::Script script)
      : server(loop,
               [this, script = std::move(script)](const ScriptedServer::Request& request) {
                 if (request.is("GET /dir")) return ScriptedServer::Reply{ScriptedServer::response(200, kDirectory)};
                 if (request.is("HEAD")) return ScriptedServer::Reply{fresh_nonce(200, "")};
                 return script(request);
               }),
        dialer(loop, server.path()),
        client(dialer),
        session(loop, client, "http://ca/dir", *tls::PrivateKey::generate(tls::KeyType::kEc256), {.request = 5s}) {}

  std::string fresh_nonce(int status, std::string_view body, std::string_view fields = "") {
    return ScriptedServer::response(status, body, fmt::format("Replay-Nonce: n{}\r\n{}", ++nonces, fields));
  }
  Task<Result<Reply>> open_and_post(std::string payload) {
    BASE_CO_CHECK(co_await session.open(Deadline::after(10s)));
    co_return co_await session.post("http://ca/order", std::move(payload), "ordering", Deadline::after(10s));
  }

  Loop loop;
  int nonces = 0;
  ScriptedServer server;
  http::UnixDialer dialer;
  http::Client client;
  Session session;
};

TEST(Session, ARefusedNonceIsReplaced) {
  int refusals = 5;
  Scene* self = nullptr;
  Scene scene([&](const ScriptedServer::Request&) {
    if (refusals-- > 0) return ScriptedServer::Reply{self->fresh_nonce(400, kBadNonce)};
    return ScriptedServer::Reply{self->fresh_nonce(201, "{}", "Location: http://ca/order/1\r\n")};
  });
  self = &scene;
  const auto reply = scene.loop.run(scene.open_and_post("{}"));
  ASSERT_TRUE(reply) << reply.error().message;
  EXPECT_EQ(reply->location, "http://ca/order/1");
  EXPECT_EQ(scene.server.requests().size(), 2U + 6U) << "one HEAD only: each refusal brings a nonce";
  for (int i = 0; i < 6; ++i) {
    EXPECT_THAT(protected_part(scene.server.requests()[static_cast<std::size_t>(2 + i)]),
                HasSubstr(fmt::format(R"("nonce":"n{}")", i + 1)));
  }
}

TEST(Session, ItDoesNotAskForEver) {
  Scene* self = nullptr;
  Scene scene([&](const ScriptedServer::Request&) { return ScriptedServer::Reply{self->fresh_nonce(400, kBadNonce)}; });
  self = &scene;
  const auto reply = scene.loop.run(scene.open_and_post("{}"));
  ASSERT_FALSE(reply);
  EXPECT_THAT(reply.error().message, HasSubstr("(badNonce)"));
  EXPECT_EQ(scene.server.requests().size(), 2U + Session::kAttemptsMax);
}

TEST(Session, AnErrorTellsItsTypeAndWhenToComeBack) {
  Scene scene([](const ScriptedServer::Request&) {
    return ScriptedServer::Reply{ScriptedServer::response(
        429, R"({"type":"urn:ietf:params:acme:error:rateLimited","detail":"slow down"})", "Retry-After: 3600\r\n")};
  });
  const auto reply = scene.loop.run(scene.open_and_post("{}"));
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().code, base::ErrorCode::kLimit);
  EXPECT_EQ(scene.session.last_problem(), "rateLimited");
  EXPECT_EQ(scene.session.last_retry_after(), 3600s);
}

TEST(Session, TheKeySignsUntilTheAccountIsKnown) {
  Scene* self = nullptr;
  Scene scene([&](const ScriptedServer::Request&) {
    return ScriptedServer::Reply{self->fresh_nonce(200, "{}", "Location: http://ca/account/7\r\n")};
  });
  self = &scene;
  const auto both = [](Scene& in) -> Task<Result<Reply>> {
    BASE_CO_CHECK(co_await in.session.open(Deadline::after(10s)));
    BASE_CO_CHECK(co_await register_account(in.session, {"a@b.c"}, std::nullopt, Deadline::after(10s)));
    co_return co_await in.session.post("http://ca/order", "", "ordering", Deadline::after(10s));
  };
  ASSERT_TRUE(scene.loop.run(both(scene)));
  const auto& requests = scene.server.requests();
  EXPECT_THAT(protected_part(requests[2]), HasSubstr(R"("jwk":{"crv":"P-256","kty":"EC")"));
  EXPECT_THAT(protected_part(requests[3]), HasSubstr(R"("kid":"http://ca/account/7")"));
  EXPECT_THAT(requests[3].body, HasSubstr(R"("payload":"")")) << "POST-as-GET";
  EXPECT_THAT(requests[3].head, HasSubstr("application/jose+json"));
}

TEST(Directory, MustNameWhatWeNeed) {
  EXPECT_TRUE(Directory::parse(kDirectory));
  EXPECT_FALSE(Directory::parse(kDirectory)->external_account_required);
  EXPECT_TRUE(Directory::parse(R"({"newNonce":"a","newAccount":"b","newOrder":"c",
                                   "meta":{"externalAccountRequired":true}})")
                  ->external_account_required);
  EXPECT_FALSE(Directory::parse(R"({"newNonce":"a","newAccount":"b"})"));
  EXPECT_FALSE(Directory::parse("<html>"));
  EXPECT_FALSE(Directory::parse("[]"));
}

TEST(RetryAfter, IsSecondsOrADate) {
  const auto now = std::chrono::system_clock::from_time_t(784111777);  // Sun, 06 Nov 1994 08:49:37 GMT
  EXPECT_EQ(parse_retry_after("120", now), 120s);
  EXPECT_EQ(parse_retry_after(" 0 ", now), 0s);
  EXPECT_EQ(parse_retry_after("Sun, 06 Nov 1994 08:50:37 GMT", now), 60s);
  EXPECT_EQ(parse_retry_after("Sun, 06 Nov 1994 08:00:00 GMT", now), 0s);
  for (const auto* text : {"", "-1", "soon", "1.5", "99999999999", "Sun, 06 Nov 1994 08:50:37 GMTx"}) {
    EXPECT_EQ(parse_retry_after(text, now), std::nullopt) << text;
  }
}

TEST(Jws, ThumbprintsAreOfTheRequiredMembersInOrder) {
  const auto key = *tls::PrivateKey::generate(tls::KeyType::kEc256);
  const auto document = format::JsonDocument::parse(*jwk(key));
  ASSERT_EQ(document->root().size(), 4U);
  EXPECT_EQ(document->root().key(0), "crv");
  EXPECT_EQ(document->root().key(1), "kty");
  EXPECT_EQ(document->root().key(2), "x");
  EXPECT_EQ(document->root().key(3), "y");
  EXPECT_EQ(thumbprint(key)->size(), 43U);
  EXPECT_EQ(*key_authorisation("token", key), "token." + *thumbprint(key));
}

TEST(Jws, AnExternalKeyMustBeBase64url) {
  const auto key = *tls::PrivateKey::generate(tls::KeyType::kEc256);
  EXPECT_TRUE(bind_external_account(key, "http://ca/account", "kid", base::Secret("AAEC")));
  EXPECT_TRUE(bind_external_account(key, "http://ca/account", "kid", base::Secret(" AAE= ")));
  const auto refused = bind_external_account(key, "http://ca/account", "kid", base::Secret("a+b/secret"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message.find("secret"), std::string::npos);
  EXPECT_FALSE(bind_external_account(key, "http://ca/account", "kid", base::Secret("")));
}

}  // namespace
}  // namespace gatehouse::acme
