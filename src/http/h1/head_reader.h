// HeadReader: what request heads, response heads and trailers of HTTP/1.1 have in common: lines that end with CR LF,
// then field lines up to an empty one (RFC 9112 2.1, 5). Owned by a parser, reused for each message; any thread.
//
// Strict where leniency has been used to smuggle: no bare CR or LF, no white space around the name, no folding, no
// control characters. A mistake is reported as soon as it arrives, not when the head is complete.
//
// A head that arrives at once is parsed where it is and copied once, into the message. Of one that arrives in parts the
// bytes are kept here, and no byte is looked at twice.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/fields.h"
#include "http/violation.h"

namespace gatehouse::http::h1 {

struct HeadLimits {
  std::size_t head_bytes = std::size_t{1} << 20;  // start line and fields, with their line ends
  std::size_t line_bytes = std::size_t{64} << 10;
  std::size_t fields = 128;
};

// done: `consumed` bytes of the input belong to the head. Else all of the input was taken, and more is needed.
struct HeadProgress {
  bool done = false;
  std::size_t consumed = 0;
};

class HeadReader {
 public:
  explicit HeadReader(const HeadLimits& limits) : limits_(limits) {}

  // Has nothing but empty lines arrived since the last message?
  [[nodiscard]] bool is_idle() const { return pending_.size() == begin_; }

  // One round: feed, then read, then finish or suspend. What read_* return is valid until then.
  void feed(std::string_view input);

  // Counts and skips empty lines (RFC 9112 2.2), at most `lines_max`. False: more bytes are needed.
  Parsed<bool> skip_empty_lines(std::size_t lines_max);
  // The start line without its CR LF, or null while it is not complete.
  Parsed<std::optional<std::string_view>> read_start_line();
  // True when the empty line was reached.
  Parsed<bool> read_fields();

  // Copies the text of the head into the storage of `fields`, appends the fields as views of it and returns the text,
  // which begins with the start line. `consumed` becomes how many bytes of the last input were part of it.
  std::string_view finish(Fields& fields, std::size_t& consumed);

  // Keeps what was fed for the next round; fails where a limit is passed.
  Parsed<> suspend();

  // Forgets the message.
  void reset();

 private:
  // Offsets from the start of data_.
  struct Span {
    std::uint32_t name;
    std::uint32_t value;
    std::uint32_t value_end;
    std::uint16_t name_bytes;
    FieldId id;
  };
  static constexpr std::size_t kNameBytesMax = 1024;
  static constexpr std::size_t kKeptBytesMax = 4096;  // of capacity, between messages

  Parsed<bool> read_name();
  Parsed<bool> read_value();
  Parsed<bool> read_line_end();
  Parsed<> check_size() const;
  void end_line();

  HeadLimits limits_;
  std::string pending_;         // of earlier rounds
  std::string_view data_;       // pending_ or the input
  std::size_t fed_before_ = 0;  // bytes of data_ that are not of the last input
  std::size_t begin_ = 0;       // of the start line
  std::size_t line_ = 0;        // begin of the current line
  std::size_t scan_ = 0;        // up to where the current line has been looked at
  std::size_t name_end_ = 0;    // of the current field line; 0 until its colon is found
  std::size_t empty_lines_ = 0;
  bool in_fields_ = false;
  std::vector<Span> spans_;
};

}  // namespace gatehouse::http::h1
