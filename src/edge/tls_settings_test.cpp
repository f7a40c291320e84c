#include "edge/tls_settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gatehouse::edge {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

struct Settings {
  void route(const std::string& name, const std::string& rule, const std::string& options) {
    auto& router = snapshot.routers.emplace_back();
    router.name = name;
    router.rule = rule;
    router.tls = true;
    router.tls_options = options;
  }
  tls::ServerSettings make() {
    return tls_settings(snapshot, [this](const std::string& object, const std::string& message) {
      reports.push_back(object + ": " + message);
    });
  }
  model::Snapshot snapshot;
  std::vector<std::string> reports;
};

TEST(TlsSettings, OptionsBelongToTheHostsOfRules) {
  Settings settings;
  settings.route("a@file", "Host(`A.test`) || Host(`*.b.test.`)", "strict@file");
  settings.route("b@file", "Host(`c.test`) && !Host(`d.test`)", "");
  settings.route("c@file", "Host(`*`)", "default");
  EXPECT_THAT(settings.make().options_by_host,
              ElementsAre(Pair("*.b.test", "strict@file"), Pair("a.test", "strict@file"), Pair("c.test", "default")));
  EXPECT_THAT(settings.reports, ElementsAre());
}

TEST(TlsSettings, OptionsThatDisagreeAboutAHostGiveWay) {
  Settings settings;
  settings.route("a@file", "Host(`a.test`)", "one@file");
  settings.route("b@file", "Host(`a.test`) && Path(`/x`)", "two@file");
  EXPECT_THAT(settings.make().options_by_host, ElementsAre(Pair("a.test", "default")));
  EXPECT_THAT(settings.reports,
              ElementsAre(HasSubstr("host a.test: router b@file wants the TLS options \"two@file\"")));
}

TEST(TlsSettings, OptionsWithoutAHostAreToldOf) {
  Settings settings;
  settings.snapshot.tls.options["mtls@file"].client_auth.ca_files = {"some PEM"};
  settings.snapshot.tls.options["modern@file"].min_version = "VersionTLS13";
  settings.route("a@file", "PathPrefix(`/`)", "mtls@file");
  settings.route("b@file", "HostRegexp(`.*`)", "modern@file");
  EXPECT_THAT(settings.make().options_by_host, ElementsAre());
  EXPECT_THAT(settings.reports, ElementsAre(HasSubstr("router a@file names no host, so that no handshake can go by "
                                                      "them: it answers 421"),
                                            HasSubstr("those of the host that is asked for apply")));
}

}  // namespace
}  // namespace gatehouse::edge
