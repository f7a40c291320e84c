#include "edge/access_log_format.h"

#include <ctime>
#include <iterator>

#include <fmt/format.h>

#include "base/text.h"
#include "edge/runtime.h"
#include "model/status_ranges.h"

namespace gatehouse::edge {

namespace {

using std::chrono::duration_cast;
using std::chrono::milliseconds;

std::string_view or_dash(std::string_view text) { return text.empty() ? std::string_view("-") : text; }

// As Go's %q: a client cannot end the quotes or the line.
void append_quoted(std::string& out, std::string_view text) {
  out += '"';
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 0x20 || byte == 0x7f) {
      fmt::format_to(std::back_inserter(out), "\\x{:02x}", byte);
    } else {
      out += c;
    }
  }
  out += '"';
}

void append_json_string(std::string& out, std::string_view text) {
  out += '"';
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 0x20 || byte >= 0x7f) {
      fmt::format_to(std::back_inserter(out), "\\u{:04x}", byte);  // bytes as code points: never invalid JSON
    } else {
      out += c;
    }
  }
  out += '"';
}

std::string format_time(std::chrono::system_clock::time_point time, const char* format, bool local) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
  std::tm parts{};
  local ? ::localtime_r(&seconds, &parts) : ::gmtime_r(&seconds, &parts);
  char text[64];
  return {text, std::strftime(text, sizeof text, format, &parts)};
}

// RFC 3339 with nanoseconds, as Go prints a time.
std::string go_time(std::chrono::system_clock::time_point time, bool local) {
  const auto nanoseconds = duration_cast<std::chrono::nanoseconds>(time.time_since_epoch()).count() % 1'000'000'000;
  const auto head = format_time(time, "%Y-%m-%dT%H:%M:%S", local);
  if (!local) return fmt::format("{}.{:09}Z", head, nanoseconds);
  auto zone = format_time(time, "%z", true);
  if (zone.size() == 5) zone.insert(3, ":");
  return fmt::format("{}.{:09}{}", head, nanoseconds, zone == "+00:00" ? "Z" : zone);
}

bool passes_filters(const model::AccessLogFilters& filters, const AccessRecord& record) {
  const bool any = !filters.status_codes.empty() || filters.retry_attempts || filters.min_duration.count() > 0;
  if (!any) return true;
  if (filters.retry_attempts && record.retries > 0) return true;
  if (filters.min_duration.count() > 0 && record.duration > filters.min_duration) return true;
  if (filters.status_codes.empty()) return false;
  const auto ranges = model::StatusRanges::parse(filters.status_codes);
  return ranges && ranges->contains(record.status);
}

void append_common(std::string& out, const Exchange& exchange, std::uint64_t count, bool with_ours) {
  const auto& record = exchange.record;
  const auto& request = exchange.request;
  fmt::format_to(std::back_inserter(out), "{} - {} [{}] \"{} {} {}\" {} {} ", or_dash(exchange.client().address_text),
                 or_dash(record.user_name), format_time(record.started_at, "%d/%b/%Y:%H:%M:%S %z", true),
                 request.method.token, record.path, http::to_string(request.version), record.status,
                 record.response_bytes);
  append_quoted(out, or_dash(request.fields.get(http::FieldId::kReferer)));
  out += ' ';
  append_quoted(out, or_dash(request.fields.get(http::FieldId::kUserAgent)));
  if (with_ours) {
    fmt::format_to(std::back_inserter(out), " {} ", count);
    append_quoted(out, or_dash(record.router_name));
    out += ' ';
    append_quoted(out, or_dash(record.server_url));
    fmt::format_to(std::back_inserter(out), " {}ms", duration_cast<milliseconds>(record.duration).count());
  }
  out += '\n';
}

// The members of a JSON line, as far as the operator keeps them.
class JsonLine {
 public:
  JsonLine(std::string& out, const model::AccessLogFields& rules) : out_(out), rules_(rules) { out_ += '{'; }

  void text(std::string_view name, std::string_view value) {
    if (!begin(name)) return;
    append_json_string(out_, value);
  }
  void number(std::string_view name, std::int64_t value) {
    if (begin(name)) fmt::format_to(std::back_inserter(out_), "{}", value);
  }
  void fields(std::string_view prefix, const http::Fields& fields) {
    for (const auto& field : fields) {
      const auto mode = header_mode(field.name);
      if (mode == "drop") continue;
      separate();
      append_json_string(out_, fmt::format("{}{}", prefix, field.name));
      out_ += ':';
      append_json_string(out_, mode == "redact" ? std::string_view("REDACTED") : field.value);
    }
  }
  void end() { out_ += "}\n"; }

 private:
  bool begin(std::string_view name) {
    const auto rule = rules_.names.find(std::string(name));
    if ((rule == rules_.names.end() ? rules_.default_mode : rule->second) == "drop") return false;
    separate();
    append_json_string(out_, name);
    out_ += ':';
    return true;
  }
  void separate() {
    if (out_.back() != '{') out_ += ',';
  }
  [[nodiscard]] std::string_view header_mode(std::string_view name) const {
    for (const auto& [known, mode] : rules_.headers.names) {
      if (base::iequals(known, name)) return mode;
    }
    return rules_.headers.default_mode;
  }

  std::string& out_;
  const model::AccessLogFields& rules_;
};

void append_json(std::string& out, const model::AccessLogFields& rules, const Exchange& exchange,
                 const Response& response, std::uint64_t count) {
  const auto& record = exchange.record;
  const auto& client = exchange.client();
  const auto nanoseconds = [](auto duration) { return duration_cast<std::chrono::nanoseconds>(duration).count(); };
  JsonLine line(out, rules);
  line.text("ClientAddr", fmt::format("{}:{}", client.address_text, client.port));
  line.text("ClientHost", client.address_text);
  line.text("ClientPort", std::to_string(client.port));
  line.text("ClientUsername", or_dash(record.user_name));
  line.number("DownstreamContentSize", static_cast<std::int64_t>(record.response_bytes));
  line.number("DownstreamStatus", record.status);
  line.number("Duration", nanoseconds(record.duration));
  line.number("GzipRatio", 0);
  line.number("OriginContentSize", static_cast<std::int64_t>(record.origin_bytes));
  line.number("OriginDuration", nanoseconds(record.origin_duration));
  line.number("OriginStatus", record.origin_status);
  line.number("Overhead", nanoseconds(record.duration - record.origin_duration));
  line.text("RequestAddr", record.host);
  line.number("RequestContentSize", static_cast<std::int64_t>(record.request_bytes));
  line.number("RequestCount", static_cast<std::int64_t>(count));
  line.text("RequestHost", exchange.target.host);
  line.text("RequestMethod", exchange.request.method.token);
  line.text("RequestPath", record.path);
  line.text("RequestPort", exchange.target.port ? std::to_string(*exchange.target.port) : "-");
  line.text("RequestProtocol", http::to_string(exchange.request.version));
  line.text("RequestScheme", client.secure ? "https" : "http");
  line.number("RetryAttempts", record.retries);
  if (!record.router_name.empty()) line.text("RouterName", record.router_name);
  if (!record.server_url.empty()) {
    const auto host = record.server_url.find("://");
    line.text("ServiceAddr", std::string_view(record.server_url).substr(host == std::string::npos ? 0 : host + 3));
    line.text("ServiceName", record.service_name);
    line.text("ServiceURL", record.server_url);
  }
  line.text("StartLocal", go_time(record.started_at, true));
  line.text("StartUTC", go_time(record.started_at, false));
  if (client.secure) {
    line.text("TLSCipher", client.tls_cipher);
    line.text("TLSVersion", client.tls_version);
  }
  line.text("entryPointName", exchange.entry_point().name);
  line.text("level", "info");
  line.text("msg", "");
  line.fields("request_", exchange.request.fields);
  line.fields("downstream_", response.head.fields);
  line.text("time", format_time(std::chrono::system_clock::now(), "%Y-%m-%dT%H:%M:%SZ", false));
  line.end();
}

}  // namespace

void append_access_line(std::string& out, const model::AccessLog& config, const Exchange& exchange,
                        const Response& response, std::uint64_t request_count) {
  if (!passes_filters(config.filters, exchange.record)) return;
  if (config.format == "json") {
    append_json(out, config.field_rules, exchange, response, request_count);
  } else {
    append_common(out, exchange, request_count, config.format != "genericCLF");
  }
}

}  // namespace gatehouse::edge
