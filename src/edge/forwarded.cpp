#include "edge/forwarded.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "edge/exchange.h"

namespace gatehouse::edge {

using http::FieldId;
using http::FieldIdSet;
using http::Fields;

namespace {

constexpr FieldIdSet kManaged = {
    FieldId::kXForwardedFor,
    FieldId::kXForwardedHost,
    FieldId::kXForwardedProto,
    FieldId::kXForwardedPort,
    FieldId::kXForwardedServer,
    FieldId::kXForwardedUri,
    FieldId::kXForwardedMethod,
    FieldId::kXForwardedPrefix,
    FieldId::kXForwardedScheme,
    FieldId::kXForwardedTlsClientCert,
    FieldId::kXForwardedTlsClientCertInfo,
    FieldId::kXScheme,
    FieldId::kXRealIp,
};

// What applications take for the word of a proxy about who the user is.
constexpr std::array<std::string_view, 6> kIdentityPrefixes = {"remote-",          "x-remote-",  "x-auth-",
                                                               "x-authenticated-", "x-webauth-", "x-forwarded-"};

bool says_who(std::string_view name) {
  std::string spelled = base::to_lower(name);
  std::ranges::replace(spelled, '_', '-');
  return std::ranges::any_of(kIdentityPrefixes, [&](auto prefix) { return spelled.starts_with(prefix); });
}

// X_Forwarded_For is X-Forwarded-For to applications that get their fields as environment variables, so a proxy that
// guards the one spelling must not let the other through.
bool is_managed(const http::Field& field) {
  if (field.id != FieldId::kOther) return kManaged.contains(field.id);
  if (field.name.find('_') == std::string_view::npos) return false;
  return http::field_id_of_alias(field.name) != FieldId::kOther || says_who(field.name);
}

std::string_view port_of(std::string_view host) {
  const auto bracket = host.rfind(']');
  const auto colon = host.rfind(':');
  if (colon == std::string_view::npos || (bracket != std::string_view::npos && colon < bracket)) return {};
  return host.substr(colon + 1);
}

}  // namespace

ForwardedPolicy::ForwardedPolicy(const model::ForwardedHeaders& config, std::string host_name)
    : insecure_(config.insecure),
      append_(!config.not_append_x_forwarded_for),
      add_scheme_(config.add_x_forwarded_scheme_headers),
      host_name_(std::move(host_name)),
      protected_(kManaged) {
  for (const auto& text : config.trusted_ips) {
    if (const auto range = base::Cidr::parse(text)) trusted_.push_back(*range);
  }
  for (const auto& name : config.connection) protected_.erase(http::field_id_of(name));
}

bool ForwardedPolicy::trusts(const base::IpAddress& peer) const {
  return insecure_ || std::ranges::any_of(trusted_, [&](const auto& range) { return range.contains(peer); });
}

void ForwardedPolicy::rewrite(http::RequestHead& request, const ClientInfo& client, std::string_view host,
                              bool wants_websocket) const {
  Fields& fields = request.fields;
  if (!trusts(client.address)) fields.remove_if(is_managed);
  if (!fields.has(FieldId::kXRealIp)) fields.set(FieldId::kXRealIp, client.address_text);
  if (!fields.has(FieldId::kXForwardedProto)) {
    const std::string_view proto =
        wants_websocket ? (client.secure ? "wss" : "ws") : (client.secure ? "https" : "http");
    fields.set(FieldId::kXForwardedProto, proto);
  }
  if (add_scheme_ && !fields.has(FieldId::kXForwardedScheme)) {
    fields.set(FieldId::kXForwardedScheme, fields.get(FieldId::kXForwardedProto));
    fields.set(FieldId::kXScheme, fields.get(FieldId::kXForwardedProto));
  }
  if (!fields.has(FieldId::kXForwardedPort)) {
    std::string_view port = port_of(host);
    const auto proto = fields.get(FieldId::kXForwardedProto);
    if (port.empty()) port = proto == "https" || proto == "wss" || client.secure ? "443" : "80";
    fields.set(FieldId::kXForwardedPort, port);
  }
  if (!host.empty() && !fields.has(FieldId::kXForwardedHost)) fields.set(FieldId::kXForwardedHost, host);
  if (!host_name_.empty()) fields.set(FieldId::kXForwardedServer, host_name_);
}

void ForwardedPolicy::append_client(Fields& fields, const ClientInfo& client) const {
  if (!append_) return;
  std::string list;
  fields.for_each(FieldId::kXForwardedFor, [&list](std::string_view value) {
    if (!list.empty()) list += ", ";
    list += value;
  });
  if (list.empty()) return fields.set(FieldId::kXForwardedFor, client.address_text);
  list += ", ";
  list += client.address_text;
  fields.set(FieldId::kXForwardedFor, list);
}

}  // namespace gatehouse::edge
