#include "wire/peer.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <stdexcept>
#include <system_error>

#include <fmt/format.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>

#include "base/parse_int.h"
#include "base/text.h"
#include "net/listener.h"

namespace gatehouse::tests {

namespace {

[[noreturn]] void throw_errno(const char* what) { throw std::system_error(errno, std::generic_category(), what); }

bool wait_for(int fd, short events, std::chrono::milliseconds time) {
  pollfd entry{.fd = fd, .events = events, .revents = 0};
  return ::poll(&entry, 1, static_cast<int>(time.count())) > 0;
}

void expect_soon(int fd, short events, std::string_view seen) {
  if (!wait_for(fd, events, kPatience)) throw std::runtime_error(fmt::format("waited in vain; came so far: {}", seen));
}

net::SocketAddress loopback(std::uint16_t port) { return *net::SocketAddress::from_ip("127.0.0.1", port); }

}  // namespace

Peer::Peer(sys::Fd socket) : socket_(std::move(socket)) {}

Peer Peer::connect(std::uint16_t port) {
  sys::Fd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const auto address = loopback(port);
  if (::connect(socket.get(), address.native(), address.size()) != 0) throw_errno("connect");
  return Peer(std::move(socket));
}

void Peer::secure(const std::string& server_name, const std::string& authority_pem) {
  const std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context(SSL_CTX_new(TLS_client_method()), SSL_CTX_free);
  const std::unique_ptr<BIO, decltype(&BIO_free)> text(BIO_new_mem_buf(authority_pem.data(), -1), BIO_free);
  const std::unique_ptr<X509, decltype(&X509_free)> root(PEM_read_bio_X509(text.get(), nullptr, nullptr, nullptr),
                                                         X509_free);
  X509_STORE_add_cert(SSL_CTX_get_cert_store(context.get()), root.get());
  SSL_CTX_set_verify(context.get(), server_name.empty() ? SSL_VERIFY_NONE : SSL_VERIFY_PEER, nullptr);
  tls_.reset(SSL_new(context.get()), SSL_free);
  if (!server_name.empty()) SSL_set_tlsext_host_name(tls_.get(), server_name.c_str());
  SSL_set1_host(tls_.get(), server_name.c_str());
  SSL_set_fd(tls_.get(), fd());
  if (SSL_connect(tls_.get()) != 1) {
    const auto* reason = ERR_reason_error_string(ERR_get_error());
    throw std::runtime_error(fmt::format("handshake: {}", reason == nullptr ? "the connection ended" : reason));
  }
}

void Peer::send(std::string_view bytes) {
  if (tls_) {
    if (SSL_write(tls_.get(), bytes.data(), static_cast<int>(bytes.size())) <= 0) throw std::runtime_error("SSL_write");
    return;
  }
  while (!bytes.empty()) {
    const auto count = send_some(bytes);
    bytes.remove_prefix(count);
    if (count == 0) expect_soon(fd(), POLLOUT, "the other end reads nothing");
  }
}

std::size_t Peer::send_some(std::string_view bytes) {
  const auto count = ::send(fd(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  if (count < 0 && errno != EAGAIN) throw_errno("send");
  return count < 0 ? 0 : static_cast<std::size_t>(count);
}

std::string Peer::receive(std::size_t count) {
  if (!ahead_.empty()) {
    const auto text = ahead_.substr(0, count);
    ahead_.erase(0, text.size());
    return text;
  }
  std::string text(count, '\0');
  if (tls_) {
    if (SSL_pending(tls_.get()) == 0) expect_soon(fd(), POLLIN, "nothing");
    const int size = SSL_read(tls_.get(), text.data(), static_cast<int>(text.size()));
    if (size <= 0 && SSL_get_error(tls_.get(), size) != SSL_ERROR_ZERO_RETURN) {
      throw std::runtime_error("the connection ended without a goodbye");
    }
    text.resize(static_cast<std::size_t>(std::max(size, 0)));
    return text;
  }
  expect_soon(fd(), POLLIN, "nothing");
  const auto size = ::recv(fd(), text.data(), text.size(), 0);
  if (size < 0) throw_errno("recv");
  text.resize(static_cast<std::size_t>(size));
  return text;
}

std::string Peer::take(std::string_view expected) {
  std::string text;
  while (text.size() < expected.size() && expected.starts_with(text)) {
    if (ahead_.empty() && !tls_) expect_soon(fd(), POLLIN, text);
    const auto more = receive(expected.size() - text.size());
    if (more.empty()) break;
    text += more;
  }
  return text;
}

std::string Peer::take(std::size_t count) {
  std::string text;
  while (text.size() < count) {
    const auto more = receive(count - text.size());
    if (more.empty()) break;
    text += more;
  }
  return text;
}

std::string Peer::take_through(std::string_view end) {
  std::string text;
  for (auto found = std::string::npos; found == std::string::npos; found = text.find(end)) {
    if (ahead_.empty() && !tls_) expect_soon(fd(), POLLIN, text);
    const auto more = receive(64 * 1024);
    if (more.empty()) throw std::runtime_error("the connection ended behind: " + text);
    text += more;
  }
  const auto size = text.find(end) + end.size();
  ahead_.insert(0, text, size);
  text.resize(size);
  return text;
}

std::string Peer::take_rest() {
  std::string text;
  for (;;) {
    const auto more = receive(64 * 1024);
    if (more.empty()) return text;
    text += more;
  }
}

bool Peer::ended() { return receive(1).empty(); }

bool Peer::was_reset() {
  try {
    receive(1);
  } catch (const std::system_error& error) {
    return error.code().value() == ECONNRESET;
  }
  return false;
}

bool Peer::is_silent(std::chrono::milliseconds time) { return ahead_.empty() && !wait_for(fd(), POLLIN, time); }

void Peer::end_writing() {
  if (tls_) {
    SSL_shutdown(tls_.get());
    return;
  }
  if (::shutdown(fd(), SHUT_WR) != 0) throw_errno("shutdown");
}

void Peer::reset() {
  const linger at_once{.l_onoff = 1, .l_linger = 0};
  ::setsockopt(fd(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  close();
}

Server::Server() {
  auto socket = net::open_listener(loopback(0), net::SharePort::kNo);
  if (!socket) throw std::runtime_error(socket.error().message);
  socket_ = *std::move(socket);
  port_ = net::SocketAddress::local_of(socket_.get()).port();
}

Peer Server::accept() {
  expect_soon(socket_.get(), POLLIN, "no connection");
  sys::Fd accepted(::accept4(socket_.get(), nullptr, nullptr, SOCK_CLOEXEC));
  if (!accepted.valid()) throw_errno("accept");
  return Peer(std::move(accepted));
}

bool Server::is_quiet(std::chrono::milliseconds time) { return !wait_for(socket_.get(), POLLIN, time); }

std::string Server::url() const { return fmt::format("http://127.0.0.1:{}", port_); }

namespace {

std::string field_of(std::string_view head, std::string_view name) {
  std::string joined;
  auto lines = head.substr(head.find("\r\n") + 2);
  while (!lines.empty()) {
    const auto line = lines.substr(0, lines.find("\r\n"));
    lines.remove_prefix(std::min(lines.size(), line.size() + 2));
    const auto colon = line.find(": ");
    if (colon == std::string_view::npos || !base::iequals(line.substr(0, colon), name)) continue;
    if (!joined.empty()) joined += " | ";
    joined += line.substr(colon + 2);
  }
  return joined;
}

std::string take_chunks(Peer& peer) {
  std::string content;
  for (;;) {
    const auto line = peer.take_through("\r\n");
    const auto size = std::stoul(line, nullptr, 16);
    if (size == 0) {
      while (peer.take_through("\r\n") != "\r\n") continue;
      return content;
    }
    content += peer.take(size);
    peer.take(std::string_view("\r\n"));
  }
}

}  // namespace

std::string Reply::field(std::string_view name) const { return field_of(head, name); }

Reply take_reply(Peer& peer, bool to_head) {
  Reply reply;
  do {
    reply.head = peer.take_through("\r\n\r\n");
    reply.status = base::parse_int<int>(std::string_view(reply.head).substr(9, 3)).value_or(0);
  } while (reply.status == 100);
  if (to_head || reply.status == 101 || reply.status == 204 || reply.status == 304) return reply;
  if (reply.field("Transfer-Encoding") == "chunked") {
    reply.content = take_chunks(peer);
  } else if (const auto length = base::parse_int<std::size_t>(reply.field("Content-Length"))) {
    reply.content = peer.take(*length);
  } else {
    reply.content = peer.take_rest();
  }
  return reply;
}

std::string take_request(Peer& peer) {
  auto text = peer.take_through("\r\n\r\n");
  if (const auto length = base::parse_int<std::size_t>(field_of(text, "Content-Length"))) text += peer.take(*length);
  return text;
}

}  // namespace gatehouse::tests
