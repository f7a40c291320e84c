#include "http/h1/head_reader.h"

#include "http/syntax.h"

namespace gatehouse::http::h1 {

void HeadReader::feed(std::string_view input) {
  fed_before_ = pending_.size();
  if (pending_.empty()) {
    data_ = input;
  } else {
    pending_ += input;
    data_ = pending_;
  }
}

Parsed<bool> HeadReader::skip_empty_lines(std::size_t lines_max) {
  while (line_ == begin_ && !in_fields_) {
    if (begin_ == data_.size()) return false;
    if (data_[begin_] != '\r') return true;
    if (begin_ + 1 == data_.size()) return false;
    if (data_[begin_ + 1] != '\n') return std::unexpected(Violation::kLineEnd);
    if (++empty_lines_ > lines_max) return std::unexpected(Violation::kEmptyLines);
    begin_ += 2;
    line_ = scan_ = begin_;
  }
  return true;
}

Parsed<std::optional<std::string_view>> HeadReader::read_start_line() {
  const char* const end = data_.data() + data_.size();
  const char* const stop = find_control(data_.data() + scan_, end);
  scan_ = stop - data_.data();
  if (stop == end) return std::nullopt;
  if (*stop != '\r' && *stop != '\n') return std::unexpected(Violation::kRequestLine);
  const auto line = data_.substr(line_, scan_ - line_);
  const auto ended = read_line_end();
  if (!ended) return std::unexpected(ended.error());
  if (!*ended) return std::nullopt;
  if (line.size() > limits_.line_bytes) return std::unexpected(Violation::kTargetTooLong);
  in_fields_ = true;
  end_line();
  return line;
}

Parsed<bool> HeadReader::read_fields() {
  in_fields_ = true;
  for (;;) {
    if (name_end_ == 0) {
      if (scan_ == line_ && scan_ < data_.size() && data_[scan_] == '\r') {
        const auto ended = read_line_end();
        if (!ended || !*ended) return ended;
        end_line();
        if (const auto fits = check_size(); !fits) return std::unexpected(fits.error());
        return true;
      }
      const auto named = read_name();
      if (!named || !*named) return named;
    }
    const auto valued = read_value();
    if (!valued || !*valued) return valued;
  }
}

Parsed<bool> HeadReader::read_name() {
  const char* const end = data_.data() + data_.size();
  const char* at = data_.data() + scan_;
  while (at != end && is_token_byte(*at)) ++at;
  scan_ = at - data_.data();
  if (scan_ - line_ > kNameBytesMax) return std::unexpected(Violation::kLineTooLong);
  if (at == end) return false;
  if (*at != ':' || scan_ == line_) {
    const bool folds = scan_ == line_ && is_blank(*at) && !spans_.empty();
    return std::unexpected(folds ? Violation::kObsoleteFold : Violation::kFieldName);
  }
  name_end_ = scan_++;
  return true;
}

Parsed<bool> HeadReader::read_value() {
  const char* const end = data_.data() + data_.size();
  const char* const stop = find_control(data_.data() + scan_, end);
  scan_ = stop - data_.data();
  if (stop == end) return false;
  if (*stop != '\r' && *stop != '\n') return std::unexpected(Violation::kFieldValue);
  std::size_t value_end = scan_;
  if (const auto ended = read_line_end(); !ended || !*ended) return ended;
  if (value_end - line_ > limits_.line_bytes) return std::unexpected(Violation::kLineTooLong);
  if (spans_.size() == limits_.fields) return std::unexpected(Violation::kTooManyFields);

  std::size_t value = name_end_ + 1;
  while (value < value_end && is_blank(data_[value])) ++value;
  while (value < value_end && is_blank(data_[value_end - 1])) --value_end;
  const auto name = data_.substr(line_, name_end_ - line_);
  spans_.push_back({static_cast<std::uint32_t>(line_), static_cast<std::uint32_t>(value),
                    static_cast<std::uint32_t>(value_end), static_cast<std::uint16_t>(name.size()), field_id_of(name)});
  end_line();
  if (const auto fits = check_size(); !fits) return std::unexpected(fits.error());
  return true;
}

// scan_ is at the CR or LF that ends the current line; past it when the line has ended.
Parsed<bool> HeadReader::read_line_end() {
  if (data_[scan_] != '\r') return std::unexpected(Violation::kLineEnd);
  if (scan_ + 1 == data_.size()) return false;
  if (data_[scan_ + 1] != '\n') return std::unexpected(Violation::kLineEnd);
  scan_ += 2;
  return true;
}

void HeadReader::end_line() {
  line_ = scan_;
  name_end_ = 0;
}

Parsed<> HeadReader::check_size() const {
  if (scan_ - begin_ > limits_.head_bytes) return std::unexpected(Violation::kHeadTooLarge);
  if (scan_ - line_ <= limits_.line_bytes) return {};
  return std::unexpected(in_fields_ ? Violation::kLineTooLong : Violation::kTargetTooLong);
}

std::string_view HeadReader::finish(Fields& fields, std::size_t& consumed) {
  const auto text = fields.storage().copy(data_.substr(begin_, scan_ - begin_));
  fields.reserve(spans_.size() + 8);  // room for what a proxy adds
  for (const auto& span : spans_) {
    fields.adopt({span.id, text.substr(span.name - begin_, span.name_bytes),
                  text.substr(span.value - begin_, span.value_end - span.value)});
  }
  consumed = scan_ - fed_before_;
  reset();
  return text;
}

Parsed<> HeadReader::suspend() {
  if (const auto fits = check_size(); !fits) return fits;
  if (fed_before_ == 0) pending_.assign(data_);
  data_ = {};
  return {};
}

void HeadReader::reset() {
  pending_.clear();
  if (pending_.capacity() > kKeptBytesMax) pending_.shrink_to_fit();
  spans_.clear();
  data_ = {};
  fed_before_ = begin_ = line_ = scan_ = name_end_ = empty_lines_ = 0;
  in_fields_ = false;
}

}  // namespace gatehouse::http::h1
