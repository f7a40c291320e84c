#include "edge/access_log_format.h"

#include <ctime>
#include <iterator>
#include <map>
#include <optional>

#include <fmt/format.h>

#include "base/text.h"
#include "edge/runtime.h"
#include "model/status_ranges.h"

namespace gatehouse::edge {

namespace {

using std::chrono::duration_cast;
using std::chrono::milliseconds;

std::string_view or_dash(std::string_view text) { return text.empty() ? std::string_view("-") : text; }

// A client cannot end the quotes or the line, nor make one column two.
void append_escaped(std::string& out, std::string_view text, bool with_blanks = true) {
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 0x20 || byte == 0x7f || (byte == ' ' && !with_blanks)) {
      fmt::format_to(std::back_inserter(out), "\\x{:02x}", byte);
    } else {
      out += c;
    }
  }
}

void append_quoted(std::string& out, std::string_view text) {
  out += '"';
  append_escaped(out, text);
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

// Behind proxies that are trusted: the client as they name it.
std::string_view client_host(const Exchange& exchange) {
  const auto named = exchange.record.forwarded_for;
  return named.empty() ? std::string_view(exchange.client().address_text) : named;
}

// X-Request-Id for x-request-id, as Go spells names.
std::string canonical_name(std::string_view name) {
  std::string text = base::to_lower(name);
  bool starts = true;
  for (char& c : text) {
    if (starts && c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    starts = c == '-';
  }
  return text;
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

// Which parts of an exchange the operator keeps.
class FieldRules {
 public:
  explicit FieldRules(const model::AccessLogFields& rules) : rules_(rules) {}

  [[nodiscard]] bool keeps(std::string_view name) const {
    const auto rule = rules_.names.find(std::string(name));
    return (rule == rules_.names.end() ? rules_.default_mode : rule->second) != "drop";
  }
  // The value of a header field as it may be shown; nullopt: not at all.
  [[nodiscard]] std::optional<std::string_view> shown(std::string_view name, std::string_view value) const {
    const auto mode = header_mode(name);
    if (mode == "drop") return std::nullopt;
    return mode == "redact" ? std::string_view("REDACTED") : value;
  }

 private:
  [[nodiscard]] std::string_view header_mode(std::string_view name) const {
    for (const auto& [known, mode] : rules_.headers.names) {
      if (base::iequals(known, name)) return mode;
    }
    return rules_.headers.default_mode;
  }

  const model::AccessLogFields& rules_;
};

// A line of words; what is not kept is a dash.
class CommonLine {
 public:
  CommonLine(std::string& out, const FieldRules& rules) : out_(out), rules_(rules) {}

  CommonLine& raw(std::string_view text) {
    out_ += text;
    return *this;
  }
  CommonLine& word(std::string_view name, std::string_view value) {
    append_escaped(out_, or_dash(kept(name, value)), false);
    return *this;
  }
  CommonLine& number(std::string_view name, std::uint64_t value) {
    if (!rules_.keeps(name)) return raw("-");
    fmt::format_to(std::back_inserter(out_), "{}", value);
    return *this;
  }
  CommonLine& quoted(std::string_view name, std::string_view value) {
    append_quoted(out_, or_dash(kept(name, value)));
    return *this;
  }
  CommonLine& header(std::string_view name, std::string_view value) {
    append_quoted(out_, or_dash(rules_.shown(name, value).value_or("")));
    return *this;
  }

 private:
  [[nodiscard]] std::string_view kept(std::string_view name, std::string_view value) const {
    return rules_.keeps(name) ? value : std::string_view();
  }

  std::string& out_;
  const FieldRules& rules_;
};

// Universal time, unless the operator drops that one and keeps the local.
std::string common_time(const FieldRules& rules, std::chrono::system_clock::time_point time) {
  const bool universal = rules.keeps("StartUTC");
  if (!universal && !rules.keeps("StartLocal")) return "-";
  return format_time(time, "%d/%b/%Y:%H:%M:%S %z", !universal);
}

void append_common(std::string& out, const FieldRules& rules, const Exchange& exchange, std::uint64_t count,
                   bool with_ours) {
  const auto& record = exchange.record;
  const auto& request = exchange.request;
  CommonLine line(out, rules);
  line.word("ClientHost", client_host(exchange)).raw(" - ").word("ClientUsername", record.user_name);
  line.raw(" [").raw(common_time(rules, record.started_at)).raw("] \"");
  line.word("RequestMethod", request.method.token).raw(" ").word("RequestPath", record.path).raw(" ");
  line.word("RequestProtocol", http::to_string(request.version)).raw("\" ");
  line.number("DownstreamStatus", static_cast<std::uint64_t>(record.status)).raw(" ");
  line.number("DownstreamContentSize", record.response_bytes).raw(" ");
  line.header("Referer", request.fields.get(http::FieldId::kReferer)).raw(" ");
  line.header("User-Agent", request.fields.get(http::FieldId::kUserAgent));
  if (with_ours) {
    line.raw(" ").number("RequestCount", count).raw(" ").quoted("RouterName", record.router_name).raw(" ");
    const auto milliseconds_taken = rules.keeps("Duration") ? duration_cast<milliseconds>(record.duration).count() : 0;
    line.quoted("ServiceURL", record.server_url).raw(fmt::format(" {}ms", milliseconds_taken));
  }
  out += '\n';
}

// The members of a JSON line, as far as the operator keeps them.
class JsonLine {
 public:
  JsonLine(std::string& out, const FieldRules& rules) : out_(out), rules_(rules) { out_ += '{'; }

  void text(std::string_view name, std::string_view value) {
    if (!begin(name)) return;
    append_json_string(out_, value);
  }
  void number(std::string_view name, std::int64_t value) {
    if (begin(name)) fmt::format_to(std::back_inserter(out_), "{}", value);
  }
  // Lines of one name are one value, as HTTP has it.
  void fields(std::string_view prefix, const http::Fields& fields) {
    std::map<std::string, std::string> values;
    for (const auto& field : fields) {
      const auto shown = rules_.shown(field.name, field.value);
      if (!shown) continue;
      const auto [known, is_new] = values.try_emplace(canonical_name(field.name), *shown);
      if (!is_new) known->second.append(",").append(*shown);
    }
    for (const auto& [name, value] : values) {
      separate();
      append_json_string(out_, fmt::format("{}{}", prefix, name));
      out_ += ':';
      append_json_string(out_, value);
    }
  }
  void end() { out_ += "}\n"; }

 private:
  bool begin(std::string_view name) {
    if (!rules_.keeps(name)) return false;
    separate();
    append_json_string(out_, name);
    out_ += ':';
    return true;
  }
  void separate() {
    if (out_.back() != '{') out_ += ',';
  }

  std::string& out_;
  const FieldRules& rules_;
};

void append_json(std::string& out, const FieldRules& rules, const Exchange& exchange, const Response& response,
                 std::uint64_t count) {
  const auto& record = exchange.record;
  const auto& client = exchange.client();
  const auto nanoseconds = [](auto duration) { return duration_cast<std::chrono::nanoseconds>(duration).count(); };
  JsonLine line(out, rules);
  line.text("ClientAddr", fmt::format("{}:{}", client.address_text, client.port));
  line.text("ClientHost", client_host(exchange));
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
  const FieldRules rules(config.field_rules);
  if (config.format == "json") {
    append_json(out, rules, exchange, response, request_count);
  } else {
    append_common(out, rules, exchange, request_count, config.format != "genericCLF");
  }
}

}  // namespace gatehouse::edge
