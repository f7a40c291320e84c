#include "http/h1/request_parser.h"

#include <algorithm>

#include "http/h1/version.h"
#include "http/syntax.h"

namespace gatehouse::http::h1 {

Parsed<HeadProgress> RequestParser::parse(std::string_view input, RequestHead& head) {
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
  head.method = Method::of(text.substr(0, method_bytes_));
  head.target = text.substr(method_bytes_ + 1, target_bytes_);
  head.version = version_;
  has_request_line_ = false;

  // RFC 9112 3.2: a request that names its host twice, or not at all, is answered with 400.
  const auto hosts = head.fields.count(FieldId::kHost);
  if (hosts > 1) return std::unexpected(Violation::kHostRepeated);
  if (hosts == 0 && version_ != Version::kHttp10) return std::unexpected(Violation::kHostMissing);
  return progress;
}

Parsed<bool> RequestParser::read() {
  if (!has_request_line_) {
    if (const auto begun = reader_.skip_empty_lines(kEmptyLinesMax); !begun || !*begun) return begun;
    const auto line = reader_.read_start_line();
    if (!line) return std::unexpected(line.error());
    if (!*line) return false;
    if (const auto valid = parse_request_line(**line); !valid) return std::unexpected(valid.error());
    has_request_line_ = true;
  }
  return reader_.read_fields();
}

Parsed<> RequestParser::parse_request_line(std::string_view line) {
  const auto first = line.find(' ');
  const auto last = line.rfind(' ');
  if (first == std::string_view::npos || first == last) return std::unexpected(Violation::kRequestLine);
  if (!is_token(line.substr(0, first))) return std::unexpected(Violation::kMethod);
  const auto target = line.substr(first + 1, last - first - 1);
  const auto is_visible = [](char c) { return c > ' ' && c < 0x7f; };
  if (target.empty() || !std::ranges::all_of(target, is_visible)) return std::unexpected(Violation::kRequestLine);
  const auto version = parse_version(line.substr(last + 1));
  if (!version) return std::unexpected(version.error());
  version_ = *version;
  method_bytes_ = first;
  target_bytes_ = target.size();
  return {};
}

}  // namespace gatehouse::http::h1
