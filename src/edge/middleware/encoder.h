// Encoder: one content on its way into gzip, brotli or zstd. Made for each response, lives with its body, on the
// worker's thread. Windows are kept small: the memory of an encoder is that of a connection.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "base/result.h"
#include "edge/middleware/accept_encoding.h"

namespace gatehouse::edge {

// Room for encoded bytes.
struct EncoderOutput {
  std::span<char> room;
  std::size_t used = 0;

  [[nodiscard]] std::span<char> left() const { return room.subspan(used); }
};

class Encoder {
 public:
  enum class Step : std::uint8_t {
    kRun,    // may keep what it was given
    kFlush,  // gives all of it, so that the receiver can decode it
    kEnd,    // gives all of it and the end; no more calls once it is done
  };

  static std::unique_ptr<Encoder> make(ContentCoding coding);

  virtual ~Encoder() = default;
  Encoder(const Encoder&) = delete;
  Encoder& operator=(const Encoder&) = delete;

  // Takes from the front of the input. True when the step is done; false when the room is full: call again with more.
  virtual base::Result<bool> encode(std::string_view& input, Step step, EncoderOutput& output) = 0;

 protected:
  Encoder() = default;
};

}  // namespace gatehouse::edge
