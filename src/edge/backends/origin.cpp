#include "edge/backends/origin.h"

#include <fmt/format.h>

#include "base/parse_int.h"
#include "base/text.h"

namespace gatehouse::edge {

using base::ErrorCode;
using base::fail;
using base::Fault;
using base::Result;

namespace {

base::Failure refuse(const std::string& url, std::string_view why, ErrorCode code = ErrorCode::kInvalid) {
  return fail(code, Fault::kOperator, fmt::format("server URL \"{}\" {}", url, why));
}

struct Authority {
  std::string host;
  std::uint16_t port = 0;
};

Result<Authority> parse_authority(std::string_view text, std::uint16_t default_port, const std::string& url) {
  Authority result{.host = {}, .port = default_port};
  std::string_view port;
  if (text.starts_with('[')) {
    const auto end = text.find(']');
    if (end == std::string_view::npos) return refuse(url, "has an address without its closing bracket");
    result.host = text.substr(1, end - 1);
    port = text.substr(end + 1);
  } else {
    const auto colon = text.find(':');
    result.host = text.substr(0, colon);
    port = colon == std::string_view::npos ? std::string_view() : text.substr(colon);
  }
  if (result.host.empty()) return refuse(url, "names no host");
  if (port.size() <= 1) return result;
  const auto number = base::parse_int<std::uint16_t>(port.substr(1));
  if (port.front() != ':' || !number || *number == 0) return refuse(url, "has no valid port");
  result.port = *number;
  return result;
}

}  // namespace

std::string shown_url(std::string_view url) {
  const auto scheme_end = url.find("://");
  const auto begin = scheme_end == std::string_view::npos ? 0 : scheme_end + 3;
  const auto authority = url.substr(begin, url.find_first_of("/?#", begin) - begin);
  const auto user_end = authority.rfind('@');
  const auto colon = authority.find(':');
  if (user_end == std::string_view::npos || colon > user_end) return std::string(url);
  return fmt::format("{}***{}", url.substr(0, begin + colon + 1), url.substr(begin + user_end));
}

Result<Origin> parse_origin(const model::Server& server, std::string_view servers_transport) {
  const auto scheme_end = server.url.find("://");
  if (scheme_end == std::string::npos) return refuse(server.url, "has no scheme: write http://HOST:PORT");
  const auto scheme = base::to_lower(server.url.substr(0, scheme_end));
  if (scheme != "http" && scheme != "https") {
    return refuse(server.url, fmt::format("has the scheme {}, which is not supported yet: use http or https", scheme),
                  ErrorCode::kUnsupported);
  }
  const std::string_view rest = std::string_view(server.url).substr(scheme_end + 3);
  const auto path_start = rest.find_first_of("/?#");
  const auto authority = rest.substr(0, path_start);
  const auto user_end = authority.rfind('@');
  Origin origin;
  origin.url = shown_url(server.url);
  origin.secure = scheme == "https";
  origin.authority = authority.substr(user_end == std::string_view::npos ? 0 : user_end + 1);
  BASE_TRY(auto parsed, parse_authority(origin.authority, origin.secure ? 443 : 80, server.url));
  origin.host = std::move(parsed.host);
  origin.port = parsed.port;
  if (server.preserve_path && path_start != std::string_view::npos && rest[path_start] == '/') {
    const auto path = rest.substr(path_start);
    origin.base_path = path.substr(0, path.find_first_of("?#"));
    while (origin.base_path.ends_with('/')) origin.base_path.pop_back();
  }
  origin.pool_key = fmt::format("{}://{}:{}{}{}", scheme, origin.host, origin.port, origin.secure ? "#" : "",
                                origin.secure ? servers_transport : std::string_view());
  return origin;
}

}  // namespace gatehouse::edge
