// Responses from hostile backends. Parsed whole and in parts, they must come out the same; what is let through must be
// written such that it reads back as the same response. The first byte says where to split and what was asked.
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>

#include "http/h1/connection.h"
#include "http/h1/framing.h"
#include "http/h1/head_writer.h"
#include "http/h1/response_parser.h"

using namespace gatehouse::http;

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

std::string shown(const ResponseHead& head) {
  auto text = std::to_string(head.status).append("|").append(head.reason).append("|").append(to_string(head.version));
  for (const auto& field : head.fields) text.append("|").append(field.name).append("=").append(field.value);
  return text;
}

struct Outcome {
  std::string heads;
  std::optional<Violation> violation;
  friend bool operator==(const Outcome&, const Outcome&) = default;
};

Outcome parse(std::string_view bytes, std::size_t part_bytes) {
  h1::ResponseParser parser;
  ResponseHead head;
  Outcome outcome;
  while (!bytes.empty()) {
    std::string part(bytes.substr(0, part_bytes));
    const auto progress = parser.parse(part, head);
    if (!progress) {
      outcome.violation = progress.error();
      return outcome;
    }
    bytes.remove_prefix(progress->consumed);
    if (progress->done) outcome.heads += shown(head) + "\n";
  }
  return outcome;
}

void check_round_trip(ResponseHead& head, MethodId method) {
  const auto framing = h1::response_framing(head, method);
  if (!framing || framing->kind == h1::BodyKind::kTunnel) return;
  h1::remove_hop_by_hop(head.fields);
  const auto sent = h1::framing_for(*framing, Version::kHttp11);
  std::string bytes;
  h1::append_response(bytes, head, {.framing = sent});
  h1::ResponseParser parser;
  ResponseHead again;
  const auto progress = parser.parse(bytes, again);
  require(progress && progress->done && progress->consumed == bytes.size());
  require(again.status == head.status);
  require(h1::response_framing(again, method) == sent);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 1) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  require(parse(bytes, bytes.size()) == parse(bytes, std::size_t{data[0]} + 1));
  h1::ResponseParser parser;
  ResponseHead head;
  const auto progress = parser.parse(bytes, head);
  if (progress && progress->done) check_round_trip(head, data[0] % 2 == 0 ? MethodId::kGet : MethodId::kHead);
  return 0;
}
