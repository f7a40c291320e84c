// Proofs in the DNS: by updates of a real name server, and by a program of the operator's.
#include <cstdlib>
#include <fstream>

#include "integration/acme_fixture.h"
#include "integration/knot.h"

namespace gatehouse::acme {
namespace {

using testing::HasSubstr;

class AcmeDns : public AcmePebble {
 protected:
  void TearDown() override {
    for (const auto& name : variables_) ::unsetenv(name.c_str());
    AcmePebble::TearDown();
  }
  void set(const std::string& name, const std::string& value) {
    ::setenv(name.c_str(), value.c_str(), 1);
    variables_.push_back(name);
  }
  Task<bool> gone(std::string name, NameServer server) {
    const auto deadline = Deadline::after(10s);
    for (;;) {
      const auto reply = co_await ask({loop, names}, server, name, DnsType::kTxt, deadline);
      if (!reply) co_return false;
      if (reply->answers.empty()) co_return true;
      co_await async::sleep(loop, 10ms);
    }
  }
  void prove_by(const std::string& provider) {
    config.http_challenge.reset();
    config.dns_challenge.emplace().provider = provider;
  }

 private:
  std::vector<std::string> variables_;
};

TEST_F(AcmeDns, ANameServerIsTold) {
  ASSERT_TRUE(tests::Knot::is_installed()) << "install Knot: scripts/install-dependencies test";
  const tests::Knot knot(folder);
  start({.dns_port = knot.port()});
  prove_by("rfc2136");
  set("RFC2136_NAMESERVER", knot.address());
  set("RFC2136_TSIG_KEY", std::string(tests::Knot::kKeyName));
  set("RFC2136_TSIG_SECRET", std::string(tests::Knot::kSecret));
  set("RFC2136_TSIG_ALGORITHM", "hmac-sha256.");
  set("RFC2136_POLLING_INTERVAL", "1");
  config.dns_challenge->resolvers = {knot.address()};
  config.dns_challenge->propagation.emplace().disable_ans_checks = true;  // they would be asked on port 53
  {
    const auto keeper = make_keeper();
    keeper->want(
        {{"le", {"*.example.org", "example.org"}, "router wild"}, {"le", {"alias.example.com"}, "router alias"}}, {});
    ASSERT_TRUE(loop.run(settled(*keeper))) << pebble->log() << knot.log();
    EXPECT_EQ(state_of(*keeper, "*.example.org")->problem, "");
    EXPECT_EQ(state_of(*keeper, "*.example.org")->stage, Stage::kServed);
    EXPECT_EQ(state_of(*keeper, "alias.example.com")->problem, "");
    const auto certificates = keeper->certificates();
    ASSERT_EQ(certificates.size(), 2U);
    EXPECT_THAT(certificates[0].names.size() == 2 ? certificates[0].names : certificates[1].names,
                testing::UnorderedElementsAre("*.example.org", "example.org"));
    // The records are removed in their own time.
    for (const std::string name : {"_acme-challenge.example.org", "alias.challenges.example.com"}) {
      EXPECT_TRUE(loop.run(gone(name, {"127.0.0.1", knot.port()}))) << name;
    }
  }
  EXPECT_EQ(responder->published, 0) << "the edge has no part in it";
}

TEST_F(AcmeDns, ANameServerThatRefusesIsNamed) {
  ASSERT_TRUE(tests::Knot::is_installed());
  const tests::Knot knot(folder);
  start({.dns_port = knot.port()});
  prove_by("rfc2136");
  set("RFC2136_NAMESERVER", knot.address());
  config.dns_challenge->resolvers = {knot.address()};
  const auto keeper = make_keeper();
  keeper->want({{"le", {"a.example.com"}, "router a"}, {"le", {"a.example.net"}, "router n"}}, {});
  ASSERT_TRUE(loop.run(settled(*keeper))) << pebble->log();
  EXPECT_THAT(state_of(*keeper, "a.example.com")->problem,
              HasSubstr("refuses to change _acme-challenge.a.example.com in the zone example.com"));
  EXPECT_THAT(state_of(*keeper, "a.example.net")->problem, HasSubstr("knows no zone for"));
}

// The program tells the DNS server that comes with Pebble.
TEST_F(AcmeDns, AProgramIsRun) {
  start();
  prove_by("exec");
  config.dns_challenge->propagation.emplace().disable_checks = true;
  const auto program = folder / "hook";
  std::ofstream(program) << fmt::format(
      "#!/bin/sh\necho \"$@\" >>{0}/calls\ncase $1 in\npresent) verb=set-txt;;\n*) verb=clear-txt;;\nesac\n"
      "exec curl -sf -d \"{{\\\"host\\\":\\\"$2\\\",\\\"value\\\":\\\"$3\\\"}}\" http://127.0.0.1:{1}/$verb\n",
      folder.string(), pebble->dns_management_port());
  fs::permissions(program, fs::perms::owner_all);
  set("EXEC_PATH", program.string());
  {
    const auto keeper = make_keeper();
    keeper->want({{"le", {"*.example.org"}, "router wild"}}, {});
    ASSERT_TRUE(loop.run(settled(*keeper))) << pebble->log();
    EXPECT_EQ(state_of(*keeper, "*.example.org")->problem, "");
    EXPECT_TRUE(loop.run(gone("_acme-challenge.example.org", {"127.0.0.1", pebble->dns_port()})));
  }
  std::ifstream calls(folder / "calls");
  std::string verb;
  std::string name;
  std::string value;
  ASSERT_TRUE(calls >> verb >> name >> value);
  EXPECT_EQ(verb + " " + name, "present _acme-challenge.example.org.");
  EXPECT_EQ(value.size(), 43U);
  std::string again;
  ASSERT_TRUE(calls >> verb >> name >> again);
  EXPECT_EQ(verb, "cleanup");
  EXPECT_EQ(again, value);

  std::ofstream(program) << "#!/bin/sh\nexit 3\n";
  const auto keeper = make_keeper();
  keeper->want({{"le", {"*.example.net"}, "router wild"}}, {});
  ASSERT_TRUE(loop.run(settled(*keeper))) << pebble->log();
  EXPECT_THAT(state_of(*keeper, "*.example.net")->problem, HasSubstr("exit code 3"));
}

TEST_F(AcmeDns, AProviderThatCannotWorkSaysWhatItNeeds) {
  start();
  const auto problem = [&](const std::string& provider) {
    prove_by(provider);
    const auto keeper = make_keeper();
    keeper->want({{"le", {"a.example.com"}, "router a"}}, {});
    return state_of(*keeper, "a.example.com")->problem;
  };
  EXPECT_THAT(problem("exec"), HasSubstr("EXEC_PATH"));
  EXPECT_THAT(problem("rfc2136"), HasSubstr("RFC2136_NAMESERVER"));
  EXPECT_THAT(problem("cloudflare"), HasSubstr("\"cloudflare\" is none of ours: set dnsChallenge.provider to exec"));
  set("RFC2136_NAMESERVER", "127.0.0.1:0");
  EXPECT_THAT(problem("rfc2136"), HasSubstr("no port that is one"));
  set("RFC2136_NAMESERVER", "127.0.0.1");
  set("RFC2136_TSIG_KEY", "k");
  EXPECT_THAT(problem("rfc2136"), HasSubstr("RFC2136_TSIG_SECRET"));
  set("RFC2136_TSIG_SECRET", "AAAA");
  set("RFC2136_TSIG_ALGORITHM", "hmac-md5.");
  EXPECT_THAT(problem("rfc2136"), HasSubstr("hmac-md5. is not known"));
}

}  // namespace
}  // namespace gatehouse::acme
