#include "http/h2/server_session.h"

#include <array>
#include <stdexcept>
#include <vector>

#include <fmt/format.h>
#include <nghttp2/nghttp2.h>

#include "http/h1/connection.h"

namespace gatehouse::http::h2 {

namespace {

constexpr std::size_t kSettingsMax = 32;         // entries in one SETTINGS frame
constexpr std::size_t kUnsentAnswersMax = 1000;  // to PING and SETTINGS
// Resets by the client, as a bucket: who opens streams only to end them makes work for nothing (CVE-2023-44487).
constexpr std::uint64_t kResetBurst = 500;
constexpr std::uint64_t kResetsPerSecond = 50;
constexpr std::size_t kTrailerBytesMax = 16 * 1024;

std::string_view text_of(const std::uint8_t* bytes, std::size_t size) {
  return {reinterpret_cast<const char*>(bytes), size};
}

nghttp2_nv line(std::string_view name, std::string_view value) {
  const auto bytes = [](std::string_view text) {
    return reinterpret_cast<std::uint8_t*>(const_cast<char*>(text.data()));  // the library only reads
  };
  return {bytes(name), bytes(value), name.size(), value.size(), NGHTTP2_NV_FLAG_NONE};
}

// The lines of a head or of trailers. The library copies them, and writes names in lower case.
class Lines {
 public:
  explicit Lines(std::size_t count) { lines_.reserve(count); }
  void add(std::string_view name, std::string_view value) { lines_.push_back(line(name, value)); }
  void add_all(const Fields& fields) {
    for (const auto& field : fields) {
      if (!kOfConnections.contains(field.id)) add(field.name, field.value);
    }
  }
  [[nodiscard]] const nghttp2_nv* data() const { return lines_.data(); }
  [[nodiscard]] std::size_t size() const { return lines_.size(); }

 private:
  std::vector<nghttp2_nv> lines_;
};

Lines lines_of(const ResponseHead& head, std::string& status) {
  status = std::to_string(head.status);
  Lines lines(head.fields.size() + 1);
  lines.add(":status", status);
  lines.add_all(head.fields);
  return lines;
}

bool is_request(const nghttp2_frame& frame) {
  return frame.hd.type == NGHTTP2_HEADERS && frame.headers.cat == NGHTTP2_HCAT_REQUEST;
}

bool ends_stream(const nghttp2_frame& frame) { return (frame.hd.flags & NGHTTP2_FLAG_END_STREAM) != 0; }

}  // namespace

// What libnghttp2 calls, on to the session.
struct Callbacks {
  static ServerSession& of(void* user) { return *static_cast<ServerSession*>(user); }

  static int begin_headers(nghttp2_session*, const nghttp2_frame* frame, void* user) {
    auto& self = of(user);
    self.is_amid_head_ = true;
    if (is_request(*frame)) self.open(frame->hd.stream_id);
    return 0;
  }
  static int header(nghttp2_session*, const nghttp2_frame* frame, const std::uint8_t* name, std::size_t name_size,
                    const std::uint8_t* value, std::size_t value_size, std::uint8_t, void* user) {
    of(user).on_head_line(frame->hd.stream_id, !is_request(*frame), text_of(name, name_size),
                          text_of(value, value_size));
    return 0;
  }
  // A line that the library itself finds malformed: not left out, the stream is ended.
  static int invalid_header(nghttp2_session* session, const nghttp2_frame* frame, const std::uint8_t*, std::size_t,
                            const std::uint8_t*, std::size_t, std::uint8_t, void* user) {
    if (auto* open = of(user).find(frame->hd.stream_id)) open->is_refused = true;
    nghttp2_submit_rst_stream(session, NGHTTP2_FLAG_NONE, frame->hd.stream_id, NGHTTP2_PROTOCOL_ERROR);
    return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
  }
  static int frame_received(nghttp2_session*, const nghttp2_frame* frame, void* user) {
    auto& self = of(user);
    const auto id = frame->hd.stream_id;
    if (frame->hd.type == NGHTTP2_HEADERS) self.is_amid_head_ = false;
    if (is_request(*frame)) {
      self.on_head_end(id, ends_stream(*frame));
    } else if ((frame->hd.type == NGHTTP2_HEADERS || frame->hd.type == NGHTTP2_DATA) && ends_stream(*frame)) {
      self.on_end(id);
    }
    return 0;
  }
  static int content(nghttp2_session*, std::uint8_t, std::int32_t id, const std::uint8_t* bytes, std::size_t size,
                     void* user) {
    of(user).on_content(id, text_of(bytes, size));
    return 0;
  }
  static int closed(nghttp2_session*, std::int32_t id, std::uint32_t, void* user) {
    of(user).on_closed(id);
    return 0;
  }
  static ssize_t read(nghttp2_session*, std::int32_t id, std::uint8_t* room, std::size_t size, std::uint32_t* flags,
                      nghttp2_data_source*, void* user) {
    const auto piece = of(user).take(id, {reinterpret_cast<char*>(room), size});
    if (piece.size == 0 && !piece.end) return NGHTTP2_ERR_DEFERRED;
    if (piece.end) *flags |= NGHTTP2_DATA_FLAG_EOF;
    if (piece.trailers != nullptr && !piece.trailers->empty()) {
      *flags |= NGHTTP2_DATA_FLAG_NO_END_STREAM;
      of(user).submit_trailers(id, *piece.trailers);
    }
    return static_cast<ssize_t>(piece.size);
  }
};

ServerSession::ServerSession(const Limits& limits, Listener& listener)
    : limits_(limits), listener_(listener), session_(nullptr, nghttp2_session_del) {
  nghttp2_session_callbacks* callbacks = nullptr;
  nghttp2_option* options = nullptr;
  if (nghttp2_session_callbacks_new(&callbacks) != 0) throw std::bad_alloc();
  const std::unique_ptr<nghttp2_session_callbacks, void (*)(nghttp2_session_callbacks*)> callbacks_owner(
      callbacks, nghttp2_session_callbacks_del);
  if (nghttp2_option_new(&options) != 0) throw std::bad_alloc();
  const std::unique_ptr<nghttp2_option, void (*)(nghttp2_option*)> options_owner(options, nghttp2_option_del);

  nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks, Callbacks::begin_headers);
  nghttp2_session_callbacks_set_on_header_callback(callbacks, Callbacks::header);
  nghttp2_session_callbacks_set_on_invalid_header_callback(callbacks, Callbacks::invalid_header);
  nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, Callbacks::frame_received);
  nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, Callbacks::content);
  nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, Callbacks::closed);

  nghttp2_option_set_no_auto_window_update(options, 1);
  nghttp2_option_set_max_settings(options, kSettingsMax);
  nghttp2_option_set_max_outbound_ack(options, kUnsentAnswersMax);
  nghttp2_option_set_stream_reset_rate_limit(options, kResetBurst, kResetsPerSecond);
  nghttp2_option_set_max_deflate_dynamic_table_size(options, limits.encoder_table_bytes);

  nghttp2_session* session = nullptr;
  if (nghttp2_session_server_new2(&session, callbacks, this, options) != 0) throw std::bad_alloc();
  session_.reset(session);

  const std::array settings{
      nghttp2_settings_entry{NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, limits.streams},
      nghttp2_settings_entry{NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, kStreamWindowBytes},
      nghttp2_settings_entry{NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, static_cast<std::uint32_t>(limits.head_bytes)},
      nghttp2_settings_entry{NGHTTP2_SETTINGS_HEADER_TABLE_SIZE,
                             static_cast<std::uint32_t>(limits.decoder_table_bytes)},
      nghttp2_settings_entry{NGHTTP2_SETTINGS_ENABLE_CONNECT_PROTOCOL, 1},
  };
  nghttp2_submit_settings(session, NGHTTP2_FLAG_NONE, settings.data(), settings.size());
  nghttp2_session_set_local_window_size(session, NGHTTP2_FLAG_NONE, 0, kConnectionWindowBytes);
}

ServerSession::~ServerSession() {
  open_.for_each([](Open& open) { delete &open; });
}

base::Result<void> ServerSession::feed(std::string_view bytes) {
  const auto used =
      nghttp2_session_mem_recv(session_.get(), reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
  if (used >= 0) return {};
  return base::fail(base::ErrorCode::kInvalid, base::Fault::kClient,
                    fmt::format("HTTP/2: {}", nghttp2_strerror(static_cast<int>(used))));
}

void ServerSession::drain(std::string& output, std::size_t bytes_max) {
  while (output.size() < bytes_max) {
    const std::uint8_t* bytes = nullptr;
    const auto size = nghttp2_session_mem_send(session_.get(), &bytes);
    if (size <= 0) return;
    output.append(text_of(bytes, static_cast<std::size_t>(size)));
  }
}

bool ServerSession::is_over() const {
  return nghttp2_session_want_read(session_.get()) == 0 && nghttp2_session_want_write(session_.get()) == 0;
}

// --- what the owner says

void ServerSession::respond(StreamId id, const ResponseHead& head, bool has_content) {
  std::string status;
  const auto lines = lines_of(head, status);
  nghttp2_data_provider content{.source = {.ptr = nullptr}, .read_callback = Callbacks::read};
  nghttp2_submit_response(session_.get(), id, lines.data(), lines.size(), has_content ? &content : nullptr);
}

void ServerSession::interim(StreamId id, const ResponseHead& head) {
  std::string status;
  const auto lines = lines_of(head, status);
  nghttp2_submit_headers(session_.get(), NGHTTP2_FLAG_NONE, id, nullptr, lines.data(), lines.size(), nullptr);
}

void ServerSession::submit_trailers(StreamId id, const Fields& trailers) {
  Lines lines(trailers.size());
  lines.add_all(trailers);
  nghttp2_submit_trailer(session_.get(), id, lines.data(), lines.size());
}

void ServerSession::resume(StreamId id) { nghttp2_session_resume_data(session_.get(), id); }

void ServerSession::consume(StreamId id, std::size_t bytes) {
  auto* open = find(id);
  if (open == nullptr || bytes == 0) return;
  open->unconsumed_bytes -= bytes;
  nghttp2_session_consume(session_.get(), id, bytes);
}

void ServerSession::reset(StreamId id, ErrorCode error) {
  nghttp2_submit_rst_stream(session_.get(), NGHTTP2_FLAG_NONE, id, static_cast<std::uint32_t>(error));
}

void ServerSession::detach(StreamId id) {
  if (auto* open = find(id)) open->stream = nullptr;
}

void ServerSession::announce_end() { nghttp2_submit_shutdown_notice(session_.get()); }

void ServerSession::end(ErrorCode error) {
  nghttp2_submit_goaway(session_.get(), NGHTTP2_FLAG_NONE, nghttp2_session_get_last_proc_stream_id(session_.get()),
                        static_cast<std::uint32_t>(error), nullptr, 0);
}

// --- what the client says

void ServerSession::open(StreamId id) {
  auto* const open = new Open(id, limits_.head_bytes);
  open_.push_back(*open);
  ++open_streams_;
  nghttp2_session_set_stream_user_data(session_.get(), id, open);
}

ServerSession::Open* ServerSession::find(StreamId id) {
  return static_cast<Open*>(nghttp2_session_get_stream_user_data(session_.get(), id));
}

void ServerSession::refuse(StreamId id, Open& open, Violation violation) {
  open.is_refused = true;
  reset(id, violation == Violation::kHeadTooLarge ? ErrorCode::kEnhanceYourCalm : ErrorCode::kProtocol);
  listener_.on_violation(violation);
}

void ServerSession::on_head_line(StreamId id, bool is_trailer, std::string_view name, std::string_view value) {
  auto* open = find(id);
  if (open == nullptr || open->is_refused) return;
  if (!is_trailer) {
    if (const auto added = open->head.add(name, value); !added) refuse(id, *open, added.error());
    return;
  }
  open->trailer_bytes += name.size() + value.size();
  if (open->trailer_bytes > kTrailerBytesMax) return refuse(id, *open, Violation::kHeadTooLarge);
  if (h1::is_allowed_in_trailers({.id = field_id_of(name), .name = name, .value = value})) {
    open->trailers.add(name, value);
  }
}

void ServerSession::on_head_end(StreamId id, bool ended) {
  auto* open = find(id);
  if (open == nullptr || open->is_refused) return;
  auto request = open->head.finish();
  if (!request) return refuse(id, *open, request.error());
  open->stream = listener_.on_request(id, *std::move(request), ended);
  if (open->stream != nullptr) return;
  open->is_refused = true;
  reset(id, ErrorCode::kRefusedStream);
}

void ServerSession::on_end(StreamId id) {
  auto* open = find(id);
  if (open != nullptr && open->stream != nullptr) open->stream->on_end(open->trailers);
}

void ServerSession::on_content(StreamId id, std::string_view bytes) {
  auto* open = find(id);
  if (open == nullptr) return;
  if (open->stream == nullptr) {  // nobody reads it, but the connection's window must not shrink by it
    nghttp2_session_consume(session_.get(), id, bytes.size());
    return;
  }
  open->unconsumed_bytes += bytes.size();
  open->stream->on_content(bytes);
}

void ServerSession::on_closed(StreamId id) {
  const std::unique_ptr<Open> open(find(id));
  if (!open) return;
  nghttp2_session_set_stream_user_data(session_.get(), id, nullptr);
  --open_streams_;
  if (open->unconsumed_bytes > 0) nghttp2_session_consume_connection(session_.get(), open->unconsumed_bytes);
  if (open->stream != nullptr) open->stream->on_closed();
}

ServerSession::Piece ServerSession::take(StreamId id, std::span<char> room) {
  auto* open = find(id);
  if (open == nullptr || open->stream == nullptr) return {.size = 0, .end = true, .trailers = nullptr};
  return open->stream->take(room);
}

}  // namespace gatehouse::http::h2
