#include "docker/engine.h"

#include "base/parse_int.h"
#include "docker/engine_call.h"
#include "net/resolver.h"

namespace gatehouse::docker {

using base::Error;
using base::ErrorCode;
using base::fail;
using base::Fault;
using base::Result;
using base::Retry;
using http::MethodId;

namespace {

using StreamResult = Result<std::unique_ptr<net::Stream>>;

// A daemon on tcp://, where the endpoint's host is a name that nobody is there to resolve.
class NoDialer final : public http::Dialer {
 public:
  async::Task<StreamResult> dial(http::Origin origin, async::Deadline) override {
    co_return fail(ErrorCode::kUnsupported, Fault::kOperator,
                   origin.host + " is a name: give the Docker endpoint by its number");
  }
};

std::unique_ptr<http::Dialer> dialer_for(async::Loop& loop, const Endpoint& endpoint, net::Resolver* resolver) {
  if (endpoint.is_unix()) return std::make_unique<http::UnixDialer>(loop, endpoint.unix_path);
  if (resolver != nullptr) return std::make_unique<http::NetworkDialer>(loop, *resolver, nullptr);
  const auto address = net::SocketAddress::from_ip(endpoint.host, endpoint.port);
  if (!address) return std::make_unique<NoDialer>();
  return std::make_unique<http::AddressDialer>(loop, *address, nullptr);
}

ErrorCode code_of_status(int status) {
  switch (status) {
    case 400:
      return ErrorCode::kInvalid;
    case 401:
    case 403:
      return ErrorCode::kPermission;
    case 404:
      return ErrorCode::kNotFound;
    case 409:
      return ErrorCode::kConflict;
    case 503:
      return ErrorCode::kUnavailable;
    default:
      return ErrorCode::kIo;
  }
}

// The engine says {"message": "..."}; what does not is shown as it is, shortened.
std::string message_of(const std::string& body) {
  const auto document = format::JsonDocument::parse(body);
  if (document) {
    if (const auto message = document->root().find("message").string()) return std::string(*message);
  }
  constexpr std::size_t kShownMax = 300;
  return std::string(base::trim(std::string_view(body).substr(0, kShownMax)));
}

}  // namespace

Engine::Engine(async::Loop& loop, Endpoint endpoint, net::Resolver* resolver)
    : loop_(loop),
      endpoint_(std::move(endpoint)),
      dialer_(dialer_for(loop, endpoint_, resolver)),
      client_(*dialer_, {.user_agent = "gatehouse"}) {}

Engine::~Engine() = default;

http::Origin Engine::origin() const {
  if (endpoint_.is_unix()) return {http::Scheme::kHttp, "docker", 80};
  return {http::Scheme::kHttp, endpoint_.host, endpoint_.port};
}

// What went wrong before the engine could say anything.
Error Engine::explain(Error error) const {
  const std::string where = endpoint_.to_string();
  switch (error.code) {
    case ErrorCode::kNotFound:
    case ErrorCode::kRefused:
    case ErrorCode::kUnreachable:
      return {ErrorCode::kRefused, Fault::kOperator, Retry::kYes,
              "no Docker engine answers at " + where +
                  ": is it running? Start it with \"systemctl start docker\", or name another with DOCKER_HOST",
              error.message};
    case ErrorCode::kPermission:
      return {ErrorCode::kPermission, Fault::kOperator, Retry::kNo,
              "the Docker engine's socket " + where +
                  " may not be opened: permission denied; run as root, or as a member of the group docker",
              error.message};
    default:
      return std::move(error).within("the Docker engine at " + where);
  }
}

// /_ping is the one call without a version. It says the newest version that the engine knows.
async::Task<Result<void>> Engine::negotiate() {
  http::ClientRequest request;
  request.origin = origin();
  request.target = "/_ping";
  request.deadline = async::Deadline::after(kCallTimeout);
  auto response = co_await client_.send(std::move(request));
  if (!response) co_return fail(explain(std::move(response).error()));
  const auto version = response->head.fields.get("Api-Version");
  const auto minor = version.starts_with("1.") ? base::parse_int<int>(version.substr(2)) : std::nullopt;
  if (response->head.status != 200 || !minor) {
    co_return fail(
        ErrorCode::kInvalid, Fault::kOperator,
        "what listens at " + endpoint_.to_string() + " is no Docker engine: it does not name its API's version");
  }
  if (*minor < kApiMinorMin) {
    co_return fail(ErrorCode::kUnsupported, Fault::kOperator,
                   "the Docker engine at " + endpoint_.to_string() + " speaks API " + std::string(version) +
                       ", which is too old: 1." + std::to_string(kApiMinorMin) + " (Docker 19.03) is needed at least");
  }
  api_minor_ = std::min(*minor, kApiMinorMax);
  auto rest = co_await response->body->read_all(kAnswerBytesMax);
  if (!rest) co_return fail(explain(std::move(rest).error()));
  co_return Result<void>{};
}

async::Task<Result<http::ClientResponse>> Engine::send(Call call) {
  if (api_minor_ == 0) BASE_CO_CHECK(co_await negotiate());
  http::ClientRequest request;
  request.method = call.method;
  request.origin = origin();
  request.target = "/v1." + std::to_string(api_minor_) + call.path;
  request.deadline = call.deadline;
  request.body = std::move(call.body);
  if (!call.json.empty()) {
    request.body = std::make_unique<http::TextBody>(std::move(call.json));
    call.content_type = "application/json";
  }
  if (!call.content_type.empty()) request.fields.set(http::FieldId::kContentType, call.content_type);
  if (!call.registry_auth.empty()) request.fields.add("X-Registry-Auth", call.registry_auth.reveal());
  auto response = co_await client_.send(std::move(request));
  if (!response) {
    api_minor_ = 0;  // another engine may answer next time
    co_return fail(explain(std::move(response).error()));
  }
  const int status = response->head.status;
  if (status < 400) co_return response;
  BASE_CO_TRY(const auto body, co_await response->body->read_all(kAnswerBytesMax));
  const auto fault = status >= 500 ? Fault::kBackend : Fault::kOperator;
  co_return fail(code_of_status(status), fault, "Docker cannot " + call.attempted + ": " + message_of(body));
}

async::Task<Result<format::JsonDocument>> Engine::ask(Call call) {
  BASE_CO_TRY(auto response, co_await send(std::move(call)));
  auto body = co_await response.body->read_all(kAnswerBytesMax);
  if (!body) co_return fail(explain(std::move(body).error()));
  auto document = format::JsonDocument::parse(*body);
  if (!document) co_return fail(explain(std::move(document).error()));
  co_return document;
}

async::Task<Result<void>> Engine::tell(Call call) {
  BASE_CO_TRY(auto response, co_await send(std::move(call)));
  auto body = co_await response.body->read_all(kAnswerBytesMax);
  if (!body) co_return fail(explain(std::move(body).error()));
  co_return Result<void>{};
}

async::Task<Result<EngineVersion>> Engine::version() {
  BASE_CO_TRY(const auto document, co_await ask({.attempted = "tell its version", .path = "/version"}));
  AnswerReader reader(document.root(), "itself");
  EngineVersion version{reader.text("Version"), 0};
  const auto api = reader.required_text("ApiVersion");
  version.api_minor =
      base::parse_int<int>(std::string_view(api).substr(std::min<std::size_t>(2, api.size()))).value_or(0);
  BASE_CO_CHECK(reader.finish());
  co_return version;
}

}  // namespace gatehouse::docker
