#include "edge/middleware/factory.h"

#include <optional>

#include "edge/middleware/add_prefix.h"
#include "edge/middleware/basic_auth.h"
#include "edge/middleware/buffering.h"
#include "edge/middleware/circuit_breaker.h"
#include "edge/middleware/compress.h"
#include "edge/middleware/content_type.h"
#include "edge/middleware/digest_auth.h"
#include "edge/middleware/encoded_characters.h"
#include "edge/middleware/errors.h"
#include "edge/middleware/forward_auth.h"
#include "edge/middleware/grpc_web.h"
#include "edge/middleware/headers.h"
#include "edge/middleware/in_flight_req.h"
#include "edge/middleware/invalid_option.h"
#include "edge/middleware/ip_allow_list.h"
#include "edge/middleware/pass_tls_client_cert.h"
#include "edge/middleware/rate_limit.h"
#include "edge/middleware/redirect_regex.h"
#include "edge/middleware/redirect_scheme.h"
#include "edge/middleware/replace_path.h"
#include "edge/middleware/replace_path_regex.h"
#include "edge/middleware/retry.h"
#include "edge/middleware/strip_prefix.h"
#include "edge/middleware/strip_prefix_regex.h"

namespace gatehouse::edge {

using base::Result;

namespace {

// The types of one middleware, looked at one after the other: the one that is set is built.
class Maker {
 public:
  Maker(HandlerPtr next, const MiddlewareContext& context) : next_(std::move(next)), context_(context) {}

  template <class T>
  void try_type(const std::optional<T>& config,
                Result<HandlerPtr> (*make)(const T&, HandlerPtr, const MiddlewareContext&)) {
    if (config && ++types_ == 1) made_ = make(*config, next_, context_);
  }
  void refuse(std::string_view type, bool is_set) {
    if (!is_set || ++types_ != 1) return;
    made_ = base::fail(base::ErrorCode::kUnsupported, base::Fault::kOperator,
                       fmt::format("the middleware type {} is not supported yet: remove it from the router", type));
  }

  [[nodiscard]] Result<HandlerPtr> take() {
    if (types_ == 0) return invalid_option("the middleware has no type: set one, such as addPrefix or headers");
    if (types_ > 1) {
      return invalid_option("the middleware has {} types: give each a name of its own and list them in the router",
                            types_);
    }
    return std::move(made_);
  }

 private:
  HandlerPtr next_;
  const MiddlewareContext& context_;
  int types_ = 0;
  Result<HandlerPtr> made_;
};

}  // namespace

Result<HandlerPtr> make_middleware(const model::Middleware& config, HandlerPtr next, const MiddlewareContext& context) {
  Maker maker(std::move(next), context);
  maker.try_type(config.add_prefix, make_add_prefix);
  maker.try_type(config.strip_prefix, make_strip_prefix);
  maker.try_type(config.headers, make_headers);
  maker.try_type(config.redirect_scheme, make_redirect_scheme);
  maker.try_type(config.ip_allow_list, make_ip_allow_list);
  maker.try_type(config.ip_white_list, make_ip_allow_list);
  maker.try_type(config.basic_auth, make_basic_auth);
  maker.try_type(config.rate_limit, make_rate_limit);
  maker.try_type(config.strip_prefix_regex, make_strip_prefix_regex);
  maker.try_type(config.replace_path, make_replace_path);
  maker.try_type(config.replace_path_regex, make_replace_path_regex);
  maker.try_type(config.redirect_regex, make_redirect_regex);
  maker.try_type(config.encoded_characters, make_encoded_characters);
  maker.try_type(config.errors, make_errors);
  maker.try_type(config.digest_auth, make_digest_auth);
  maker.try_type(config.in_flight_req, make_in_flight_req);
  maker.try_type(config.compress, make_compress);
  maker.try_type(config.content_type, make_content_type);
  maker.try_type(config.buffering, make_buffering);
  maker.try_type(config.retry, make_retry);
  maker.try_type<model::ForwardAuth>(config.forward_auth, make_forward_auth);
  maker.try_type(config.circuit_breaker, make_circuit_breaker);
  maker.try_type(config.pass_tls_client_cert, make_pass_tls_client_cert);
  maker.try_type(config.grpc_web, make_grpc_web);
  maker.refuse("plugin", !config.plugin.empty());
  return maker.take();
}

}  // namespace gatehouse::edge
