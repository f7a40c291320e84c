// A Docker Engine for tests: it has containers, networks, volumes and images, and answers the calls that a deploy
// makes; a started container does what the test said its image does. One loop's thread; header-only.
#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "docker/engine.h"
#include "format/json.h"
#include "scripted_server.h"

namespace gatehouse::tests {

class FakeEngine {
 public:
  struct Behaviour {
    std::string state = "running";
    std::string health = {};  // "healthy", "unhealthy"; empty: no health check
    int exit_code = 0;
    std::string logs = {};
    std::string start_error = {};  // what the engine says to a start
  };
  struct Container {
    std::string id, name, image, spec;
    std::string state = "created";
    std::map<std::string, std::string> labels = {};
    std::vector<std::string> networks = {};
    std::string ports = "[]";  // as the list has it
  };

  explicit FakeEngine(async::Loop& loop)
      : server_(loop, [this](const ScriptedServer::Request& request) { return answer(request); }),
        engine_(loop, *docker::Endpoint::parse("unix://" + server_.path())) {}

  [[nodiscard]] docker::Engine& engine() { return engine_; }

  std::map<std::string, Behaviour> images;  // those that are local; a container of the image behaves so
  std::vector<Container> containers;
  std::map<std::string, std::string> networks;  // name -> JSON members besides Id and Name
  std::vector<std::string> volumes;
  std::vector<std::string> in_registry;

  // What was asked to be changed, in order: "create web-1", "start web-1", "POST /networks/create".
  [[nodiscard]] const std::vector<std::string>& changes() const { return changes_; }
  void forget_changes() { changes_.clear(); }

  Container& add(std::string name, std::string image, std::map<std::string, std::string> labels) {
    containers.push_back({.id = new_id(), .name = std::move(name), .image = std::move(image), .spec = "{}"});
    containers.back().state = "running";
    containers.back().labels = std::move(labels);
    return containers.back();
  }
  [[nodiscard]] const Container* find(std::string_view id_or_name) const {
    for (const auto& container : containers) {
      if (container.id == id_or_name || container.name == id_or_name) return &container;
    }
    return nullptr;
  }

 private:
  using Reply = ScriptedServer::Reply;

  static Reply json(std::string_view text, int status = 200) { return {ScriptedServer::response(status, text)}; }
  static Reply refuse(int status, std::string_view message) {
    return json("{\"message\":\"" + std::string(message) + "\"}", status);
  }
  static Reply done() { return {"HTTP/1.1 204 X\r\n\r\n"}; }
  std::string new_id() { return std::string(60, 'a') + std::to_string(1000 + next_id_++); }
  Behaviour behaviour_of(const Container& container) const {
    const auto found = images.find(container.image);
    return found == images.end() ? Behaviour{} : found->second;
  }
  static std::string image_id(std::string_view reference) { return "sha256:" + std::string(reference); }

  Reply answer(const ScriptedServer::Request& request) {
    auto line = request.line();
    line = line.substr(0, line.rfind(' '));
    const auto space = line.find(' ');
    const auto method = line.substr(0, space);
    auto path = line.substr(space + 1);
    if (path == "/_ping") return {ScriptedServer::response(200, "OK", "Api-Version: 1.41\r\n")};
    path = decoded(path.substr(path.find('/', 1)));
    const auto question = path.find('?');
    const auto query = question == std::string::npos ? "" : path.substr(question + 1);
    path = path.substr(0, question);
    if (path.starts_with("/containers/")) return answer_container(method, path.substr(12), query, request.body);
    if (path.starts_with("/networks")) return answer_network(method, path, request.body);
    if (path.starts_with("/volumes")) return answer_volume(method, path, request.body);
    if (path.starts_with("/images/")) return answer_image(method, path.substr(8), query);
    if (path.starts_with("/distribution/")) {
      const auto reference = path.substr(14, path.size() - 14 - 5);
      const bool known = std::ranges::find(in_registry, reference) != in_registry.end();
      return known ? json("{}") : refuse(404, "no such image in the registry");
    }
    return refuse(404, "page not found");
  }

  Reply answer_container(const std::string& method, const std::string& rest, const std::string& query,
                         const std::string& body) {
    if (rest == "json") return json(list(query));
    if (rest == "create") return create(query, body);
    const auto slash = rest.find('/');
    const auto id = rest.substr(0, slash);
    const auto verb = slash == std::string::npos ? "" : rest.substr(slash + 1);
    const auto found = std::ranges::find_if(
        containers, [&](const Container& container) { return container.id == id || container.name == id; });
    if (found == containers.end()) return refuse(404, "No such container: " + id);
    if (verb == "json") return json(inspect(*found));
    if (verb == "logs") return {ScriptedServer::chunked({frame(behaviour_of(*found).logs)})};
    changes_.push_back((method == "DELETE" ? "remove" : verb) + " " + found->name);
    if (verb == "start") return start(*found);
    if (verb == "stop") found->state = "exited";
    if (verb == "rename") found->name = query.substr(query.find('=') + 1);
    if (method == "DELETE") containers.erase(found);
    return done();
  }

  static Reply refuse_start(const std::string& why) { return refuse(500, why); }
  Reply start(Container& container) {
    const auto behaviour = behaviour_of(container);
    if (!behaviour.start_error.empty()) return refuse_start(behaviour.start_error);
    container.state = behaviour.state;
    return done();
  }

  Reply create(const std::string& query, const std::string& body) {
    const auto document = format::JsonDocument::parse(body);
    Container container{.id = new_id(), .name = query.substr(query.find('=') + 1), .image = {}, .spec = body};
    container.name = container.name.substr(0, container.name.find('&'));
    if (find(container.name) != nullptr) return refuse(409, "the name is in use");
    const auto root = document->root();
    container.image = root.find("Image").string().value_or("");
    if (!images.contains(container.image)) return refuse(404, "No such image: " + container.image);
    const auto labels = root.find("Labels");
    for (std::size_t i = 0; i < labels.size(); ++i) {
      container.labels.emplace(labels.key(i), labels.at(i).string().value_or(""));
    }
    const auto endpoints = root.find("NetworkingConfig").find("EndpointsConfig");
    for (std::size_t i = 0; i < endpoints.size(); ++i) container.networks.emplace_back(endpoints.key(i));
    changes_.push_back("create " + container.name);
    containers.push_back(container);
    return json("{\"Id\":\"" + container.id + "\"}", 201);
  }

  void write_networks(format::JsonWriter& writer, const Container& container) const {
    writer.key("NetworkSettings").begin_object().key("Networks").begin_object();
    for (const auto& network : container.networks) {
      writer.key(network).begin_object().key("IPAddress").string("10.0.0.2").end_object();
    }
    writer.end_object().end_object();
  }

  std::string list(const std::string& query) const {
    format::JsonWriter writer;
    writer.begin_array();
    for (const auto& container : containers) {
      const auto behaviour = behaviour_of(container);
      std::string status = container.state == "exited" ? "Exited (" + std::to_string(behaviour.exit_code) + ")" : "Up";
      if (container.state == "running" && !behaviour.health.empty()) status += " (" + behaviour.health + ")";
      const auto project = container.labels.find("com.docker.compose.project");
      const bool filtered = query.find("com.docker.compose.project=") != std::string::npos;
      if (filtered && (project == container.labels.end() || query.find("project=" + project->second) == query.npos)) {
        continue;
      }
      writer.begin_object().key("Id").string(container.id).key("Names").begin_array().string("/" + container.name);
      writer.end_array().key("Image").string(container.image).key("ImageID").string(image_id(container.image));
      writer.key("State").string(container.state).key("Status").string(status).key("Labels").begin_object();
      for (const auto& [name, value] : container.labels) writer.key(name).string(value);
      writer.end_object().key("Ports").raw(container.ports);
      write_networks(writer, container);
      writer.end_object();
    }
    writer.end_array();
    return writer.take();
  }

  std::string inspect(const Container& container) const {
    const auto behaviour = behaviour_of(container);
    format::JsonWriter writer;
    writer.begin_object().key("Id").string(container.id).key("Name").string("/" + container.name);
    writer.key("Image").string(image_id(container.image)).key("State").begin_object();
    writer.key("Status").string(container.state).key("ExitCode").integer(behaviour.exit_code);
    if (!behaviour.health.empty()) {
      writer.key("Health").begin_object().key("Status").string(behaviour.health).key("Log").begin_array();
      writer.begin_object().key("ExitCode").integer(1).key("Output").string("the probe's words").end_object();
      writer.end_array().end_object();
    }
    writer.end_object().key("Config").begin_object().key("Image").string(container.image).end_object();
    writer.key("HostConfig").begin_object().end_object();
    write_networks(writer, container);
    writer.end_object();
    return writer.take();
  }

  Reply answer_network(const std::string& method, const std::string& path, const std::string& body) {
    if (path == "/networks/create") {
      const auto document = format::JsonDocument::parse(body);
      const std::string name(document->root().find("Name").string().value_or(""));
      networks[name] = document->root().find("Internal").boolean().value_or(false) ? R"("Internal":true,)" : "";
      changes_.push_back("network " + name);
      return json("{\"Id\":\"" + name + "\"}", 201);
    }
    if (path.ends_with("/connect")) {
      const auto document = format::JsonDocument::parse(body);
      const auto id = document->root().find("Container").string().value_or("");
      for (auto& container : containers) {
        if (container.id == id) container.networks.push_back(path.substr(10, path.size() - 10 - 8));
      }
      return done();
    }
    if (method == "DELETE") {
      changes_.push_back("remove network " + path.substr(10));
      networks.erase(path.substr(10));
      return done();
    }
    std::string all;
    for (const auto& [name, members] : networks) {
      all += (all.empty() ? "" : ",") + ("{" + members + R"("Id":")" + name + R"(","Name":")" + name + "\"}");
    }
    return json("[" + all + "]");
  }

  Reply answer_volume(const std::string& method, const std::string& path, const std::string& body) {
    const auto describe = [](const std::string& name) {
      return R"({"Name":")" + name + R"(","Mountpoint":"/volumes/)" + name + "\"}";
    };
    if (path == "/volumes/create") {
      const auto document = format::JsonDocument::parse(body);
      volumes.emplace_back(document->root().find("Name").string().value_or(""));
      changes_.push_back("volume " + volumes.back());
      return json(describe(volumes.back()), 201);
    }
    if (method == "GET" && path != "/volumes") return json(describe(path.substr(9)));
    std::string all;
    for (const auto& name : volumes) all += (all.empty() ? "" : ",") + describe(name);
    return json(R"({"Volumes":[)" + all + "]}");
  }

  Reply answer_image(const std::string& method, const std::string& rest, const std::string& query) {
    if (method == "POST" && rest == "create") {
      const auto at = query.find("fromImage=") + 10;
      const auto name = query.substr(at, query.find('&', at) - at) + ":" + query.substr(query.find("tag=") + 4);
      changes_.push_back("pull " + name);
      if (std::ranges::find(in_registry, name) == in_registry.end()) return refuse(500, "the registry is away");
      images[name];
      return {ScriptedServer::chunked({"{\"status\":\"Downloaded\"}\n"})};
    }
    const auto reference = rest.substr(0, rest.size() - 5);
    if (!images.contains(reference)) return refuse(404, "No such image: " + reference);
    return json(R"({"Id":")" + image_id(reference) + "\"}");
  }

  static std::string frame(std::string_view text) {
    return std::string{1, 0, 0, 0, 0, 0, 0, static_cast<char>(text.size())} + std::string(text);
  }

  static std::string decoded(const std::string& text) {
    std::string plain;
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (text[i] != '%') {
        plain += text[i];
        continue;
      }
      plain += static_cast<char>(*base::parse_int<int>(text.substr(i + 1, 2), 16));
      i += 2;
    }
    return plain;
  }

  int next_id_ = 0;
  std::vector<std::string> changes_;
  ScriptedServer server_;
  docker::Engine engine_;
};

}  // namespace gatehouse::tests
