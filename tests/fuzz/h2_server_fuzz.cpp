// HTTP/2 from hostile bytes, in parts. Whatever comes, every request that is let through can be written as HTTP/1.1 and
// reads back as itself, and the session stays usable until it says that it is over. The first byte says where to split.
#include <cstdint>
#include <cstdlib>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "http/h1/framing.h"
#include "http/h1/head_writer.h"
#include "http/h1/request_parser.h"
#include "http/h2/server_session.h"
#include "http/target.h"

using namespace gatehouse::http;

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

void require_that_it_reads_back(const RequestHead& head) {
  if (head.method.id == MethodId::kConnect) return;  // never forwarded
  std::string text;
  h1::append_request(text, head, {.target = head.target, .framing = h1::Framing::none()});
  h1::RequestParser parser;
  RequestHead again;
  const auto progress = parser.parse(text, again);
  if (!progress) return;  // the one grammar is wider than the other: a target or host that parse_target() refuses
  require(progress->done && progress->consumed == text.size());
  require(again.method == head.method && again.target == head.target);
}

class Echo final : public h2::ServerSession::Stream {
 public:
  void on_content(std::string_view bytes) override { content_ += bytes; }
  void on_end(Fields& trailers) override { trailers_ = std::move(trailers); }
  void on_closed() override { is_closed = true; }
  h2::ServerSession::Piece take(std::span<char> room) override {
    const auto size = std::min(room.size(), content_.size());
    content_.copy(room.data(), size);
    content_.erase(0, size);
    return {.size = size, .end = content_.empty(), .trailers = &trailers_};
  }
  bool is_closed = false;
  bool is_answered = false;

 private:
  std::string content_;
  Fields trailers_;
};

class Peer final : public h2::ServerSession::Listener {
 public:
  h2::ServerSession::Stream* on_request(h2::StreamId id, h2::Request request, bool) override {
    require_that_it_reads_back(request.head);
    if (id % 7 == 0) return nullptr;
    return (streams[id] = std::make_unique<Echo>()).get();
  }
  void on_violation(Violation) override {}

  std::map<h2::StreamId, std::unique_ptr<Echo>> streams;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::size_t part_bytes = data[0] + std::size_t{1};
  const std::string bytes = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + std::string(data + 1, data + size);
  Peer peer;
  h2::ServerSession session({.streams = 8, .head_bytes = 4096}, peer);
  std::string output;
  for (std::string_view rest = bytes; !rest.empty() && !session.is_over();) {
    const auto part = rest.substr(0, part_bytes);
    rest.remove_prefix(part.size());
    if (!session.feed(part)) break;
    for (const auto& [id, stream] : peer.streams) {
      if (stream->is_closed || id % 3 == 0 || std::exchange(stream->is_answered, true)) continue;
      session.respond(id, ResponseHead::of(200), id % 5 != 0);
    }
    output.clear();
    session.drain(output, 1 << 16);
  }
  session.end(h2::ErrorCode::kNone);
  session.drain(output, 1 << 16);
  return 0;
}
