#include "tls/socket_bio.h"

#include <cerrno>
#include <new>

#include <sys/socket.h>

#include "tls/openssl.h"
#include "tls/tls_stream.h"

namespace gatehouse::tls {

using async::Direction;

int SocketBio::write(bio_st* bio, const char* data, int size) {
  auto& stream = *static_cast<TlsStream*>(BIO_get_data(bio));
  BIO_clear_retry_flags(bio);
  for (;;) {
    const auto count = ::send(stream.fd(), data, static_cast<std::size_t>(size), MSG_NOSIGNAL);
    if (count >= 0) return static_cast<int>(count);
    if (errno == EINTR) continue;
    if (errno == EAGAIN) {
      BIO_set_retry_write(bio);
    } else {
      stream.socket_error_ = errno;
    }
    return -1;
  }
}

int SocketBio::read(bio_st* bio, char* data, int size) {
  auto& stream = *static_cast<TlsStream*>(BIO_get_data(bio));
  BIO_clear_retry_flags(bio);
  if (!stream.watch().maybe(Direction::kRead)) {
    BIO_set_retry_read(bio);
    return -1;
  }
  for (;;) {
    const auto count = ::recv(stream.fd(), data, static_cast<std::size_t>(size), 0);
    if (count > 0) {
      if (count < size && !stream.watch().hung_up()) stream.watch().exhausted(Direction::kRead);
      return static_cast<int>(count);
    }
    if (count == 0) {
      stream.socket_ended_ = true;
      return 0;
    }
    if (errno == EINTR) continue;
    if (errno == EAGAIN) {
      stream.watch().exhausted(Direction::kRead);
      BIO_set_retry_read(bio);
    } else {
      stream.socket_error_ = errno;
    }
    return -1;
  }
}

long SocketBio::control(bio_st* bio, int command, long, void*) {
  if (command == BIO_CTRL_FLUSH) return 1;
  if (command == BIO_CTRL_EOF) return static_cast<TlsStream*>(BIO_get_data(bio))->socket_ended_ ? 1 : 0;
  return 0;
}

bio_st* SocketBio::make(TlsStream& stream) {
  // Immutable once made, and shared by all threads.
  static const BIO_METHOD* const kMethod = [] {
    BIO_METHOD* method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "socket of a loop");
    if (method == nullptr) throw std::bad_alloc();
    BIO_meth_set_write(method, &SocketBio::write);
    BIO_meth_set_read(method, &SocketBio::read);
    BIO_meth_set_ctrl(method, &SocketBio::control);
    return method;
  }();
  BIO* bio = BIO_new(kMethod);
  if (bio == nullptr) throw std::bad_alloc();
  BIO_set_data(bio, &stream);
  BIO_set_init(bio, 1);
  return bio;
}

}  // namespace gatehouse::tls
