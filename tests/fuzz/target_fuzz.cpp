// Targets and hosts from hostile bytes: what is made canonical must be its own canonical form, with and without
// cleaning, and hold no dot segment after cleaning, however it is decoded. Input: method, target and host on three
// lines.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "http/host.h"
#include "http/syntax.h"
#include "http/target.h"

using namespace gatehouse::http;

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

std::string_view take_line(std::string_view& text) {
  const auto line = text.substr(0, text.find('\n'));
  text.remove_prefix(std::min(line.size() + 1, text.size()));
  return line;
}

// As the most lenient server reads it.
bool climbs(std::string_view path) {
  std::string decoded;
  for (std::size_t i = 0; i < path.size(); ++i) {
    char c = path[i];
    if (c == '%') {
      c = static_cast<char>(hex_value(path[i + 1]) << 4 | hex_value(path[i + 2]));
      i += 2;
    }
    decoded += c == '\\' ? '/' : c;
  }
  decoded += '/';
  return decoded.find("/../") != std::string::npos || decoded.find("/..;") != std::string::npos;
}

void check(std::string_view method, std::string_view text, std::string_view host, const TargetRules& rules) {
  RequestHead head;
  head.method = Method::of(method);
  head.target = text;
  head.fields.add(FieldId::kHost, host);
  const auto target = parse_target(head, Scheme::kHttp, rules);
  if (!target || target->form == TargetForm::kAuthority || target->form == TargetForm::kAsterisk) return;
  require(target->path.starts_with('/') && target->routing_path.starts_with('/'));
  require(rules.cleaning == PathCleaning::kOff || !climbs(target->path));
  require(target->authority.empty() || Host::parse(target->authority).has_value());

  RequestHead again;
  again.method = head.method;
  again.target = target->path_and_query(head.storage());
  again.fields.add(FieldId::kHost, target->authority);
  const auto same = parse_target(again, Scheme::kHttp, rules);
  require(same && same->path == target->path && same->routing_path == target->routing_path &&
          same->query == target->query && same->has_query == target->has_query && same->host == target->host &&
          same->port == target->port);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view input(reinterpret_cast<const char*>(data), size);
  const auto method = take_line(input);
  const auto target = take_line(input);
  for (const auto cleaning : {PathCleaning::kOn, PathCleaning::kOff}) {
    for (const auto semicolons : {QuerySemicolons::kSeparate, QuerySemicolons::kEscape}) {
      check(method, target, input, {cleaning, semicolons});
    }
  }
  return 0;
}
