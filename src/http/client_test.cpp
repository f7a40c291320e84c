#include "http/client.h"

#include <gtest/gtest.h>

#include "../../tests/support/scripted_server.h"

namespace gatehouse::http {
namespace {

using async::Deadline;
using async::Loop;
using async::Task;
using base::ErrorCode;
using tests::ScriptedServer;
using namespace std::chrono_literals;
using Reply = ScriptedServer::Reply;
using Request = ScriptedServer::Request;

ClientRequest request_to(std::string target, MethodId method = MethodId::kGet, std::unique_ptr<Body> body = nullptr) {
  ClientRequest request;
  request.method = method;
  request.origin = {Scheme::kHttp, "server.test", 80};
  request.target = std::move(target);
  request.body = std::move(body);
  request.deadline = Deadline::after(10s);
  return request;
}

Task<std::string> ask(Client& client, ClientRequest request) {
  auto response = co_await client.send(std::move(request));
  if (!response) co_return "error: " + response.error().message;
  auto text = co_await response->body->read_all(1 << 20);
  if (!text) co_return "error: " + text.error().message;
  co_return std::to_string(response->head.status) + " " + *text;
}

// A server with a script, and a client of it.
struct Pair {
  explicit Pair(ScriptedServer::Script script) : server(loop, std::move(script)), dialer(loop, server.path()) {}
  std::string ask(ClientRequest request) { return loop.run(http::ask(client, std::move(request))); }

  Loop loop;
  ScriptedServer server;
  UnixDialer dialer;
  Client client{dialer};
};

TEST(Client, AsksAndUsesTheConnectionAgain) {
  Pair pair([](const Request& request) { return Reply{ScriptedServer::response(200, request.line())}; });
  EXPECT_EQ(pair.ask(request_to("/a?b=c")), "200 GET /a?b=c HTTP/1.1");
  EXPECT_EQ(pair.ask(request_to("/d")), "200 GET /d HTTP/1.1");
  EXPECT_EQ(pair.server.connections(), 1);
  EXPECT_EQ(pair.server.requests()[0].head,
            "GET /a?b=c HTTP/1.1\r\nHost: server.test\r\nUser-Agent: gatehouse\r\n\r\n");
}

TEST(Client, SendsContentOfKnownLength) {
  Pair pair([](const Request& request) { return Reply{ScriptedServer::response(201, request.body)}; });
  EXPECT_EQ(pair.ask(request_to("/", MethodId::kPost, std::make_unique<TextBody>("content"))), "201 content");
  EXPECT_NE(pair.server.requests()[0].head.find("Content-Length: 7\r\n"), std::string::npos);
  EXPECT_EQ(pair.ask(request_to("/", MethodId::kPost)), "201 ");
  EXPECT_NE(pair.server.requests()[1].head.find("Content-Length: 0\r\n"), std::string::npos);
}

class Pieces final : public Body {
 public:
  Task<base::Result<std::string_view>> next() override {
    static constexpr std::array<std::string_view, 3> kPieces = {"one", "two", ""};
    co_return kPieces[index_++];
  }
  [[nodiscard]] std::optional<std::uint64_t> remaining() const override { return std::nullopt; }

 private:
  std::size_t index_ = 0;
};

TEST(Client, SendsContentOfUnknownLengthInChunks) {
  Pair pair([](const Request& request) { return Reply{ScriptedServer::response(200, request.body)}; });
  EXPECT_EQ(pair.ask(request_to("/", MethodId::kPost, std::make_unique<Pieces>())),
            "200 3\r\none\r\n3\r\ntwo\r\n0\r\n\r\n");
}

TEST(Client, ReadsEveryFraming) {
  Pair pair([](const Request& request) {
    if (request.is("GET /chunked")) return Reply{ScriptedServer::chunked({"ab", "cd", std::string(70'000, 'x')})};
    if (request.is("GET /none")) return Reply{"HTTP/1.1 204 X\r\n\r\n"};
    if (request.is("HEAD")) return Reply{"HTTP/1.1 200 X\r\nContent-Length: 12\r\n\r\n"};
    if (request.is("GET /interim")) {
      return Reply{"HTTP/1.1 100 X\r\n\r\nHTTP/1.1 103 X\r\n\r\n" + ScriptedServer::response(200, "last")};
    }
    return Reply{"HTTP/1.1 200 X\r\n\r\nto the end", true};
  });
  EXPECT_EQ(pair.ask(request_to("/chunked")), "200 abcd" + std::string(70'000, 'x'));
  EXPECT_EQ(pair.ask(request_to("/none")), "204 ");
  EXPECT_EQ(pair.ask(request_to("/", MethodId::kHead)), "200 ");
  EXPECT_EQ(pair.ask(request_to("/interim")), "200 last");
  EXPECT_EQ(pair.server.connections(), 1);
  EXPECT_EQ(pair.ask(request_to("/until-close")), "200 to the end");
  EXPECT_EQ(pair.ask(request_to("/none")), "204 ");
  EXPECT_EQ(pair.server.connections(), 2);
}

TEST(Client, ReplacesAConnectionThatWasClosedWhileIdle) {
  int answered = 0;
  Pair pair([&](const Request&) { return Reply{ScriptedServer::response(200, "x"), ++answered == 1}; });
  EXPECT_EQ(pair.ask(request_to("/")), "200 x");
  EXPECT_EQ(pair.ask(request_to("/", MethodId::kPost)), "200 x");
  EXPECT_EQ(pair.server.connections(), 2);
}

TEST(Client, RepeatsOnlyWhatMayBeRepeated) {
  // The second request on a connection finds it closed under its hands.
  Pair pair([](const Request&) { return Reply{ScriptedServer::response(200, "x")}; });
  int requests = 0;
  ScriptedServer closing(pair.loop, [&](const Request&) {
    return ++requests % 2 == 1 ? Reply{ScriptedServer::response(200, "x")} : Reply{"", true};
  });
  UnixDialer dialer(pair.loop, closing.path());
  Client client(dialer);
  EXPECT_EQ(pair.loop.run(ask(client, request_to("/"))), "200 x");
  EXPECT_EQ(pair.loop.run(ask(client, request_to("/"))), "200 x");
  EXPECT_EQ(closing.connections(), 2);
  EXPECT_EQ(pair.loop.run(ask(client, request_to("/", MethodId::kPost))),
            "error: http://server.test closed the connection without an answer");
}

TEST(Client, AnAnswerThatIsCutShortIsAnError) {
  Pair pair([](const Request& request) {
    if (request.is("GET /head")) return Reply{"HTTP/1.1 200 X\r\nContent-", true};
    if (request.is("GET /chunked")) return Reply{"HTTP/1.1 200 X\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab", true};
    if (request.is("GET /broken")) return Reply{"HTTP/1.1 200 X\r\nContent-Length: -1\r\n\r\n"};
    return Reply{"HTTP/1.1 200 X\r\nContent-Length: 10\r\n\r\nabc", true};
  });
  EXPECT_EQ(pair.ask(request_to("/head")), "error: http://server.test closed the connection without an answer");
  EXPECT_EQ(pair.ask(request_to("/chunked")),
            "error: http://server.test closed the connection in the middle of its answer");
  EXPECT_EQ(pair.ask(request_to("/length")),
            "error: http://server.test closed the connection in the middle of its answer");
  EXPECT_TRUE(pair.ask(request_to("/broken")).starts_with("error: http://server.test: "));
}

Task<std::string> read_limited(Client& client, std::size_t bytes_max) {
  auto response = co_await client.send(request_to("/"));
  const auto text = co_await response->body->read_all(bytes_max);
  co_return text ? *text : text.error().message;
}

TEST(Client, LimitsWhatIsReadWhole) {
  Pair pair([](const Request&) { return Reply{ScriptedServer::response(200, "0123456789")}; });
  EXPECT_EQ(pair.loop.run(read_limited(pair.client, 10)), "0123456789");
  EXPECT_EQ(pair.loop.run(read_limited(pair.client, 9)), "the answer is longer than 9 bytes");
}

TEST(Client, GivesUpAtTheDeadline) {
  Pair pair([](const Request&) { return Reply{""}; });
  auto request = request_to("/");
  request.deadline = Deadline::after(5ms);
  EXPECT_EQ(pair.ask(std::move(request)), "error: reading: the deadline passed");
}

TEST(Client, NamesWhoDoesNotListen) {
  Loop loop;
  UnixDialer dialer(loop, "/nonexistent/socket");
  Client client(dialer);
  EXPECT_TRUE(loop.run(ask(client, request_to("/"))).starts_with("error: connecting to unix:/nonexistent/socket"));
}

Task<std::string> drop_halfway(Client& client) {
  {
    auto response = co_await client.send(request_to("/"));
    (void)co_await response->body->next();
  }
  co_return co_await ask(client, request_to("/"));
}

TEST(Client, ABodyDroppedHalfwayClosesItsConnection) {
  int answered = 0;
  Pair pair([&](const Request&) {
    if (++answered > 1) return Reply{ScriptedServer::response(200, "x")};
    return Reply{"HTTP/1.1 200 X\r\nTransfer-Encoding: chunked\r\n\r\n" + ScriptedServer::chunk("first")};
  });
  EXPECT_EQ(pair.loop.run(drop_halfway(pair.client)), "200 x");
  EXPECT_EQ(pair.server.connections(), 2);
}

TEST(Url, IsTakenApart) {
  const auto url = Url::parse("https://Example.com:8443/a/b?c#d");
  ASSERT_TRUE(url);
  EXPECT_EQ(url->origin, (Origin{Scheme::kHttps, "example.com", 8443}));
  EXPECT_EQ(url->to_string(), "https://example.com:8443/a/b?c");
  EXPECT_EQ(Url::parse("http://[::1]?x")->to_string(), "http://[::1]/?x");
  EXPECT_EQ(Url::parse("HTTP://a")->target, "/");
  for (const auto* text : {"", "ftp://a", "http://", "http://a b/", "http://u:p@a/", "http://a/\x01", "//a"}) {
    EXPECT_FALSE(Url::parse(text)) << text;
  }
  EXPECT_EQ(percent_encoded("a/b c~{\"x\"}"), "a%2Fb%20c~%7B%22x%22%7D");
}

}  // namespace
}  // namespace gatehouse::http
