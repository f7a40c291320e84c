#include "deploy/status.h"

#include <algorithm>
#include <array>
#include <map>

#include <fmt/format.h>

#include "base/text.h"
#include "deploy/adoption.h"
#include "deploy/names.h"
#include "deploy/observed.h"
#include "deploy/verify.h"
#include "net/connect.h"

namespace gatehouse::deploy {

using base::Result;
using docker::ContainerState;

namespace {

constexpr std::chrono::milliseconds kAskEdgeMax{500};

std::string port_text(const docker::ContainerPort& port) {
  const bool any = port.host_ip.empty() || port.host_ip == "0.0.0.0" || port.host_ip == "::";
  return fmt::format("{}{}->{}/{}", any ? "" : port.host_ip + ":", port.host_port, port.port, port.protocol);
}

ContainerStatus status_of(const docker::ContainerSummary& container) {
  ContainerStatus status;
  status.service = label_of(container, label::kService);
  status.container = container.name;
  status.image = container.image;
  status.state = container.state;
  status.health = container.health;
  status.status = container.status;
  for (const auto& port : container.ports) {
    if (port.host_port == 0) continue;
    auto text = port_text(port);  // once for IPv4 and IPv6
    if (std::ranges::find(status.ports, text) == status.ports.end()) status.ports.push_back(std::move(text));
  }
  const auto routes = routes_of_labels({container.labels.begin(), container.labels.end()});
  if (!routes) return status;
  for (const auto& route : *routes) {
    for (const auto& host : route.hosts) {
      if (std::ranges::find(status.hosts, host) == status.hosts.end()) status.hosts.push_back(host);
    }
  }
  return status;
}

async::Task<EdgeStatus> edge_status(async::Loop& loop, const model::Adoption& adoption) {
  EdgeStatus status{adoption.project, adoption.source, adoption.image, {}};
  const std::vector<model::Adoption> one{adoption};
  for (const auto& entry : view_of(one, {}).entries) {
    const auto socket = co_await net::connect_socket(loop, entry.address, async::Deadline::after(kAskEdgeMax));
    status.entries.push_back({entry.name, adoption.config.entry_points.at(entry.name).address, socket.has_value()});
  }
  co_return status;
}

void write_texts(format::JsonWriter& writer, std::string_view name, const std::vector<std::string>& texts) {
  writer.key(name).begin_array();
  for (const auto& text : texts) writer.string(text);
  writer.end_array();
}

void write_container(format::JsonWriter& writer, const ContainerStatus& container) {
  writer.begin_object().key("service").string(container.service).key("container").string(container.container);
  writer.key("image").string(container.image).key("state").string(docker::to_string(container.state));
  writer.key("health").string(docker::to_string(container.health)).key("status").string(container.status);
  writer.key("well").boolean(container.is_well());
  write_texts(writer, "ports", container.ports);
  write_texts(writer, "hosts", container.hosts);
  writer.end_object();
}

using Row = std::array<std::string, 5>;

// The last column is not padded.
std::string render(const std::vector<Row>& rows) {
  std::array<std::size_t, std::tuple_size_v<Row>> widths{};
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  std::string text;
  for (const auto& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) line += fmt::format("{:<{}}", row[i], widths[i] + 2);
    text.append(line, 0, line.find_last_not_of(' ') + 1).append("\n");
  }
  return text;
}

}  // namespace

bool ContainerStatus::is_well() const {
  if (state == ContainerState::kExited) return status.starts_with("Exited (0)");
  return state == ContainerState::kRunning && health != docker::Health::kUnhealthy;
}

bool StackStatus::is_well() const { return std::ranges::all_of(containers, &ContainerStatus::is_well); }

async::Task<Result<Status>> read_status(docker::Engine& engine, std::filesystem::path state_dir, std::string project) {
  Status status;
  BASE_CO_TRY(const auto adoptions, read_adoptions(state_dir));
  for (const auto& adoption : adoptions) {
    if (project.empty() || project == adoption.project) {
      status.edges.push_back(co_await edge_status(engine.loop(), adoption));
    }
  }
  const std::string label(label::kProject);
  BASE_CO_TRY(const auto containers,
              co_await engine.list_containers({.labels = {project.empty() ? label : label + "=" + project}}));
  std::map<std::string, StackStatus> stacks;
  for (const auto& container : containers) {
    if (base::iequals(label_of(container, label::kOneOff), "true")) continue;
    auto& stack = stacks[std::string(label_of(container, label::kProject))];
    stack.name = label_of(container, label::kProject);
    stack.directory = label_of(container, label::kWorkingDir);
    stack.containers.push_back(status_of(container));
  }
  for (auto& [name, stack] : stacks) {
    std::ranges::sort(stack.containers, {}, &ContainerStatus::container);
    status.stacks.push_back(std::move(stack));
  }
  co_return status;
}

std::string to_json(const Status& status) {
  format::JsonWriter writer;
  writer.begin_object().key("edges").begin_array();
  for (const auto& edge : status.edges) {
    writer.begin_object().key("project").string(edge.project).key("image").string(edge.image);
    writer.key("source").string(edge.source).key("entryPoints").begin_array();
    for (const auto& entry : edge.entries) {
      writer.begin_object().key("name").string(entry.name).key("address").string(entry.address);
      writer.key("listens").boolean(entry.listens).end_object();
    }
    writer.end_array().end_object();
  }
  writer.end_array().key("stacks").begin_array();
  for (const auto& stack : status.stacks) {
    writer.begin_object().key("name").string(stack.name).key("directory").string(stack.directory);
    writer.key("well").boolean(stack.is_well()).key("containers").begin_array();
    for (const auto& container : stack.containers) write_container(writer, container);
    writer.end_array().end_object();
  }
  writer.end_array().end_object();
  return writer.take();
}

std::string to_table(const Status& status) {
  std::vector<Row> rows{{"STACK", "SERVICE", "STATUS", "IMAGE", "REACHED AT"}};
  for (const auto& edge : status.edges) {
    std::vector<std::string> addresses;
    for (const auto& entry : edge.entries) {
      addresses.push_back(entry.name + " " + entry.address + (entry.listens ? "" : " (nothing listens)"));
    }
    rows.push_back({edge.project, "(edge)", "adopted", edge.image, base::join(addresses, ", ")});
  }
  for (const auto& stack : status.stacks) {
    for (const auto& container : stack.containers) {
      auto reached = container.hosts;
      reached.insert(reached.end(), container.ports.begin(), container.ports.end());
      rows.push_back({stack.name, container.service, container.status.empty() ? "Created" : container.status,
                      container.image, base::join(reached, ", ")});
    }
  }
  if (rows.size() == 1) return "nothing is deployed; \"gatehouse up DIR\" or \"gatehouse deploy DIR\" does it\n";
  return render(rows);
}

}  // namespace gatehouse::deploy
