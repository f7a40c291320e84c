// OpenSSL's input and output on a TlsStream's socket: without SIGPIPE, and without asking the kernel for what the loop
// knows not to be there. Internal to this layer.
#pragma once

struct bio_st;

namespace gatehouse::tls {

class TlsStream;

class SocketBio {
 public:
  // The stream outlives it. Throws std::bad_alloc.
  static bio_st* make(TlsStream& stream);

 private:
  static int write(bio_st* bio, const char* data, int size);
  static int read(bio_st* bio, char* data, int size);
  static long control(bio_st* bio, int command, long, void*);
};

}  // namespace gatehouse::tls
