// http.middlewares.<name>: exactly one kind is set; check() in model/check.h says so. Pure values; the kinds, their
// options and defaults are Traefik's.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "model/anything.h"
#include "model/middleware_body.h"
#include "model/middleware_guard.h"
#include "model/middleware_headers.h"
#include "model/middleware_path.h"
#include "model/trait.h"

namespace gatehouse::model {

struct Middleware {
  std::optional<AddPrefix> add_prefix;
  std::optional<StripPrefix> strip_prefix;
  std::optional<StripPrefixRegex> strip_prefix_regex;
  std::optional<ReplacePath> replace_path;
  std::optional<ReplacePathRegex> replace_path_regex;
  std::optional<Chain> chain;
  std::optional<IpAllowList> ip_white_list;
  std::optional<IpAllowList> ip_allow_list;
  std::optional<Headers> headers;
  std::optional<EncodedCharacters> encoded_characters;
  std::optional<ErrorPages> errors;
  std::optional<RateLimit> rate_limit;
  std::optional<RedirectRegex> redirect_regex;
  std::optional<RedirectScheme> redirect_scheme;
  std::optional<BasicAuth> basic_auth;
  std::optional<DigestAuth> digest_auth;
  std::optional<ForwardAuth> forward_auth;
  std::optional<InFlightReq> in_flight_req;
  std::optional<Buffering> buffering;
  std::optional<CircuitBreaker> circuit_breaker;
  std::optional<Compress> compress;
  std::optional<PassTlsClientCert> pass_tls_client_cert;
  std::optional<Retry> retry;
  std::optional<ContentType> content_type;
  std::optional<GrpcWeb> grpc_web;
  std::map<std::string, Anything> plugin;

  bool operator==(const Middleware&) const = default;
  static void fields(auto& field) {
    field("addPrefix", &Middleware::add_prefix);
    field("stripPrefix", &Middleware::strip_prefix);
    field("stripPrefixRegex", &Middleware::strip_prefix_regex);
    field("replacePath", &Middleware::replace_path);
    field("replacePathRegex", &Middleware::replace_path_regex);
    field("chain", &Middleware::chain);
    field("ipWhiteList", &Middleware::ip_white_list);
    field("ipAllowList", &Middleware::ip_allow_list);
    field("headers", &Middleware::headers);
    field("encodedCharacters", &Middleware::encoded_characters);
    field("errors", &Middleware::errors);
    field("rateLimit", &Middleware::rate_limit);
    field("redirectRegex", &Middleware::redirect_regex);
    field("redirectScheme", &Middleware::redirect_scheme);
    field("basicAuth", &Middleware::basic_auth);
    field("digestAuth", &Middleware::digest_auth);
    field("forwardAuth", &Middleware::forward_auth);
    field("inFlightReq", &Middleware::in_flight_req);
    field("buffering", &Middleware::buffering);
    field("circuitBreaker", &Middleware::circuit_breaker);
    field("compress", &Middleware::compress, trait::kBare);
    field("passTLSClientCert", &Middleware::pass_tls_client_cert);
    field("retry", &Middleware::retry);
    field("contentType", &Middleware::content_type, trait::kBare);
    field("grpcWeb", &Middleware::grpc_web);
    field("plugin", &Middleware::plugin, trait::kUnsupported);
  }
};

}  // namespace gatehouse::model
