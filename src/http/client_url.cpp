#include "http/client_url.h"

#include <algorithm>

#include "base/text.h"
#include "http/host.h"
#include "http/syntax.h"

namespace gatehouse::http {

using base::ErrorCode;
using base::fail;
using base::Fault;
using base::Result;

namespace {

base::Failure refuse(std::string_view text, std::string_view why) {
  return fail(ErrorCode::kInvalid, Fault::kOperator,
              "the address " + std::string(text) + " is not usable: " + std::string(why));
}

bool take_prefix(std::string_view& text, std::string_view prefix) {
  if (!base::iequals(text.substr(0, prefix.size()), prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

}  // namespace

std::string Origin::authority() const {
  std::string text = host.contains(':') ? "[" + host + "]" : host;
  if (port != default_port(scheme)) text += ":" + std::to_string(port);
  return text;
}

std::string Origin::to_string() const { return std::string(http::to_string(scheme)) + "://" + authority(); }

Result<Url> Url::parse(std::string_view text) {
  std::string_view rest = text;
  Url url;
  if (take_prefix(rest, "https://")) {
    url.origin.scheme = Scheme::kHttps;
  } else if (!take_prefix(rest, "http://")) {
    return refuse(text, "it must start with http:// or https://");
  }
  rest = rest.substr(0, rest.find('#'));
  const auto end = std::min(rest.find_first_of("/?"), rest.size());
  const auto host = Host::parse(rest.substr(0, end));
  if (!host) return refuse(text, http::to_string(host.error()));
  url.origin.host = base::to_lower(host->name);
  url.origin.port = host->port.value_or(default_port(url.origin.scheme));
  url.target = rest.substr(end);
  if (!url.target.starts_with('/')) url.target.insert(0, "/");
  const bool is_visible = std::ranges::all_of(url.target, [](char c) { return c > 0x20 && c < 0x7f; });
  if (!is_visible) return refuse(text, "it holds bytes that must be written as %XX");
  return url;
}

std::string Url::to_string() const { return origin.to_string() + target; }

std::string percent_encoded(std::string_view text) {
  std::string encoded;
  encoded.reserve(text.size());
  for (const char c : text) {
    if (is_unreserved(c)) {
      encoded += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    encoded += '%';
    encoded += kUpperHexDigits[byte >> 4];
    encoded += kUpperHexDigits[byte & 15];
  }
  return encoded;
}

}  // namespace gatehouse::http
