// Images, networks and volumes.
#include "docker/engine_call.h"

namespace gatehouse::docker {

using base::Result;
using http::MethodId;
using http::percent_encoded;

async::Task<Result<Image>> Engine::inspect_image(std::string reference) {
  BASE_CO_TRY(const auto document, co_await ask({.attempted = "inspect image " + reference,
                                                 .path = "/images/" + percent_encoded(reference) + "/json"}));
  co_return decode_image(document.root());
}

async::Task<Result<void>> Engine::find_in_registry(std::string reference, base::Secret auth) {
  co_return co_await tell({.attempted = "find image " + reference + " in its registry",
                           .path = "/distribution/" + percent_encoded(reference) + "/json",
                           .registry_auth = std::move(auth)});
}

async::Task<Result<void>> Engine::tag_image(std::string reference, std::string new_reference) {
  const auto parsed = parse_image_reference(new_reference);
  QueryWriter parameters;
  parameters.add("repo", parsed.name).add("tag", parsed.tag);
  co_return co_await tell({.attempted = "tag image " + reference + " as " + new_reference,
                           .method = MethodId::kPost,
                           .path = "/images/" + percent_encoded(reference) + "/tag" + parameters.text()});
}

async::Task<Result<void>> Engine::remove_image(std::string reference) {
  co_return co_await tell({.attempted = "remove image " + reference,
                           .method = MethodId::kDelete,
                           .path = "/images/" + percent_encoded(reference)});
}

async::Task<Result<std::vector<Network>>> Engine::list_networks(std::vector<std::string> labels) {
  QueryWriter parameters;
  parameters.add("filters", filter_json("label", labels));
  BASE_CO_TRY(const auto document,
              co_await ask({.attempted = "list networks", .path = "/networks" + parameters.text()}));
  std::vector<Network> networks;
  for (std::size_t i = 0; i < document.root().size(); ++i) {
    BASE_CO_TRY(auto network, decode_network(document.root().at(i)));
    networks.push_back(std::move(network));
  }
  co_return networks;
}

async::Task<Result<Network>> Engine::inspect_network(std::string name) {
  BASE_CO_TRY(const auto document,
              co_await ask({.attempted = "inspect network " + name, .path = "/networks/" + percent_encoded(name)}));
  co_return decode_network(document.root());
}

async::Task<Result<std::string>> Engine::create_network(NetworkSpec spec) {
  BASE_CO_TRY(const auto document, co_await ask({.attempted = "create network " + spec.name,
                                                 .method = MethodId::kPost,
                                                 .path = "/networks/create",
                                                 .json = to_json(spec)}));
  AnswerReader reader(document.root(), "the network that it created");
  auto id = reader.required_text("Id");
  BASE_CO_CHECK(reader.finish());
  co_return id;
}

async::Task<Result<void>> Engine::remove_network(std::string name) {
  co_return co_await tell({.attempted = "remove network " + name,
                           .method = MethodId::kDelete,
                           .path = "/networks/" + percent_encoded(name)});
}

async::Task<Result<void>> Engine::connect_network(std::string container, NetworkEndpointSpec endpoint) {
  format::JsonWriter writer;
  writer.begin_object().key("Container").string(container).key("EndpointConfig").raw(to_json(endpoint)).end_object();
  co_return co_await tell({.attempted = "connect container " + container + " to network " + endpoint.network,
                           .method = MethodId::kPost,
                           .path = "/networks/" + percent_encoded(endpoint.network) + "/connect",
                           .json = writer.take()});
}

async::Task<Result<void>> Engine::disconnect_network(std::string network, std::string container) {
  format::JsonWriter writer;
  writer.begin_object().key("Container").string(container).key("Force").boolean(true).end_object();
  co_return co_await tell({.attempted = "disconnect container " + container + " from network " + network,
                           .method = MethodId::kPost,
                           .path = "/networks/" + percent_encoded(network) + "/disconnect",
                           .json = writer.take()});
}

async::Task<Result<std::vector<Volume>>> Engine::list_volumes(std::vector<std::string> labels) {
  QueryWriter parameters;
  parameters.add("filters", filter_json("label", labels));
  BASE_CO_TRY(const auto document, co_await ask({.attempted = "list volumes", .path = "/volumes" + parameters.text()}));
  std::vector<Volume> volumes;
  const auto all = document.root().find("Volumes");
  for (std::size_t i = 0; i < all.size(); ++i) {
    BASE_CO_TRY(auto volume, decode_volume(all.at(i)));
    volumes.push_back(std::move(volume));
  }
  co_return volumes;
}

async::Task<Result<Volume>> Engine::inspect_volume(std::string name) {
  BASE_CO_TRY(const auto document,
              co_await ask({.attempted = "inspect volume " + name, .path = "/volumes/" + percent_encoded(name)}));
  co_return decode_volume(document.root());
}

async::Task<Result<Volume>> Engine::create_volume(VolumeSpec spec) {
  BASE_CO_TRY(const auto document, co_await ask({.attempted = "create volume " + spec.name,
                                                 .method = MethodId::kPost,
                                                 .path = "/volumes/create",
                                                 .json = to_json(spec)}));
  co_return decode_volume(document.root());
}

async::Task<Result<void>> Engine::remove_volume(std::string name) {
  co_return co_await tell(
      {.attempted = "remove volume " + name, .method = MethodId::kDelete, .path = "/volumes/" + percent_encoded(name)});
}

}  // namespace gatehouse::docker
