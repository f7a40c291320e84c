// Chunked content from hostile bytes. Decoded whole and in parts it must come out the same, end at the same byte, and
// survive being encoded again. The first byte says where to split.
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>

#include "http/h1/chunked_decoder.h"
#include "http/h1/chunked_encoder.h"

using namespace gatehouse::http;

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

struct Outcome {
  std::string content;
  std::string trailers;  // as the encoder writes them
  std::size_t consumed = 0;
  bool done = false;
  std::optional<Violation> violation;
  friend bool operator==(const Outcome&, const Outcome&) = default;
};

Outcome decode(std::string_view bytes, std::size_t part_bytes) {
  h1::ChunkedDecoder decoder;
  Outcome outcome;
  while (!bytes.empty() && !outcome.done) {
    std::string part(bytes.substr(0, part_bytes));
    const auto progress = decoder.decode(part);
    if (!progress) {  // what came before the mistake may have been passed on, or not
      Outcome refused;
      refused.violation = progress.error();
      return refused;
    }
    outcome.content += progress->data;
    outcome.consumed += progress->consumed;
    outcome.done = progress->done;
    bytes.remove_prefix(progress->consumed);
  }
  if (outcome.done) h1::append_last_chunk(outcome.trailers, decoder.trailers());
  return outcome;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 1) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const auto whole = decode(bytes, bytes.size());
  require(whole == decode(bytes, std::size_t{data[0]} + 1));
  if (!whole.done) return 0;

  std::string encoded;
  if (!whole.content.empty()) {
    encoded.append(h1::ChunkHead(whole.content.size()).text()).append(whole.content).append(h1::kChunkEnd);
  }
  encoded += whole.trailers;
  const auto again = decode(encoded, encoded.size());
  require(again.done && again.consumed == encoded.size() && again.content == whole.content &&
          again.trailers == whole.trailers);
  return 0;
}
