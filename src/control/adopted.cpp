#include "control/adopted.h"

#include <algorithm>

#include <fmt/format.h>

#include "deploy/adoption.h"
#include "model/decode.h"
#include "model/static_source.h"

namespace gatehouse::control {

using base::Result;

namespace {

// What is as it would be without a word about it is taken from elsewhere.
template <class T>
void take(T& into, const T& from) {
  if (into == T{}) into = from;
}

// Entry points that nobody asked for would be in the way of those that the service asked for.
void remove_default_entry_points(model::StaticConfig& config) {
  auto silent = config;
  silent.entry_points.clear();
  model::add_default_entry_points(silent);
  if (config.entry_points == silent.entry_points) config.entry_points.clear();
}

void add_missing(model::StaticConfig& into, const model::StaticConfig& from) {
  into.entry_points.insert(from.entry_points.begin(), from.entry_points.end());
  into.certificates_resolvers.insert(from.certificates_resolvers.begin(), from.certificates_resolvers.end());
  take(into.global, from.global);
  take(into.servers_transport, from.servers_transport);
  take(into.tcp_servers_transport, from.tcp_servers_transport);
  auto& providers = into.providers;
  take(providers.providers_throttle_duration, from.providers.providers_throttle_duration);
  if (providers == model::Providers{}) providers = from.providers;
  take(providers.docker, from.providers.docker);
  take(providers.file, from.providers.file);
  take(providers.precedence, from.providers.precedence);
  take(into.api, from.api);
  take(into.metrics, from.metrics);
  take(into.ping, from.ping);
  take(into.log, from.log);
  take(into.access_log, from.access_log);
  take(into.tracing, from.tracing);
  take(into.host_resolver, from.host_resolver);
  take(into.experimental, from.experimental);
  take(into.core, from.core);
}

// A service's router leads to the service itself unless it says otherwise: there that was the API and the dashboard,
// which are ours now.
void lead_to_api(model::HttpRouter& router) {
  if (router.service.find('@') == std::string::npos) router.service = "api@internal";
}

}  // namespace

Result<Adopted> Adopted::read(const std::filesystem::path& state_dir) {
  BASE_TRY(auto records, deploy::read_adoptions(state_dir));
  return Adopted(std::move(records));
}

void Adopted::extend(model::StaticConfig& config, std::vector<std::string>& notices) const {
  if (records_.empty()) return;
  remove_default_entry_points(config);
  for (const auto& record : records_) {
    for (const auto& [name, entry_point] : record.config.entry_points) {
      const auto known = config.entry_points.find(name);
      if (known == config.entry_points.end() || known->second == entry_point) continue;
      notices.push_back(fmt::format("the entry point {} of {} is left out: there is one of that name on {}", name,
                                    record.source, known->second.address));
    }
    add_missing(config, record.config);
  }
}

model::DynamicConfig Adopted::labels(bool exposed_by_default, std::vector<discovery::Problem>& problems) const {
  model::DynamicConfig result;
  for (const auto& record : records_) {
    const auto container = model::decode_container_labels(record.labels);
    if (container && !container->enable.value_or(exposed_by_default)) continue;
    auto decoded = model::decode_labels(record.labels);
    if (!decoded) {
      problems.push_back({fmt::format("service {} ({})", record.service, record.source), decoded.error().message});
      continue;
    }
    for (auto& [name, router] : decoded->http.routers) lead_to_api(router);
    result.http.routers.merge(decoded->http.routers);
    result.http.middlewares.merge(decoded->http.middlewares);
  }
  return result;
}

void Adopted::translate(std::string& path) const {
  if (!path.starts_with('/')) return;  // PEM text, or nothing
  for (const auto& record : records_) {
    auto translated = record.host_path(path);
    if (translated == path) continue;
    path = std::move(translated);
    return;
  }
}

void Adopted::translate(base::Secret& path) const {
  auto text = path.reveal();
  translate(text);
  path = base::Secret(std::move(text));
}

void Adopted::translate(model::Middleware& middleware) const {
  if (middleware.basic_auth) translate(middleware.basic_auth->users_file);
  if (middleware.digest_auth) translate(middleware.digest_auth->users_file);
  if (!middleware.forward_auth || !middleware.forward_auth->tls) return;
  auto& tls = *middleware.forward_auth->tls;
  translate(tls.ca);
  translate(tls.cert);
  translate(tls.key);
}

void Adopted::translate(model::ServersTransport& transport) const {
  for (auto& authority : transport.root_cas) translate(authority);
  for (auto& certificate : transport.certificates) {
    translate(certificate.cert_file);
    translate(certificate.key_file);
  }
}

void Adopted::translate_paths(model::DynamicConfig& config) const {
  if (records_.empty()) return;
  for (auto& [name, middleware] : config.http.middlewares) translate(middleware);
  for (auto& [name, transport] : config.http.servers_transports) translate(transport);
  for (auto& certificate : config.tls.certificates) {
    translate(certificate.cert_file);
    translate(certificate.key_file);
  }
  for (auto& [name, options] : config.tls.options) {
    for (auto& authority : options.client_auth.ca_files) translate(authority);
  }
  for (auto& [name, store] : config.tls.stores) {
    if (!store.default_certificate) continue;
    translate(store.default_certificate->cert_file);
    translate(store.default_certificate->key_file);
  }
}

}  // namespace gatehouse::control
