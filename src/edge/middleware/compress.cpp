#include "edge/middleware/compress.h"

#include <algorithm>
#include <string>
#include <vector>

#include "edge/exchange.h"
#include "edge/middleware/accept_encoding.h"
#include "edge/middleware/encoded_body.h"
#include "edge/middleware/invalid_option.h"
#include "edge/middleware/taken_content.h"
#include "http/syntax.h"

namespace gatehouse::edge {

using async::Task;
using http::FieldId;

namespace {

constexpr std::size_t kDefaultMinBytes = 1024;

// "text/html; charset=utf-8" -> "text/html".
std::string media_type(std::string_view value) { return base::to_lower(base::trim(value.substr(0, value.find(';')))); }

struct Settings {
  CodingOffer offer;
  std::vector<std::string> included;  // empty: all but the excluded ones
  std::vector<std::string> excluded;
  std::size_t min_bytes = kDefaultMinBytes;
};

// May another encoding be put on this content? Parts, and what is encoded already, stay as they are; so does what its
// sender wants untouched (RFC 9111 5.2.2.6).
bool is_encodable(const Response& response) {
  const auto& fields = response.head.fields;
  const int status = response.head.status;
  return response.body && !response.tunnel && status >= 200 && status != 204 && status != 206 && status != 304 &&
         !fields.has(FieldId::kContentEncoding) && !fields.has(FieldId::kContentRange) &&
         !fields.lists(FieldId::kCacheControl, "no-transform");
}

// The bytes are not the ones that the tag was made for, but mean the same (RFC 9110 8.8.3.3).
void weaken_etag(http::Fields& fields) {
  const auto etag = fields.get(FieldId::kEtag);
  if (etag.starts_with('"')) fields.set(FieldId::kEtag, "W/" + std::string(etag));
}

class Compress final : public Handler {
 public:
  Compress(Settings settings, HandlerPtr next) : settings_(std::move(settings)), next_(std::move(next)) {}

  [[nodiscard]] Task<Response> handle(Exchange& exchange) const override {
    const auto& request = exchange.request;
    if (request.method.id == http::MethodId::kHead || is_excluded(request.fields.get(FieldId::kContentType))) {
      return next_->handle(exchange);
    }
    const auto coding = choose_coding(request.fields, settings_.offer);
    if (!coding) return next_->handle(exchange);
    return ask_and_encode(exchange, *coding);
  }

 private:
  [[nodiscard]] Task<Response> ask_and_encode(Exchange& exchange, ContentCoding coding) const {
    auto response = co_await next_->handle(exchange);
    auto& fields = response.head.fields;
    if (!fields.lists(FieldId::kVary, "Accept-Encoding")) fields.add(FieldId::kVary, "Accept-Encoding");
    if (!is_encodable(response) || !is_wanted(fields.get(FieldId::kContentType)) || !is_large_enough(response)) {
      co_return std::move(response);
    }
    // The end of a content whose length is known is near enough; anything else may be a stream that somebody watches.
    const auto flushing = response.body->remaining() ? EncodedBody::Flushing::kAtEnd : EncodedBody::Flushing::kWhenIdle;
    response.body = std::make_unique<EncodedBody>(std::move(response.body), coding, flushing);
    fields.set(FieldId::kContentEncoding, to_string(coding));
    fields.remove({FieldId::kContentLength, FieldId::kAcceptRanges});
    weaken_etag(fields);
    co_return std::move(response);
  }

  [[nodiscard]] bool is_excluded(std::string_view content_type) const {
    return std::ranges::find(settings_.excluded, media_type(content_type)) != settings_.excluded.end();
  }
  [[nodiscard]] bool is_wanted(std::string_view content_type) const {
    if (settings_.included.empty()) return !is_excluded(content_type);
    return std::ranges::find(settings_.included, media_type(content_type)) != settings_.included.end();
  }

  // Of a content of unknown length only what is here already is looked at: waiting for more would hold a stream up.
  [[nodiscard]] bool is_large_enough(Response& response) const {
    if (const auto size = response.body->remaining()) return *size >= settings_.min_bytes;
    std::string text;
    bool complete = false;
    while (text.size() < settings_.min_bytes) {
      const auto piece = response.body->next_now();
      complete = piece && piece->empty();
      if (!piece || complete) break;
      text += *piece;
    }
    const TakenContent start{.text = std::make_shared<const std::string>(std::move(text)),
                             .source = std::move(response.body),
                             .complete = complete};
    response.body = start.replay();
    return !complete;
  }

  Settings settings_;
  HandlerPtr next_;
};

base::Result<std::vector<std::string>> parse_types(std::string_view option, const std::vector<std::string>& texts) {
  std::vector<std::string> types;
  for (const auto& text : texts) {
    auto type = media_type(text);
    const auto slash = type.find('/');
    const bool valid = http::is_token(std::string_view(type).substr(0, slash)) &&
                       (slash == std::string::npos || http::is_token(std::string_view(type).substr(slash + 1)));
    if (!valid) return invalid_option("compress.{}: \"{}\" is no media type", option, text);
    types.push_back(std::move(type));
  }
  return types;
}

base::Result<CodingOffer> parse_offer(const model::Compress& config) {
  CodingOffer offer;
  for (const auto& name : config.encodings) {
    const auto coding = parse_content_coding(name);
    if (!coding) return invalid_option("compress.encodings: \"{}\" is none of gzip, br and zstd", name);
    offer.codings.push_back(*coding);
  }
  if (offer.codings.empty()) return invalid_option("compress.encodings is empty: name gzip, br or zstd");
  if (config.default_encoding.empty()) return offer;
  offer.default_coding = parse_content_coding(config.default_encoding);
  if (!offer.default_coding || std::ranges::find(offer.codings, *offer.default_coding) == offer.codings.end()) {
    return invalid_option("compress.defaultEncoding: \"{}\" is none of compress.encodings", config.default_encoding);
  }
  return offer;
}

}  // namespace

base::Result<HandlerPtr> make_compress(const model::Compress& config, HandlerPtr next, const MiddlewareContext&) {
  if (!config.included_content_types.empty() && !config.excluded_content_types.empty()) {
    return invalid_option("compress: only one of excludedContentTypes and includedContentTypes may be set");
  }
  Settings settings;
  BASE_TRY(settings.offer, parse_offer(config));
  BASE_TRY(settings.included, parse_types("includedContentTypes", config.included_content_types));
  BASE_TRY(settings.excluded, parse_types("excludedContentTypes", config.excluded_content_types));
  settings.excluded.emplace_back("application/grpc");  // its messages are framed within the content
  if (config.min_response_body_bytes > 0) {
    settings.min_bytes = static_cast<std::size_t>(config.min_response_body_bytes);
  }
  return std::make_shared<Compress>(std::move(settings), std::move(next));
}

}  // namespace gatehouse::edge
