#include "app/whoami/answer.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>

#include <fmt/format.h>
#include <ifaddrs.h>
#include <netinet/in.h>
#include <unistd.h>

#include "base/parse_int.h"
#include "base/text.h"
#include "format/json.h"
#include "model/duration.h"
#include "net/socket_address.h"

namespace gatehouse::app {

namespace {

constexpr std::size_t kDataBytesMax = std::size_t{64} << 20;
constexpr std::chrono::seconds kWaitMax{60};

struct Target {
  std::string_view path;
  std::string_view query;

  [[nodiscard]] std::optional<std::string_view> parameter(std::string_view name) const {
    for (const auto item : base::split(query, '&')) {
      if (item.starts_with(name) && item.substr(name.size()).starts_with('=')) return item.substr(name.size() + 1);
    }
    return std::nullopt;
  }
};

Target parse_target(std::string_view target) {
  const auto mark = target.find('?');
  if (mark == std::string_view::npos) return {.path = target, .query = {}};
  return {.path = target.substr(0, mark), .query = target.substr(mark + 1)};
}

// By name, so that two answers can be compared; Host has a line of its own.
std::vector<http::Field> sorted_fields(const http::RequestHead& request) {
  std::multimap<std::string, http::Field> by_name;
  for (const auto& field : request.fields) {
    if (!base::iequals(field.name, "host")) by_name.emplace(base::to_lower(field.name), field);
  }
  std::vector<http::Field> fields;
  for (const auto& [name, field] : by_name) fields.push_back(field);
  return fields;
}

std::string as_text(const WhoamiIdentity& identity, const http::RequestHead& request, std::string_view peer) {
  std::string text;
  if (!identity.name.empty()) text += fmt::format("Name: {}\n", identity.name);
  text += fmt::format("Hostname: {}\n", identity.host_name);
  for (const auto& address : identity.addresses) text += fmt::format("IP: {}\n", address);
  text += fmt::format("RemoteAddr: {}\n{} {} {}\n", peer, request.method.token, request.target,
                      http::to_string(request.version));
  text += fmt::format("Host: {}\n", request.fields.get("host"));
  for (const auto& field : sorted_fields(request)) text += fmt::format("{}: {}\n", field.name, field.value);
  return text += '\n';
}

std::string as_json(const WhoamiIdentity& identity, const http::RequestHead& request, std::string_view peer) {
  format::JsonWriter writer;
  writer.begin_object();
  if (!identity.name.empty()) writer.key("name").string(identity.name);
  writer.key("hostname").string(identity.host_name).key("ip").begin_array();
  for (const auto& address : identity.addresses) writer.string(address);
  writer.end_array().key("headers").begin_object();
  const auto fields = sorted_fields(request);
  for (std::size_t i = 0; i < fields.size();) {
    const auto name = fields[i].name;
    writer.key(name).begin_array();
    for (; i < fields.size() && base::iequals(fields[i].name, name); ++i) writer.string(fields[i].value);
    writer.end_array();
  }
  writer.end_object().key("url").string(request.target).key("host").string(request.fields.get("host"));
  writer.key("method").string(request.method.token).key("remoteAddr").string(peer).end_object();
  return writer.take() + "\n";
}

WhoamiAnswer data(const Target& target) {
  const auto size = base::parse_int<std::size_t>(target.parameter("size").value_or("0"));
  if (!size || *size > kDataBytesMax) {
    return {.status = 400, .content = fmt::format("size is a number of bytes up to {}\n", kDataBytesMax)};
  }
  return {.content_type = "application/octet-stream", .content = std::string(*size, '.')};
}

}  // namespace

WhoamiAnswer answer_whoami(const WhoamiIdentity& identity, const http::RequestHead& request, std::string_view peer) {
  const auto target = parse_target(request.target);
  WhoamiAnswer answer;
  if (target.path == "/health") {
    answer.content = "";
  } else if (target.path == "/bench") {
    answer.content = "1";
  } else if (target.path == "/data") {
    answer = data(target);
  } else if (target.path == "/api") {
    answer.content_type = "application/json";
    answer.content = as_json(identity, request, peer);
  } else {
    answer.content = as_text(identity, request, peer);
  }
  const auto wait = model::parse_duration(target.parameter("wait").value_or("0"));
  if (wait) answer.wait = std::clamp<std::chrono::nanoseconds>(*wait, {}, kWaitMax);
  return answer;
}

WhoamiIdentity whoami_identity(std::string name) {
  WhoamiIdentity identity{.name = std::move(name), .host_name = {}, .addresses = {}};
  std::array<char, 256> host{};
  if (::gethostname(host.data(), host.size() - 1) == 0) identity.host_name = host.data();
  ifaddrs* interfaces = nullptr;
  if (::getifaddrs(&interfaces) != 0) return identity;
  for (const auto* entry = interfaces; entry != nullptr; entry = entry->ifa_next) {
    if (entry->ifa_addr == nullptr) continue;
    const auto family = entry->ifa_addr->sa_family;
    if (family != AF_INET && family != AF_INET6) continue;
    const auto size = family == AF_INET ? sizeof(sockaddr_in) : sizeof(sockaddr_in6);
    identity.addresses.push_back(net::SocketAddress::from_native(entry->ifa_addr, static_cast<socklen_t>(size)).ip());
  }
  ::freeifaddrs(interfaces);
  return identity;
}

}  // namespace gatehouse::app
