// The bytes that a backend gets for the bytes that a client sent.
#include "wire/conversation.h"

namespace gatehouse::tests {

namespace {

// What the backend gets for the request, of which it answers the head with kOk.
std::string forwarded(Bed& bed, Server& server, std::string_view request) {
  auto client = bed.connect();
  client.send(request);
  auto backend = server.accept();
  auto text = take_request(backend);
  backend.send("HTTP/1.1 200 OK\r\nDate: now\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok");
  EXPECT_EQ(take_reply(client, request.starts_with("HEAD")).status, 200);
  return text;
}

}  // namespace

TEST(Forwarding, FieldsKeepTheirOrderAndSpelling) {
  Server server;
  Bed bed(snapshot_of(server));
  EXPECT_EQ(forwarded(bed, server,
                      "GET /a?b=c HTTP/1.1\r\nX-Second: 2\r\nhost: a.test\r\nX-FIRST:1\r\nx-second:\t 3 \r\n"
                      "Cookie: a=b\r\n\r\n"),
            "GET /a?b=c HTTP/1.1\r\nX-Second: 2\r\nhost: a.test\r\nX-FIRST: 1\r\nx-second: 3\r\nCookie: a=b\r\n" +
                forwarded_fields() + "\r\n");
}

TEST(Forwarding, WhatIsMeantForTheConnectionStaysOnIt) {
  Server server;
  Bed bed(snapshot_of(server));
  EXPECT_EQ(forwarded(bed, server,
                      "GET / HTTP/1.1\r\nHost: a.test\r\nConnection: keep-alive, X-Hop, close\r\nX-Hop: 1\r\n"
                      "Keep-Alive: timeout=5\r\nProxy-Connection: keep-alive\r\nTE: trailers, gzip\r\nUpgrade: h2c\r\n"
                      "Proxy-Authorization: Basic eDp5\r\nAccept: */*\r\n\r\n"),
            "GET / HTTP/1.1\r\nHost: a.test\r\nTE: trailers\r\nAccept: */*\r\n" + forwarded_fields() + "\r\n");
}

TEST(Forwarding, ConnectionCannotTakeAwayWhatTheEdgeSays) {
  Server server;
  Bed bed(snapshot_of(server));
  EXPECT_EQ(forwarded(bed, server,
                      "GET / HTTP/1.1\r\nHost: a.test\r\nConnection: X-Forwarded-For, X-Real-Ip, Host, Cookie\r\n"
                      "Cookie: a=b\r\n\r\n"),
            "GET / HTTP/1.1\r\nHost: a.test\r\nCookie: a=b\r\n" + forwarded_fields() + "\r\n");
}

TEST(Forwarding, LiesAboutTheClientAreRemovedInEverySpelling) {
  Server server;
  Bed bed(snapshot_of(server));
  EXPECT_EQ(forwarded(bed, server,
                      "GET / HTTP/1.1\r\nHost: a.test\r\nX-Forwarded-For: 10.0.0.1\r\nx-forwarded-for: 10.0.0.2\r\n"
                      "X_Forwarded_For: 10.0.0.3\r\nX-Forwarded_Proto: https\r\nX-Real-IP: 10.0.0.4\r\n"
                      "X-Forwarded-Host: bank.test\r\nX-Forwarded-Prefix: /x\r\nX-Forwarded-Server: me\r\n\r\n"),
            forwarded_get());
}

TEST(Forwarding, AProxyThatIsTrustedIsBelieved) {
  Server server;
  auto snapshot = snapshot_of(server);
  snapshot.entry_points["web"].forwarded_headers.trusted_ips = {"127.0.0.0/8"};
  Bed bed(snapshot);
  EXPECT_EQ(forwarded(bed, server,
                      "GET / HTTP/1.1\r\nHost: a.test\r\nX-Forwarded-For: 192.0.2.1\r\nX-Forwarded-Proto: https\r\n"
                      "X-Real-Ip: 192.0.2.1\r\n\r\n"),
            "GET / HTTP/1.1\r\nHost: a.test\r\nX-Forwarded-For: 192.0.2.1, 127.0.0.1\r\nX-Forwarded-Proto: https\r\n"
            "X-Real-Ip: 192.0.2.1\r\nX-Forwarded-Port: 443\r\nX-Forwarded-Host: a.test\r\n"
            "X-Forwarded-Server: edge.test\r\n\r\n");
}

TEST(Forwarding, TheHostIsTheClientsWithItsPort) {
  Server server;
  Bed bed(snapshot_of(server));
  EXPECT_EQ(forwarded(bed, server, "GET / HTTP/1.1\r\nHost: A.test:8080\r\n\r\n"),
            "GET / HTTP/1.1\r\nHost: A.test:8080\r\n" + forwarded_fields("A.test:8080", "8080") + "\r\n");
}

TEST(Forwarding, TheHostIsTheServersWhereTheClientsIsNotPassedOn) {
  Server server;
  auto snapshot = snapshot_of(server);
  load_balancer_of(snapshot).pass_host_header = false;
  Bed bed(snapshot);
  const auto authority = server.url().substr(7);
  const auto text = forwarded(bed, server, kGet);
  EXPECT_TRUE(text.starts_with("GET / HTTP/1.1\r\nHost: " + authority + "\r\n")) << text;
  EXPECT_TRUE(text.find("X-Forwarded-Host: a.test\r\n") != std::string::npos) << text;
}

TEST(Forwarding, ARequestWithoutHostGetsTheServers) {
  Server server;
  Bed bed(snapshot_of(server));
  const auto text = forwarded(bed, server, "GET / HTTP/1.0\r\n\r\n");
  EXPECT_TRUE(text.find("\r\nHost: " + server.url().substr(7) + "\r\n") != std::string::npos) << text;
  EXPECT_TRUE(text.find("X-Forwarded-Host") == std::string::npos) << text;
}

TEST(Forwarding, TheAuthorityOfAnAbsoluteTargetIsTheHost) {
  Server server;
  Bed bed(snapshot_of(server));
  EXPECT_EQ(forwarded(bed, server, "GET http://a.test/x?y HTTP/1.1\r\nHost: b.test\r\n\r\n"),
            "GET /x?y HTTP/1.1\r\nHost: a.test\r\n" + forwarded_fields() + "\r\n");
}

TEST(Forwarding, ThePathIsTheOneThatWasRouted) {
  Server server;
  Bed bed(snapshot_of(server));
  EXPECT_TRUE(forwarded(bed, server, "GET /a/../%62/./c%2fd//?x=%41 HTTP/1.1\r\nHost: a.test\r\n\r\n")
                  .starts_with("GET /b/c%2Fd/?x=%41 HTTP/1.1\r\n"));
}

TEST(Forwarding, PathOfTheServersUrlIsPutInFrontWhereItIsToBePreserved) {
  Server server;
  auto snapshot = snapshot_of({server.url() + "/base/"});
  load_balancer_of(snapshot).servers[0].preserve_path = true;
  Bed bed(snapshot);
  EXPECT_TRUE(
      forwarded(bed, server, "GET /x?y HTTP/1.1\r\nHost: a.test\r\n\r\n").starts_with("GET /base/x?y HTTP/1.1\r\n"));
}

TEST(Forwarding, NoContentIsSaidWhereTheMethodExpectsSome) {
  Server server;
  Bed bed(snapshot_of(server));
  for (const auto* request :
       {"POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 0\r\n\r\n", "POST / HTTP/1.1\r\nHost: a.test\r\n\r\n"}) {
    EXPECT_EQ(forwarded(bed, server, request),
              "POST / HTTP/1.1\r\nHost: a.test\r\n" + forwarded_fields() + "Content-Length: 0\r\n\r\n");
  }
}

TEST(Forwarding, ServersTakeTurns) {
  Server first;
  Server second;
  Bed bed(snapshot_of({first.url(), second.url()}));
  for (int i = 0; i < 2; ++i) {
    forwarded(bed, first, kGet);
    forwarded(bed, second, kGet);
  }
}

TEST(Forwarding, FencedServersGetNothing) {
  Server fenced;
  Server open;
  auto snapshot = snapshot_of({fenced.url(), open.url()});
  load_balancer_of(snapshot).servers[0].fenced = true;
  Bed bed(snapshot);
  for (int i = 0; i < 4; ++i) forwarded(bed, open, kGet);
  EXPECT_TRUE(fenced.is_quiet(std::chrono::milliseconds(0)));
}

}  // namespace gatehouse::tests
