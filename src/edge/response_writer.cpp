#include "edge/response_writer.h"

#include <array>

#include "base/parse_int.h"
#include "edge/client_limits.h"
#include "edge/worker_services.h"
#include "http/h1/chunked_encoder.h"
#include "http/h1/head_writer.h"

namespace gatehouse::edge {

using async::Task;
using base::Result;
using http::FieldId;
using http::h1::BodyKind;
using http::h1::Framing;

namespace {

constexpr std::size_t kOutputKeptBytesMax = 4096;

Framing framing_of(const Response& response, const http::RequestHead& request) {
  const int status = response.head.status;
  if (!may_have_content(request.method.id, status)) {
    const auto declared = base::parse_int<std::uint64_t>(response.head.fields.get(FieldId::kContentLength));
    return declared && status != 204 ? Framing::declaring(*declared) : Framing::none();
  }
  if (!response.body) return Framing::of_length(0);
  if (const auto size = response.body->remaining()) return Framing::of_length(*size);
  return http::h1::framing_for(Framing::of_kind(BodyKind::kChunked), request.version);
}

}  // namespace

Task<Result<void>> ResponseWriter::write_interim(const http::ResponseHead& head) {
  output_.clear();
  http::h1::append_response(output_, head, {.framing = Framing::none()});
  co_return co_await client_.write(output_, client_.loop().deadline(kWriteStallMax));
}

Task<Result<void>> ResponseWriter::write(Exchange& exchange, Response& response, bool& keep_alive) {
  const auto framing = framing_of(response, exchange.request);
  if (framing.kind == BodyKind::kUntilClose) keep_alive = false;
  if (!response.head.fields.has(FieldId::kDate)) {
    response.head.fields.set(FieldId::kDate, exchange.worker().date.text(exchange.record.started_at));
  }
  if (output_.capacity() > kOutputKeptBytesMax) output_ = {};
  output_.clear();
  http::h1::append_response(
      output_, response.head,
      {.framing = framing, .client = exchange.request.version, .upgrade = {}, .close = !keep_alive});

  const bool chunked = framing.kind == BodyKind::kChunked;
  const bool has_content = !framing.is_empty();
  std::string_view first;
  if (response.body && !chunked) {
    // Asked even when there is no content: the body then gives its connection back.
    if (const auto piece = response.body->next_now()) first = *piece;
  }
  exchange.record.response_bytes += has_content ? first.size() : 0;
  const std::array parts{net::part(output_), net::part(has_content ? first : std::string_view())};
  BASE_CO_CHECK(co_await client_.write(parts, client_.loop().deadline(kWriteStallMax)));
  if (!response.body || !has_content) co_return Result<void>();
  if (framing.kind == BodyKind::kLength && first.size() == framing.length) {
    response.body->next_now();
    co_return Result<void>();
  }
  co_return co_await write_rest(exchange, *response.body, chunked);
}

Task<Result<void>> ResponseWriter::write_rest(Exchange& exchange, http::Body& body, bool chunked) {
  for (;;) {
    BASE_CO_TRY(const auto piece, co_await body.next());
    if (piece.empty()) break;
    exchange.record.response_bytes += piece.size();
    const auto deadline = client_.loop().deadline(kWriteStallMax);
    if (chunked) {
      const http::h1::ChunkHead head(piece.size());
      const std::array parts{net::part(head.text()), net::part(piece), net::part(http::h1::kChunkEnd)};
      BASE_CO_CHECK(co_await client_.write(parts, deadline));
    } else {
      BASE_CO_CHECK(co_await client_.write(piece, deadline));
    }
  }
  if (!chunked) co_return Result<void>();
  output_.clear();
  if (const auto* trailers = body.trailers()) {
    http::h1::append_last_chunk(output_, *trailers);
  } else {
    output_ = http::h1::kLastChunk;
  }
  co_return co_await client_.write(output_, client_.loop().deadline(kWriteStallMax));
}

}  // namespace gatehouse::edge
