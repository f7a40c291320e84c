// What the HTTP/1.1 codec costs for one proxied request: heads as a browser and an application send them, from bytes to
// the canonical request, and back to bytes.
#include <string>
#include <string_view>

#include <benchmark/benchmark.h>

#include "http/h1/chunked_decoder.h"
#include "http/h1/connection.h"
#include "http/h1/framing.h"
#include "http/h1/head_writer.h"
#include "http/h1/request_parser.h"
#include "http/h1/response_parser.h"
#include "http/target.h"

namespace {

using namespace gatehouse::http;

constexpr std::string_view kSmallRequest = "GET /128 HTTP/1.1\r\nHost: app.example.test\r\n\r\n";
constexpr std::string_view kBrowserRequest =
    "GET /assets/app/main-2f9c1b.js?v=17 HTTP/1.1\r\n"
    "Host: app.example.test\r\n"
    "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0\r\n"
    "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8\r\n"
    "Accept-Language: en-US,en;q=0.5\r\n"
    "Accept-Encoding: gzip, deflate, br, zstd\r\n"
    "Referer: https://app.example.test/dashboard\r\n"
    "Cookie: session=6f1d2c3b4a5968778695a4b3c2d1e0ff; theme=dark; consent=1\r\n"
    "Connection: keep-alive\r\n"
    "Sec-Fetch-Dest: script\r\n"
    "Sec-Fetch-Mode: no-cors\r\n"
    "Sec-Fetch-Site: same-origin\r\n"
    "Priority: u=2\r\n"
    "\r\n";
constexpr std::string_view kResponse =
    "HTTP/1.1 200 OK\r\n"
    "Server: application\r\n"
    "Date: Mon, 06 Jul 2026 10:00:00 GMT\r\n"
    "Content-Type: application/json; charset=utf-8\r\n"
    "Content-Length: 128\r\n"
    "Cache-Control: no-store\r\n"
    "X-Request-Id: 3f2a9d10-7c1e-4f0e-9f55-0f8f9c2b7a11\r\n"
    "\r\n";

void parse_request(benchmark::State& state, std::string_view bytes) {
  h1::RequestParser parser;
  RequestHead head;
  for (auto _ : state) benchmark::DoNotOptimize(parser.parse(bytes, head));
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * bytes.size()));
}
BENCHMARK_CAPTURE(parse_request, small, kSmallRequest);
BENCHMARK_CAPTURE(parse_request, browser, kBrowserRequest);

void parse_response(benchmark::State& state) {
  h1::ResponseParser parser;
  ResponseHead head;
  for (auto _ : state) benchmark::DoNotOptimize(parser.parse(kResponse, head));
}
BENCHMARK(parse_response);

// From the client's bytes to the backend's: all of the codec's share of a request.
void forward_request(benchmark::State& state, std::string_view bytes) {
  h1::RequestParser parser;
  RequestHead head;
  std::string out;
  for (auto _ : state) {
    out.clear();
    benchmark::DoNotOptimize(parser.parse(bytes, head));
    const auto framing = h1::request_framing(head);
    const auto target = parse_target(head, Scheme::kHttp, {});
    benchmark::DoNotOptimize(h1::keeps_alive(head.version, head.fields));
    benchmark::DoNotOptimize(h1::expectation_of(head));
    const auto upgrade = h1::requested_upgrade(head, *framing);
    h1::remove_hop_by_hop(head.fields);
    head.fields.set(FieldId::kXForwardedFor, "192.0.2.1");
    head.fields.set(FieldId::kXForwardedProto, "https");
    head.fields.set(FieldId::kXRealIp, "192.0.2.1");
    h1::append_request(out, head, {target->path_and_query(head.storage()), *framing, upgrade, false});
    benchmark::DoNotOptimize(out.data());
  }
}
BENCHMARK_CAPTURE(forward_request, small, kSmallRequest);
BENCHMARK_CAPTURE(forward_request, browser, kBrowserRequest);

void forward_response(benchmark::State& state) {
  h1::ResponseParser parser;
  ResponseHead head;
  std::string out;
  for (auto _ : state) {
    out.clear();
    benchmark::DoNotOptimize(parser.parse(kResponse, head));
    const auto framing = h1::response_framing(head, MethodId::kGet);
    h1::remove_hop_by_hop(head.fields);
    h1::append_response(out, head, {*framing, Version::kHttp11, {}, false});
    benchmark::DoNotOptimize(out.data());
  }
}
BENCHMARK(forward_response);

void decode_chunks(benchmark::State& state) {
  constexpr std::size_t kChunkBytes = 4096;
  std::string coded;
  for (int i = 0; i < 4; ++i) coded += "1000\r\n" + std::string(kChunkBytes, 'x') + "\r\n";
  coded += "0\r\n\r\n";
  h1::ChunkedDecoder decoder;
  std::string buffer;
  for (auto _ : state) {
    buffer = coded;
    decoder.reset();
    benchmark::DoNotOptimize(decoder.decode(buffer));
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * coded.size()));
}
BENCHMARK(decode_chunks);

}  // namespace

BENCHMARK_MAIN();
