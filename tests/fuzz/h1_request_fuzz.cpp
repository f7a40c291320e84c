// Requests from hostile bytes. Parsed whole and in parts, they must come out the same; what is let through must be
// written such that it reads back as the same request, with nothing left over. The first byte says where to split.
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>

#include "http/h1/connection.h"
#include "http/h1/framing.h"
#include "http/h1/head_writer.h"
#include "http/h1/request_parser.h"
#include "http/target.h"

using namespace gatehouse::http;

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

std::string shown(const RequestHead& head) {
  std::string text(head.method.token);
  text.append("|").append(head.target).append("|").append(to_string(head.version));
  for (const auto& field : head.fields) text.append("|").append(field.name).append("=").append(field.value);
  return text;
}

struct Outcome {
  std::string heads;
  std::optional<Violation> violation;
  friend bool operator==(const Outcome&, const Outcome&) = default;
};

Outcome parse(std::string_view bytes, std::size_t part_bytes) {
  h1::RequestParser parser;
  RequestHead head;
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

void check_round_trip(RequestHead& head) {
  const auto framing = h1::request_framing(head);
  const auto target = parse_target(head, Scheme::kHttp, {});
  const auto expectation = h1::expectation_of(head);
  if (!framing || !target || !expectation || head.method.id == MethodId::kConnect) return;
  const std::string upgrade(h1::requested_upgrade(head, *framing));
  h1::remove_hop_by_hop(head.fields);

  std::string bytes;
  h1::append_request(bytes, head,
                     {.target = target->path_and_query(head.storage()), .framing = *framing, .upgrade = upgrade});
  h1::RequestParser parser;
  RequestHead again;
  const auto progress = parser.parse(bytes, again);
  require(progress && progress->done && progress->consumed == bytes.size());
  require(again.method == head.method);
  const auto same_target = parse_target(again, Scheme::kHttp, {});
  require(same_target && same_target->path == target->path && same_target->query == target->query &&
          same_target->host == target->host && same_target->port == target->port);
  const auto same_framing = h1::request_framing(again);
  require(same_framing && same_framing->is_empty() == framing->is_empty() && same_framing->length == framing->length);
  require(framing->is_empty() || same_framing->kind == framing->kind);
  require(h1::requested_upgrade(again, *same_framing) == upgrade);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 1) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  require(parse(bytes, bytes.size()) == parse(bytes, std::size_t{data[0]} + 1));
  h1::RequestParser parser;
  RequestHead head;
  const auto progress = parser.parse(bytes, head);
  if (progress && progress->done) check_round_trip(head);
  return 0;
}
