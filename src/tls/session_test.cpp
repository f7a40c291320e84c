// Sessions that are resumed by ticket: across snapshots, and never across options.
#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include "tls/tls_fixture.h"

namespace gatehouse::tls {
namespace {

using async::Loop;

// A client that keeps its last session, on bare OpenSSL: our own client does not resume.
class Resumer {
 public:
  Resumer() : context_(SSL_CTX_new(TLS_client_method())) {
    SSL_CTX_set_session_cache_mode(context_, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
    SSL_CTX_set_app_data(context_, this);
    SSL_CTX_sess_set_new_cb(context_, [](SSL* ssl, SSL_SESSION* session) {
      auto* self = static_cast<Resumer*>(SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl)));
      SSL_SESSION_free(self->session_);
      self->session_ = session;
      return 1;
    });
  }
  Resumer(const Resumer&) = delete;
  Resumer& operator=(const Resumer&) = delete;
  ~Resumer() {
    SSL_SESSION_free(session_);
    SSL_CTX_free(context_);
  }

  void limit_version(int version) { SSL_CTX_set_max_proto_version(context_, version); }

  // Whether the server took the session up again; nothing when the handshake failed.
  std::optional<bool> connect(std::shared_ptr<const ServerContexts> to, const char* name) {
    Loop loop;
    auto [near, far] = socket_pair();
    TlsStream server(loop, std::move(near), std::move(to));
    SSL* ssl = SSL_new(context_);
    SSL_set_tlsext_host_name(ssl, name);
    SSL_set_fd(ssl, far.get());
    if (session_ != nullptr) SSL_set_session(ssl, session_);
    const bool shaken = loop.run(shake_with(loop, server, ssl));
    std::optional<bool> resumed;
    if (shaken) resumed = server.facts().resumed;
    SSL_shutdown(ssl);
    SSL_free(ssl);
    return resumed;
  }

 private:
  static async::Task<void> drive(Loop& loop, SSL* ssl) {
    while (SSL_connect(ssl) != 1) co_await async::Yield(loop);
    char byte = 0;
    for (;;) {  // takes tickets in
      SSL_read(ssl, &byte, 1);
      co_await async::Yield(loop);
    }
  }
  static async::Task<bool> shake_with(Loop& loop, TlsStream& server, SSL* ssl) {
    auto [shaken, driven] = co_await async::first_of(server.handshake(soon()), drive(loop, ssl));
    char byte = 0;
    SSL_read(ssl, &byte, 1);
    co_return shaken && shaken->has_value();
  }

  SSL_CTX* context_;
  SSL_SESSION* session_ = nullptr;
};

TEST(Session, OutlivesASnapshot) {
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    const Scene scene;
    Resumer client;
    client.limit_version(version);
    const auto first = scene.contexts();
    EXPECT_EQ(client.connect(first, "app.test"), false) << version;
    EXPECT_EQ(client.connect(first, "app.test"), true) << version;
    EXPECT_EQ(client.connect(scene.contexts(first.get()), "app.test"), true) << version;
    EXPECT_EQ(client.connect(scene.contexts(), "app.test"), false) << "another process has other keys";
  }
}

TEST(Session, DoesNotResumeUnderOtherOptions) {
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    Scene scene;
    scene.settings.options["mtls@file"] = {.client_auth = "RequestClientCert"};
    scene.settings.options_by_host = {{"inner.test", "mtls@file"}};
    const auto contexts = scene.contexts();
    Resumer client;
    client.limit_version(version);
    EXPECT_EQ(client.connect(contexts, "app.test"), false);
    EXPECT_EQ(client.connect(contexts, "inner.test"), false) << "what app.test let in is not let in here";
    EXPECT_EQ(client.connect(contexts, "inner.test"), true);
  }
}

TEST(Session, MayBeTurnedOff) {
  Scene scene;
  scene.settings.options["default"] = {.session_tickets = false};
  const auto contexts = scene.contexts();
  Resumer client;
  EXPECT_EQ(client.connect(contexts, "app.test"), false);
  EXPECT_EQ(client.connect(contexts, "app.test"), false);
}

TEST(TicketKeys, RotateAndAreForgotten) {
  TicketKeys keys;
  const auto start = TicketKeys::Clock::now();
  const auto first = keys.current(start);
  ASSERT_TRUE(first);
  EXPECT_EQ(keys.current(start + TicketKeys::kRotation - std::chrono::seconds(1))->name, first->name);
  EXPECT_FALSE(keys.find(first->name, start)->is_old);
  const auto second = keys.current(start + TicketKeys::kRotation);
  EXPECT_NE(second->name, first->name);
  EXPECT_TRUE(keys.find(first->name, start + TicketKeys::kRotation)->is_old);
  EXPECT_TRUE(keys.find(first->name, start + 2 * TicketKeys::kRotation));
  EXPECT_FALSE(keys.find(first->name, start + 3 * TicketKeys::kRotation));
}

}  // namespace
}  // namespace gatehouse::tls
