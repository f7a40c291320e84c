#include "edge/inventory.h"

#include <gmock/gmock.h>

#include "edge/runtime.h"
#include "format/json.h"

namespace gatehouse::edge {

namespace {

using Section = Inventory::Section;
using testing::HasSubstr;
using testing::Not;

model::SnapshotRouter router(const std::string& name, const std::string& service) {
  model::SnapshotRouter made;
  made.name = name;
  made.provider = name.substr(name.find('@') + 1);
  made.rule = "Host(`" + name.substr(0, name.find('@')) + ".test`)";
  made.priority = 16;
  made.entry_points = {"web"};
  made.service = service;
  return made;
}

model::Snapshot snapshot() {
  model::Snapshot made;
  made.api.emplace();
  made.entry_points["web"].address = ":80";
  made.routers = {router("one@docker", "app@docker"), router("two@file", "app@docker"),
                  router("api@internal", "api@internal")};
  made.routers[0].middlewares = {"auth@file"};
  made.routers[1].tls = true;
  made.services["app@docker"].load_balancer.emplace().servers.emplace_back().url = "http://user:hunter2@10.0.0.1:80";
  made.middlewares["auth@file"].basic_auth.emplace().users = {"user:$2y$05$secret"};
  auto& headers = made.middlewares["headers@file"].headers.emplace();
  headers.custom_request_headers = {{"Authorization", "Bearer hunter2"}, {"X-Api-Key", "hunter2"}, {"X-Team", "red"}};
  made.tls.certificates.push_back({.names = {"one.test"}, .chain = "chain", .key = base::Secret("hunter2")});
  return made;
}

Inventory inventory_of(const model::Snapshot& snapshot, const std::vector<Problem>& problems = {}) {
  return {snapshot, problems, {.version = "1.2.3", .started = {}}};
}

format::JsonDocument parsed(const std::optional<std::string>& text) {
  EXPECT_TRUE(text.has_value());
  auto document = format::JsonDocument::parse(text.value_or("null"));
  EXPECT_TRUE(document.has_value()) << *text;
  return *std::move(document);
}

}  // namespace

TEST(Inventory, RouterIsShownAsTraefikDoes) {
  const auto inventory = inventory_of(snapshot());
  EXPECT_EQ(inventory.find(Section::kRouters, "one@docker"),
            "{\"entryPoints\":[\"web\"],\"middlewares\":[\"auth@file\"],\"service\":\"app@docker\","
            "\"rule\":\"Host(`one.test`)\",\"ruleSyntax\":\"v3\",\"priority\":16,\"priorityStr\":\"16\","
            "\"observability\":{\"accessLogs\":true,\"metrics\":true,\"tracing\":true},\"status\":\"enabled\","
            "\"using\":[\"web\"],\"name\":\"one@docker\",\"provider\":\"docker\"}\n");
  const auto secured = parsed(inventory.find(Section::kRouters, "two@file"));
  EXPECT_EQ(secured.root().find("tls").find("options").string(), "default");
}

TEST(Inventory, RouterThatDoesNotServeSaysWhy) {
  const auto inventory = inventory_of(snapshot(), {{"router two@file", "the service is gone"}});
  const auto document = parsed(inventory.find(Section::kRouters, "two@file"));
  EXPECT_EQ(document.root().find("status").string(), "disabled");
  EXPECT_EQ(document.root().find("error").at(0).string(), "the service is gone");
  const auto overview = parsed(inventory.overview());
  const auto routers = overview.root().find("http").find("routers");
  EXPECT_EQ(routers.find("total").integer(), 3);
  EXPECT_EQ(routers.find("errors").integer(), 1);
}

TEST(Inventory, WhatWasRefusedIsShownWithTheReason) {
  auto made = snapshot();
  made.refused.routers = {router("bad@docker", "none@docker")};
  made.refused.middlewares["broken@file"].add_prefix.emplace();
  made.refused.services["empty@file"].weighted.emplace();
  made.refused.issues = {{"router bad@docker", "the service \"none@docker\" does not exist"},
                         {"router one@docker", "the entry point \"x\" does not exist"},
                         {"middleware broken@file", "no prefix"},
                         {"service empty@file", "no services"},
                         {"container db", "port is missing"}};
  const auto inventory = inventory_of(made);
  const auto status = [&](Section section, const std::string& name) {
    const auto document = parsed(inventory.find(section, name));
    return std::string(document.root().find("status").string().value_or("")) + ": " +
           std::string(document.root().find("error").at(0).string().value_or(""));
  };
  EXPECT_EQ(status(Section::kRouters, "bad@docker"), "disabled: the service \"none@docker\" does not exist");
  EXPECT_EQ(status(Section::kRouters, "one@docker"), "warning: the entry point \"x\" does not exist");
  EXPECT_EQ(status(Section::kMiddlewares, "broken@file"), "disabled: no prefix");
  EXPECT_EQ(status(Section::kServices, "empty@file"), "disabled: no services");
  EXPECT_THAT(inventory.issues(), HasSubstr("{\"object\":\"container db\",\"message\":\"port is missing\"}"));
  const auto overview = parsed(inventory.overview());
  const auto http = overview.root().find("http");
  EXPECT_EQ(http.find("routers").text(), "{\"total\":4,\"warnings\":1,\"errors\":1}");
  EXPECT_EQ(http.find("services").find("errors").integer(), 1);
  EXPECT_EQ(http.find("middlewares").find("errors").integer(), 1);
}

TEST(Inventory, ListsAreSorted) {
  auto made = snapshot();
  made.routers[0].priority = -5;
  made.routers[1].priority = 7;
  const auto inventory = inventory_of(made);
  const auto names = [&](const std::string& by, bool descending) {
    const auto document = parsed(inventory.list(Section::kRouters, {.sort_by = by, .descending = descending})->json);
    std::string text;
    for (std::size_t i = 0; i < document.root().size(); ++i) {
      text += std::string(document.root().at(i).find("name").string().value_or("?")) + " ";
    }
    return text;
  };
  EXPECT_EQ(names("", false), "api@internal one@docker two@file ");
  EXPECT_EQ(names("name", true), "two@file one@docker api@internal ");
  EXPECT_EQ(names("priority", false), "one@docker two@file api@internal ");
  EXPECT_EQ(names("provider", false), "one@docker two@file api@internal ");
  EXPECT_EQ(names("nonsense", false), "api@internal one@docker two@file ");
}

TEST(Inventory, ServiceKnowsItsRoutersAndServers) {
  const auto inventory = inventory_of(snapshot());
  const auto document = parsed(inventory.find(Section::kServices, "app@docker"));
  const auto service = document.root();
  EXPECT_EQ(service.find("type").string(), "loadbalancer");
  EXPECT_EQ(service.find("provider").string(), "docker");
  EXPECT_EQ(service.find("usedBy").text(), "[\"one@docker\",\"two@file\"]");
  EXPECT_EQ(service.find("serverStatus").find("http://user:***@10.0.0.1:80").string(), "UP");
  EXPECT_TRUE(inventory.find(Section::kServices, "api@internal").has_value());
  EXPECT_FALSE(inventory.find(Section::kServices, "other@docker").has_value());
}

TEST(Inventory, RawDataHasEverythingByName) {
  const auto inventory = inventory_of(snapshot());
  const auto document = parsed(*inventory.raw_data());
  EXPECT_EQ(document.root().find("routers").find("one@docker").find("status").string(), "enabled");
  EXPECT_EQ(document.root().find("middlewares").find("auth@file").find("usedBy").text(), "[\"one@docker\"]");
  EXPECT_FALSE(document.root().find("services").find("app@docker").find("name").exists());
  EXPECT_EQ(inventory.raw_data(), inventory.raw_data());  // the same text, not another
}

TEST(Inventory, TellsNoSecrets) {
  const auto inventory = inventory_of(snapshot());
  const Inventory::Filter all;
  std::string text = *inventory.raw_data() + inventory.overview() + inventory.entry_points();
  for (const auto section : {Section::kRouters, Section::kServices, Section::kMiddlewares}) {
    text += inventory.list(section, all)->json;
  }
  EXPECT_THAT(text, Not(HasSubstr("hunter2")));
  EXPECT_THAT(text, Not(HasSubstr("$2y$")));
  EXPECT_THAT(text, HasSubstr("\"X-Team\":\"red\""));
}

TEST(Inventory, ListsComeInPages) {
  const auto inventory = inventory_of(snapshot());
  const auto names = [&](std::size_t page, std::size_t per_page) {
    const auto listed = inventory.list(Section::kRouters, {.page = page, .per_page = per_page});
    if (!listed) return std::string("none");
    const auto document = parsed(listed->json);
    std::string text;
    for (std::size_t i = 0; i < document.root().size(); ++i) {
      text += std::string(document.root().at(i).find("name").string().value_or("?")) + " ";
    }
    return text + "next " + std::to_string(listed->next);
  };
  EXPECT_EQ(names(1, 2), "api@internal one@docker next 2");
  EXPECT_EQ(names(2, 2), "two@file next 1");
  EXPECT_EQ(names(1, 3), "api@internal one@docker two@file next 1");
  EXPECT_EQ(names(3, 2), "none");
  EXPECT_EQ(names(0, 2), "none");
  EXPECT_EQ(names(1, 0), "none");
}

TEST(Inventory, ListsAreFiltered) {
  const auto inventory = inventory_of(snapshot(), {{"router two@file", "gone"}});
  const auto count = [&](const Inventory::Filter& filter) {
    return parsed(inventory.list(Section::kRouters, filter)->json).root().size();
  };
  EXPECT_EQ(count({.search = "ONE.TEST"}), 1U);
  EXPECT_EQ(count({.search = "@file"}), 1U);
  EXPECT_EQ(count({.status = "enabled"}), 2U);
  EXPECT_EQ(count({.status = "disabled"}), 1U);
  EXPECT_EQ(count({.service = "app@docker"}), 2U);
  EXPECT_EQ(count({.middleware = "auth@file"}), 1U);
  EXPECT_EQ(count({.search = "nothing of that name"}), 0U);
}

TEST(Inventory, TenThousandRoutersAreWrittenInTime) {
  auto large = snapshot();
  for (int i = 0; i < 10'000; ++i) {
    const auto name = "r" + std::to_string(i) + "@docker";
    large.routers.push_back(router(name, name));
    large.services[name].load_balancer.emplace().servers.emplace_back().url = "http://10.0.0.1";
  }
  const auto begin = std::chrono::steady_clock::now();
  const auto inventory = inventory_of(large);
  EXPECT_GT(inventory.raw_data()->size(), 1'000'000U);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(5));  // also with sanitizers
}

}  // namespace gatehouse::edge
