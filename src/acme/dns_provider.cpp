#include "acme/dns_provider.h"

#include <cstdlib>

#include <fmt/format.h>

#include "acme/dns_hook.h"
#include "acme/dns_update.h"
#include "base/parse_int.h"
#include "base/text.h"
#include "format/base64.h"
#include "sys/file.h"

namespace gatehouse::acme {

using base::ErrorCode;
using base::Fault;
using base::Result;

namespace {

constexpr std::size_t kValueBytesMax = 64 * 1024;

base::Failure missing(std::string_view provider, std::string_view variable, std::string_view what) {
  return base::fail(ErrorCode::kInvalid, Fault::kOperator,
                    fmt::format("the DNS provider {} needs the environment variable {}: {}", provider, variable, what));
}

std::chrono::seconds seconds_of(const Environment& environment, const std::string& name, std::chrono::seconds unset) {
  const auto text = environment(name);
  const auto seconds = text ? base::parse_int<std::uint32_t>(*text) : std::nullopt;
  return seconds ? std::chrono::seconds(*seconds) : unset;
}

DnsTimes times_of(const Environment& environment, const std::string& prefix) {
  const DnsTimes usual;
  return {.propagation = seconds_of(environment, prefix + "_PROPAGATION_TIMEOUT", usual.propagation),
          .polling = seconds_of(environment, prefix + "_POLLING_INTERVAL", usual.polling)};
}

Result<std::unique_ptr<DnsProvider>> make_hook(DnsContext context, const Environment& environment) {
  auto path = environment("EXEC_PATH");
  if (!path || path->empty()) return missing("exec", "EXEC_PATH", "the program that changes records");
  const bool is_raw = base::iequals(environment("EXEC_MODE").value_or(""), "RAW");
  if (is_raw) {
    return base::fail(ErrorCode::kUnsupported, Fault::kOperator,
                      "EXEC_MODE=RAW is not supported: let the program take \"present\", the name and the value");
  }
  return std::make_unique<DnsHook>(context.loop, *std::move(path), times_of(environment, "EXEC"));
}

Result<std::unique_ptr<DnsProvider>> make_update(DnsContext context, const Environment& environment) {
  constexpr std::string_view kName = "rfc2136";
  const auto address = environment("RFC2136_NAMESERVER");
  if (!address) return missing(kName, "RFC2136_NAMESERVER", "host:port of the server that takes updates");
  BASE_TRY(auto server, NameServer::parse(*address));
  DnsUpdate::Settings settings{.server = std::move(server), .zone = {}, .key = {}, .ttl = 120};
  const auto key = environment("RFC2136_TSIG_KEY");
  const auto secret = environment("RFC2136_TSIG_SECRET");
  if (key.has_value() != secret.has_value()) {
    return missing(kName, key ? "RFC2136_TSIG_SECRET" : "RFC2136_TSIG_KEY", "key and secret belong together");
  }
  if (key) {
    auto bytes = format::decode_base64(base::trim(*secret));
    if (!bytes) return missing(kName, "RFC2136_TSIG_SECRET", "it has to be base64");
    const auto algorithm = environment("RFC2136_TSIG_ALGORITHM").value_or("hmac-sha1.");
    settings.key = TsigKey{.name = *key, .algorithm = algorithm, .secret = base::Secret(*std::move(bytes))};
    BASE_CHECK(sign_dns_message(std::string(12, '\0'), *settings.key, 0));
  }
  if (const auto zone = environment("RFC2136_ZONE")) settings.zone = *zone;
  if (const auto ttl = environment("RFC2136_TTL")) settings.ttl = base::parse_int<std::uint32_t>(*ttl).value_or(120);
  return std::make_unique<DnsUpdate>(context, std::move(settings), times_of(environment, "RFC2136"));
}

}  // namespace

std::optional<std::string> process_environment(const std::string& name) {
  // Nobody sets variables while we run.
  if (const char* value = std::getenv(name.c_str())) return value;  // NOLINT(concurrency-mt-unsafe)
  const char* file = std::getenv((name + "_FILE").c_str());         // NOLINT(concurrency-mt-unsafe)
  if (file == nullptr) return std::nullopt;
  auto text = sys::read_file(file, kValueBytesMax);
  if (!text) return std::nullopt;
  return std::string(base::trim(*text));
}

Result<std::unique_ptr<DnsProvider>> make_dns_provider(const std::string& name, DnsContext context,
                                                       const Environment& environment) {
  if (name == "exec") return make_hook(context, environment);
  if (name == "rfc2136") return make_update(context, environment);
  return base::fail(ErrorCode::kUnsupported, Fault::kOperator,
                    fmt::format("the DNS provider \"{}\" is none of ours: set dnsChallenge.provider to exec, with a "
                                "program of your own in EXEC_PATH, or to rfc2136",
                                name));
}

}  // namespace gatehouse::acme
