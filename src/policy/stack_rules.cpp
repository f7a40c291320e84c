#include "policy/stack_rules.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/ip_address.h"

namespace gatehouse::policy {

namespace {

constexpr std::array<std::string_view, 20> kDatabases = {
    "postgres", "postgis",           "timescaledb", "pgvector", "mysql",         "mariadb",   "percona",
    "mongo",    "mongodb",           "redis",       "valkey",   "keydb",         "memcached", "mssql",
    "server",   "clickhouse-server", "cassandra",   "couchdb",  "elasticsearch", "opensearch"};

std::string_view base_name(std::string_view image) {
  image = image.substr(0, image.find('@'));
  if (const auto slash = image.rfind('/'); slash != std::string_view::npos) image.remove_prefix(slash + 1);
  return image.substr(0, image.find(':'));
}

void check_networks(const compose::Project& project, const compose::Service& service, std::vector<Finding>& findings) {
  for (const auto& [key, attachment] : service.networks) {
    const auto network = project.networks.find(key);
    if (network == project.networks.end() || !network->second.external) continue;
    findings.push_back({Severity::kWarning, "database-shared-network",
                        fmt::format("{}: the database {} is on the shared network {}, where other stacks can reach it: "
                                    "leave it on an internal network of this stack alone",
                                    project.locate(attachment.at), service.name, network->second.name)});
  }
}

void check_ports(const compose::Project& project, const compose::Service& service, std::vector<Finding>& findings) {
  for (const auto& port : service.ports) {
    const auto ip = base::IpAddress::parse(port.host_ip);
    if (ip && ip->is_loopback()) continue;
    findings.push_back(
        {Severity::kWarning, "database-published",
         fmt::format("{}: the database {} is published to the network on port {}, past the firewall of the host: "
                     "remove the port, or bind it to 127.0.0.1",
                     project.locate(port.at), service.name, port.published.empty() ? "(any)" : port.published)});
  }
}

}  // namespace

bool is_database_image(std::string_view image) {
  const auto name = base_name(image);
  if (name == "server") return image.find("mssql/server") != std::string_view::npos;
  return std::ranges::find(kDatabases, name) != kDatabases.end();
}

std::vector<Finding> check_stack(const compose::Project& project) {
  std::vector<Finding> findings;
  for (const auto& [name, service] : project.services) {
    if (!is_database_image(service.image)) continue;
    check_networks(project, service, findings);
    check_ports(project, service, findings);
  }
  return findings;
}

}  // namespace gatehouse::policy
