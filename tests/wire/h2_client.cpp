#include "wire/h2_client.h"

#include <algorithm>
#include <cstring>
#include <stdexcept>

#include <nghttp2/nghttp2.h>

namespace gatehouse::tests {

namespace {

std::vector<nghttp2_nv> lines_of(const H2Fields& fields) {
  std::vector<nghttp2_nv> lines;
  const auto bytes = [](const std::string& text) {
    return reinterpret_cast<std::uint8_t*>(const_cast<char*>(text.data()));
  };
  for (const auto& [name, value] : fields) {
    // As they are: the library would make copies in lower case.
    lines.push_back({bytes(name), bytes(value), name.size(), value.size(), NGHTTP2_NV_FLAG_NO_COPY_NAME});
  }
  return lines;
}

}  // namespace

struct H2ClientCallbacks {
  static H2Client& of(void* user) { return *static_cast<H2Client*>(user); }

  static int header(nghttp2_session*, const nghttp2_frame* frame, const std::uint8_t* name, std::size_t name_size,
                    const std::uint8_t* value, std::size_t value_size, std::uint8_t, void* user) {
    auto& reply = of(user).replies_[frame->hd.stream_id];
    const std::string key(reinterpret_cast<const char*>(name), name_size);
    const std::string text(reinterpret_cast<const char*>(value), value_size);
    if (key == ":status") {
      const int status = std::stoi(text);
      if (status < 200) {
        reply.interim.push_back(status);
      } else {
        reply.status = status;
      }
    } else {
      (reply.content.empty() && frame->headers.cat != NGHTTP2_HCAT_HEADERS ? reply.fields : reply.trailers)
          .emplace_back(key, text);
    }
    return 0;
  }
  static int content(nghttp2_session*, std::uint8_t, std::int32_t id, const std::uint8_t* bytes, std::size_t size,
                     void* user) {
    of(user).replies_[id].content.append(reinterpret_cast<const char*>(bytes), size);
    return 0;
  }
  static int frame(nghttp2_session*, const nghttp2_frame* frame, void* user) {
    auto& self = of(user);
    const bool ends = (frame->hd.type == NGHTTP2_HEADERS || frame->hd.type == NGHTTP2_DATA) &&
                      (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0;
    if (ends) self.replies_[frame->hd.stream_id].ended = true;
    if (frame->hd.type == NGHTTP2_RST_STREAM) self.replies_[frame->hd.stream_id].closed = frame->rst_stream.error_code;
    if (frame->hd.type == NGHTTP2_PING && (frame->hd.flags & NGHTTP2_FLAG_ACK) != 0) ++self.pongs_;
    if (frame->hd.type == NGHTTP2_GOAWAY) {
      self.goaway_ = frame->goaway.error_code;
      self.goaway_last_stream_ = frame->goaway.last_stream_id;
    }
    return 0;
  }
  static int closed(nghttp2_session*, std::int32_t id, std::uint32_t error, void* user) {
    auto& reply = of(user).replies_[id];
    if (!reply.closed) reply.closed = error;
    return 0;
  }
  static ssize_t read(nghttp2_session* session, std::int32_t id, std::uint8_t* room, std::size_t size,
                      std::uint32_t* flags, nghttp2_data_source*, void* user) {
    auto& upload = of(user).uploads_[id];
    const auto count = std::min(size, upload.content.size());
    std::memcpy(room, upload.content.data(), count);
    upload.content.erase(0, count);
    if (upload.content.empty() && upload.ended) {
      *flags |= NGHTTP2_DATA_FLAG_EOF;
      if (!upload.trailers.empty()) {
        *flags |= NGHTTP2_DATA_FLAG_NO_END_STREAM;
        const auto lines = lines_of(upload.trailers);
        nghttp2_submit_trailer(session, id, lines.data(), lines.size());
      }
    } else if (count == 0) {
      return NGHTTP2_ERR_DEFERRED;
    }
    return static_cast<ssize_t>(count);
  }
};

std::string H2Reply::field(std::string_view name) const {
  std::string joined;
  for (const auto& [key, value] : fields) {
    if (key != name) continue;
    joined += (joined.empty() ? "" : " | ") + value;
  }
  return joined;
}

H2Client::H2Client(Peer peer, Options options) : peer_(std::move(peer)), session_(nullptr, nghttp2_session_del) {
  nghttp2_session_callbacks* callbacks = nullptr;
  nghttp2_session_callbacks_new(&callbacks);
  nghttp2_session_callbacks_set_on_header_callback(callbacks, H2ClientCallbacks::header);
  nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, H2ClientCallbacks::content);
  nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, H2ClientCallbacks::frame);
  nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, H2ClientCallbacks::closed);
  nghttp2_option* option = nullptr;
  nghttp2_option_new(&option);
  nghttp2_option_set_no_http_messaging(option, 1);
  nghttp2_option_set_no_auto_window_update(option, options.grants_more ? 0 : 1);
  nghttp2_session* session = nullptr;
  nghttp2_session_client_new2(&session, callbacks, this, option);
  session_.reset(session);
  nghttp2_option_del(option);
  nghttp2_session_callbacks_del(callbacks);
  const nghttp2_settings_entry setting{NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE,
                                       static_cast<std::uint32_t>(options.window_bytes)};
  nghttp2_submit_settings(session, NGHTTP2_FLAG_NONE, &setting, 1);
  flush();
}

H2Client::~H2Client() = default;

void H2Client::flush() {
  for (;;) {
    const std::uint8_t* bytes = nullptr;
    const auto size = nghttp2_session_mem_send(session_.get(), &bytes);
    if (size < 0) throw std::runtime_error(nghttp2_strerror(static_cast<int>(size)));
    if (size == 0) return;
    peer_.send({reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size)});
  }
}

bool H2Client::read_some() {
  const auto bytes = peer_.take_some();
  if (bytes.empty()) return false;
  const auto used =
      nghttp2_session_mem_recv(session_.get(), reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
  if (used < 0) throw std::runtime_error(nghttp2_strerror(static_cast<int>(used)));
  flush();
  return true;
}

std::int32_t H2Client::request(const H2Fields& lines, bool ended) {
  const auto all = lines_of(lines);
  nghttp2_data_provider upload{.source = {.ptr = nullptr}, .read_callback = H2ClientCallbacks::read};
  const auto id =
      nghttp2_submit_request(session_.get(), nullptr, all.data(), all.size(), ended ? nullptr : &upload, nullptr);
  if (id < 0) throw std::runtime_error(nghttp2_strerror(id));
  flush();
  return id;
}

std::int32_t H2Client::get(std::string path, std::string host) {
  return request(h2_get(std::move(path), std::move(host)));
}

void H2Client::send(std::int32_t id, std::string_view content, bool ended) {
  auto& upload = uploads_[id];
  upload.content += content;
  upload.ended = ended;
  nghttp2_session_resume_data(session_.get(), id);
  flush();
}

void H2Client::send_trailers(std::int32_t id, const H2Fields& trailers) {
  uploads_[id].trailers = trailers;
  send(id, "", true);
}

void H2Client::reset(std::int32_t id, std::uint32_t error) {
  nghttp2_submit_rst_stream(session_.get(), NGHTTP2_FLAG_NONE, id, error);
  flush();
}

void H2Client::ping() {
  nghttp2_submit_ping(session_.get(), NGHTTP2_FLAG_NONE, nullptr);
  flush();
}

void H2Client::grant(std::int32_t id, std::int32_t bytes) {
  nghttp2_submit_window_update(session_.get(), NGHTTP2_FLAG_NONE, id, bytes);
  flush();
}

H2Reply H2Client::take(std::int32_t id) {
  until([&] { return replies_[id].ended || replies_[id].closed; });
  return replies_[id];
}

H2Fields h2_get(std::string path, std::string host) {
  return {{":method", "GET"}, {":scheme", "http"}, {":authority", std::move(host)}, {":path", std::move(path)}};
}

}  // namespace gatehouse::tests
