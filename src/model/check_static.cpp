#include <map>

#include "base/log.h"
#include "model/check.h"
#include "model/check_parts.h"

namespace gatehouse::model {

namespace {

// Collects what is wrong, each under the path of its option.
class Findings {
 public:
  void add(std::string_view path, const base::Result<void>& result) {
    if (!result) lines_.push_back(fmt::format("{}: {}", path, result.error().message));
  }
  void add(std::string_view path, std::string_view what) { lines_.push_back(fmt::format("{} {}", path, what)); }

  [[nodiscard]] base::Result<void> result() const {
    if (lines_.empty()) return {};
    base::Error error{base::ErrorCode::kInvalid, base::Fault::kOperator, base::Retry::kNo, lines_.front(), {}};
    error.detail = base::join(lines_, "\n");
    return base::fail(std::move(error));
  }

 private:
  std::vector<std::string> lines_;
};

base::Result<void> check_allowed(std::string_view value, const std::vector<std::string_view>& allowed) {
  if (std::ranges::find(allowed, value) != allowed.end()) return {};
  const std::vector<std::string> names(allowed.begin(), allowed.end());
  return wrong("\"{}\" is none of {}", value, base::join(names, ", "));
}

void check_redirection(const StaticConfig& config, const std::string& path, const RedirectEntryPoint& redirect,
                       Findings& findings) {
  if (redirect.to.empty()) {
    findings.add(path + ".to", "is missing: name an entry point, or a port such as :443");
  } else if (!redirect.to.starts_with(':') && !config.entry_points.contains(redirect.to)) {
    findings.add(path + ".to", fmt::format("names the entry point {}, which does not exist", redirect.to));
  }
  findings.add(path + ".scheme", check_allowed(redirect.scheme, {"http", "https"}));
}

void check_http2(const std::string& path, const EntryPointHttp2& http2, Findings& findings) {
  constexpr std::int64_t kStreamsMax = 2147483647;  // RFC 9113 section 5.1.1
  constexpr std::int64_t kTableBytesMax = 4294967295;
  const auto check = [&](std::string_view name, std::int64_t value, std::int64_t least, std::int64_t most) {
    if (value < least || value > most) {
      findings.add(fmt::format("{}.http2.{}", path, name), fmt::format("is not within {} and {}", least, most));
    }
  };
  check("maxConcurrentStreams", http2.max_concurrent_streams, 1, kStreamsMax);
  check("maxDecoderHeaderTableSize", http2.max_decoder_header_table_size, 0, kTableBytesMax);
  check("maxEncoderHeaderTableSize", http2.max_encoder_header_table_size, 0, kTableBytesMax);
}

void check_entry_point(const StaticConfig& config, const std::string& path, const EntryPoint& entry_point,
                       Findings& findings) {
  if (entry_point.address.empty()) {
    findings.add(path + ".address", "is missing: write host:port, such as :80");
  } else if (const auto address = parse_address(entry_point.address); !address) {
    findings.add(path, base::fail(address.error()));
  }
  findings.add(path, check_addresses("forwardedHeaders.trustedIPs", entry_point.forwarded_headers.trusted_ips));
  if (entry_point.proxy_protocol) {
    findings.add(path, check_addresses("proxyProtocol.trustedIPs", entry_point.proxy_protocol->trusted_ips));
  }
  const auto& http = entry_point.http;
  findings.add(path + ".http.underscoreHeadersStrategy",
               check_allowed(http.underscore_headers_strategy, {"keep", "delete", "reject"}));
  if (http.max_header_bytes <= 0) findings.add(path + ".http.maxHeaderBytes", "is not above 0");
  check_http2(path, entry_point.http2, findings);
  if (http.redirections && http.redirections->entry_point) {
    check_redirection(config, path + ".http.redirections.entryPoint", *http.redirections->entry_point, findings);
  }
}

void check_entry_points(const StaticConfig& config, Findings& findings) {
  std::map<std::pair<std::string, bool>, std::string> addresses;  // of address and protocol: the first that has it
  for (const auto& [name, entry_point] : config.entry_points) {
    const auto path = "entryPoints." + name;
    check_entry_point(config, path, entry_point, findings);
    const auto address = parse_address(entry_point.address);
    if (!address || address->port == 0 || entry_point.reuse_port) continue;
    const auto key = std::pair{fmt::format("{}:{}", address->host, address->port), address->udp};
    const auto [other, added] = addresses.emplace(key, name);
    if (!added) {
      findings.add(path + ".address",
                   fmt::format("is that of the entry point {} too: {}", other->second, entry_point.address));
    }
  }
}

void check_acme(const StaticConfig& config, const std::string& path, const AcmeResolver& acme, Findings& findings) {
  const int challenges = (acme.dns_challenge ? 1 : 0) + (acme.http_challenge ? 1 : 0) + (acme.tls_challenge ? 1 : 0);
  if (challenges != 1) {
    findings.add(path, "needs exactly one of httpChallenge, tlsChallenge and dnsChallenge");
  }
  if (acme.http_challenge && !config.entry_points.contains(acme.http_challenge->entry_point)) {
    findings.add(path + ".httpChallenge.entryPoint",
                 acme.http_challenge->entry_point.empty()
                     ? std::string("is missing: name the entry point on port 80")
                     : fmt::format("names the entry point {}, which does not exist", acme.http_challenge->entry_point));
  }
  for (const auto& name : acme.fallback_resolvers) {
    const auto other = config.certificates_resolvers.find(name);
    if (other != config.certificates_resolvers.end() && other->second.acme && &*other->second.acme != &acme) continue;
    findings.add(path + ".fallbackResolvers", fmt::format("names {}, which is no other ACME resolver", name));
  }
  if (acme.storage.empty()) findings.add(path + ".storage", "is empty: name the file that keeps the certificates");
  findings.add(path + ".keyType", check_allowed(acme.key_type, {"EC256", "EC384", "RSA2048", "RSA4096", "RSA8192"}));
  if (acme.certificates_duration <= 0) findings.add(path + ".certificatesDuration", "is not above 0");
}

void check_entry_point_name(const StaticConfig& config, std::string_view path, const std::string& name,
                            Findings& findings) {
  if (!config.entry_points.contains(name)) {
    findings.add(path, fmt::format("names the entry point {}, which does not exist", name));
  }
}

void check_observability(const StaticConfig& config, Findings& findings) {
  if (const auto level = base::parse_log_level(config.log.level); !level) {
    findings.add("log.level", base::fail(level.error()));
  }
  findings.add("log.format", check_allowed(config.log.format, {"common", "json"}));
  if (config.access_log) {
    findings.add("accessLog.format", check_allowed(config.access_log->format, {"common", "genericCLF", "json"}));
  }
  if (config.ping && (config.ping->terminating_status_code < 200 || config.ping->terminating_status_code > 599)) {
    findings.add("ping.terminatingStatusCode", "is no status from 200 to 599");
  }
  if (config.ping && !config.ping->manual_routing) {
    check_entry_point_name(config, "ping.entryPoint", config.ping->entry_point, findings);
  }
  if (config.tracing && !(config.tracing->sample_rate >= 0 && config.tracing->sample_rate <= 1)) {
    findings.add("tracing.sampleRate", "is not from 0 to 1");
  }
  for (const auto& [name, entry_point] : config.entry_points) {
    findings.add("entryPoints." + name + ".observability.traceVerbosity",
                 check_allowed(entry_point.observability.trace_verbosity, {"minimal", "detailed"}));
  }
  const auto& prometheus = config.metrics ? config.metrics->prometheus : std::optional<Prometheus>();
  if (prometheus && !prometheus->manual_routing) {
    check_entry_point_name(config, "metrics.prometheus.entryPoint", prometheus->entry_point, findings);
  }
}

}  // namespace

base::Result<void> check(const StaticConfig& config) {
  Findings findings;
  check_entry_points(config, findings);
  for (const auto& [name, resolver] : config.certificates_resolvers) {
    const auto path = "certificatesResolvers." + name + ".acme";
    if (resolver.acme) check_acme(config, path, *resolver.acme, findings);
  }
  const auto& file = config.providers.file;
  if (file && file->directory.empty() && file->filename.empty()) {
    findings.add("providers.file", "needs a directory, or a filename");
  }
  if (config.providers.providers_throttle_duration < Duration{}) {
    findings.add("providers.providersThrottleDuration", "is below 0");
  }
  check_observability(config, findings);
  findings.add("core.defaultRuleSyntax", check_allowed(config.core.default_rule_syntax, {"v2", "v3"}));
  if (config.gatehouse.workers < 0) findings.add("gatehouse.workers", "is below 0; 0 is one for each CPU");
  if (config.gatehouse.state_dir.empty()) findings.add("gatehouse.stateDir", "is empty: name a folder");
  return findings.result();
}

}  // namespace gatehouse::model
