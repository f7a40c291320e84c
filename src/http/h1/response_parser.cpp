#include "http/h1/response_parser.h"

#include "base/parse_int.h"
#include "http/h1/version.h"

namespace gatehouse::http::h1 {

Parsed<HeadProgress> ResponseParser::parse(std::string_view input, ResponseHead& head) {
  reader_.feed(input);
  const auto complete = read();
  if (!complete) return std::unexpected(complete.error());
  if (!*complete) {
    if (const auto fits = reader_.suspend(); !fits) return std::unexpected(fits.error());
    return HeadProgress{false, input.size()};
  }
  head.clear();
  HeadProgress progress{true, 0};
  const auto text = reader_.finish(head.fields, progress.consumed);
  head.version = version_;
  head.status = status_;
  head.reason = text.substr(reason_, reason_bytes_);
  has_status_line_ = false;
  return progress;
}

Parsed<bool> ResponseParser::read() {
  if (!has_status_line_) {
    const auto line = reader_.read_start_line();
    if (!line) return std::unexpected(line.error() == Violation::kRequestLine ? Violation::kStatusLine : line.error());
    if (!*line) return false;
    if (const auto valid = parse_status_line(**line); !valid) return std::unexpected(valid.error());
    has_status_line_ = true;
  }
  return reader_.read_fields();
}

Parsed<> ResponseParser::parse_status_line(std::string_view line) {
  constexpr std::size_t kVersionBytes = 8;
  constexpr std::size_t kBytesMin = kVersionBytes + 4;  // "HTTP/1.1 200"
  const auto version = parse_version(line.substr(0, kVersionBytes));
  if (!version) return std::unexpected(version.error());
  const bool has_form =
      line.size() >= kBytesMin && line[kVersionBytes] == ' ' && (line.size() == kBytesMin || line[kBytesMin] == ' ');
  if (!has_form) return std::unexpected(Violation::kStatusLine);
  const auto status = base::parse_int<std::uint16_t>(line.substr(kVersionBytes + 1, 3));
  if (!status || *status < 100) return std::unexpected(Violation::kStatusLine);
  version_ = *version;
  status_ = *status;
  // The space before an empty reason is often left out, which harms nobody.
  reason_ = std::min(kBytesMin + 1, line.size());
  reason_bytes_ = line.size() - reason_;
  return {};
}

}  // namespace gatehouse::http::h1
