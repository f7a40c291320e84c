// A server for tests: every request that arrives on its Unix socket is handed to the test's script, which returns the
// very bytes to answer with. One loop's thread; header-only, so that tests of every layer can use it.
#pragma once

#include <array>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "async/group.h"
#include "base/parse_int.h"
#include "net/listener.h"
#include "net/socket_stream.h"

namespace gatehouse::tests {

class ScriptedServer {
 public:
  struct Request {
    std::string head;  // with its empty line
    std::string body;  // as it came, chunk heads included
    int connection = 0;

    [[nodiscard]] std::string line() const { return head.substr(0, head.find("\r\n")); }
    [[nodiscard]] bool is(std::string_view start) const { return head.starts_with(start); }
  };
  struct Reply {
    std::string bytes;
    bool close = false;  // closes behind them
  };
  using Script = std::function<Reply(const Request&)>;

  enum class On { kUnixSocket, kPort };

  ScriptedServer(async::Loop& loop, Script script, On on = On::kUnixSocket)
      : folder_(make_folder()),
        path_(folder_ + "/socket"),
        script_(std::move(script)),
        listener_(loop, open(on)),
        group_(loop) {
    group_.spawn(accept_all());
  }
  ~ScriptedServer() {
    group_.cancel();
    std::filesystem::remove_all(folder_);
  }
  ScriptedServer(const ScriptedServer&) = delete;
  ScriptedServer& operator=(const ScriptedServer&) = delete;

  [[nodiscard]] const std::string& path() const { return path_; }
  // Of 127.0.0.1.
  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] const std::vector<Request>& requests() const { return requests_; }
  [[nodiscard]] int connections() const { return connections_; }

  static std::string response(int status, std::string_view body, std::string_view fields = "") {
    return "HTTP/1.1 " + std::to_string(status) + " X\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" +
           std::string(fields) + "\r\n" + std::string(body);
  }
  static std::string chunked(const std::vector<std::string>& pieces, std::string_view fields = "") {
    std::string text = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n" + std::string(fields) + "\r\n";
    for (const auto& piece : pieces) text += chunk(piece);
    return text + "0\r\n\r\n";
  }
  static std::string chunk(std::string_view piece) {
    std::array<char, 16> size{};
    const auto end = std::to_chars(size.data(), size.data() + size.size(), piece.size(), 16).ptr;
    return std::string(size.data(), end) + "\r\n" + std::string(piece) + "\r\n";
  }

 private:
  static std::string make_folder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "gatehouse-XXXXXX").string();
    return ::mkdtemp(pattern.data());
  }

  sys::Fd open(On on) {
    if (on == On::kUnixSocket) return *net::open_unix_listener(path_, 0600);
    auto socket = *net::open_listener(*net::SocketAddress::from_ip("127.0.0.1", 0), net::SharePort::kNo);
    port_ = net::SocketAddress::local_of(socket.get()).port();
    return socket;
  }

  async::Task<void> accept_all() {
    for (;;) {
      auto accepted = co_await listener_.accept();
      if (!accepted) co_return;
      group_.spawn(serve(std::move(accepted->socket), connections_++));
    }
  }

  async::Task<void> serve(sys::Fd socket, int connection) {
    net::SocketStream stream(group_.loop(), std::move(socket), base::Fault::kClient);
    for (std::string buffer;;) {
      const bool has_request = co_await read_request(stream, buffer, connection);
      if (!has_request) co_return;
      const auto reply = script_(Request(requests_.back()));
      if (!co_await stream.write(reply.bytes, async::Deadline::never())) co_return;
      if (reply.close) co_return;
    }
  }

  async::Task<bool> read_request(net::Stream& stream, std::string& buffer, int connection) {
    for (std::array<std::byte, 4096> piece;;) {
      if (const auto size = request_size(buffer); size <= buffer.size()) {
        const auto head = buffer.find("\r\n\r\n") + 4;
        requests_.push_back({buffer.substr(0, head), buffer.substr(head, size - head), connection});
        buffer.erase(0, size);
        co_return true;
      }
      const auto count = co_await stream.read(piece, async::Deadline::never());
      if (!count || *count == 0) co_return false;
      buffer.append(reinterpret_cast<const char*>(piece.data()), *count);
    }
  }

  static std::size_t request_size(const std::string& buffer) {
    const auto head = buffer.find("\r\n\r\n");
    if (head == std::string::npos) return std::string::npos;
    constexpr std::string_view kLength = "Content-Length: ";
    if (const auto at = buffer.find(kLength); at < head) {
      const auto begin = at + kLength.size();
      return head + 4 + *base::parse_int<std::size_t>(buffer.substr(begin, buffer.find('\r', begin) - begin));
    }
    if (buffer.find("Transfer-Encoding: chunked") > head) return head + 4;
    const auto end = buffer.find("0\r\n\r\n", head);
    return end == std::string::npos ? end : end + 5;
  }

  std::string folder_;
  std::string path_;
  std::uint16_t port_ = 0;
  Script script_;
  net::Listener listener_;
  std::vector<Request> requests_;
  int connections_ = 0;
  async::Group group_;
};

}  // namespace gatehouse::tests
