#include "http/h1/framing.h"

#include <algorithm>
#include <optional>

#include "base/parse_int.h"
#include "http/syntax.h"

namespace gatehouse::http::h1 {
namespace {

// 1*DIGIT without leading zeros, which some readers take for octal.
Parsed<std::uint64_t> parse_length(std::string_view text) {
  const bool has_form =
      !text.empty() && std::ranges::all_of(text, base::is_digit) && (text[0] != '0' || text.size() == 1);
  if (!has_form) return std::unexpected(Violation::kContentLength);
  const auto length = base::parse_int<std::int64_t>(text);
  if (!length) return std::unexpected(Violation::kContentLengthTooLarge);
  return static_cast<std::uint64_t>(*length);
}

Parsed<std::optional<std::uint64_t>> content_length(const Fields& fields) {
  std::optional<std::string_view> first;
  bool differs = false;
  fields.for_each(FieldId::kContentLength, [&](std::string_view value) {
    differs = differs || value != first.value_or(value);
    first = first.value_or(value);
  });
  if (!first) return std::nullopt;
  const auto length = parse_length(*first);
  if (!length) return std::unexpected(length.error());
  if (differs) return std::unexpected(Violation::kContentLengthConflict);
  return *length;
}

// A list of codings that we know to be one, but do not implement, or nothing of the kind?
Violation fault_of_codings(const Fields& fields) {
  bool is_list = true;
  fields.for_each(FieldId::kTransferEncoding, [&](std::string_view value) {
    bool has_items = false;
    for_each_item(value, [&](std::string_view item) {
      has_items = true;
      is_list = is_list && is_token(item);
    });
    is_list = is_list && has_items;
  });
  return is_list ? Violation::kTransferEncodingUnsupported : Violation::kTransferEncoding;
}

Parsed<bool> is_chunked(const Fields& fields, Version version) {
  const auto lines = fields.count(FieldId::kTransferEncoding);
  if (lines == 0) return false;
  if (version == Version::kHttp10) return std::unexpected(Violation::kTransferEncodingVersion);
  if (lines > 1 || !base::iequals(fields.get(FieldId::kTransferEncoding), "chunked")) {
    return std::unexpected(fault_of_codings(fields));
  }
  return true;
}

// What the fields say, whatever the kind of message: kChunked, kLength or kNone.
Parsed<Framing> declared_framing(const Fields& fields, Version version) {
  const auto chunked = is_chunked(fields, version);
  if (!chunked) return std::unexpected(chunked.error());
  if (*chunked && fields.has(FieldId::kContentLength)) return std::unexpected(Violation::kLengthAndChunked);
  if (*chunked) return Framing::of_kind(BodyKind::kChunked);
  const auto length = content_length(fields);
  if (!length) return std::unexpected(length.error());
  return *length ? Framing::of_length(**length) : Framing::none();
}

}  // namespace

Parsed<Framing> request_framing(const RequestHead& head) {
  const auto framing = declared_framing(head.fields, head.version);
  if (framing && head.method.id == MethodId::kConnect && *framing != Framing::none()) {
    return std::unexpected(Violation::kConnectContent);
  }
  return framing;
}

Parsed<Framing> response_framing(const ResponseHead& head, MethodId request_method) {
  const auto framing = declared_framing(head.fields, head.version);
  if (!framing) return framing;
  if (head.status == 101) return Framing::of_kind(BodyKind::kTunnel);
  if (head.status < 200 || head.status == 204) return Framing::none();
  if (request_method == MethodId::kHead || head.status == 304) {
    return framing->has_length ? Framing::declaring(framing->length) : Framing::none();
  }
  if (request_method == MethodId::kConnect && head.status < 300) return Framing::of_kind(BodyKind::kTunnel);
  if (framing->kind == BodyKind::kNone) return Framing::of_kind(BodyKind::kUntilClose);
  return framing;
}

Framing framing_for(const Framing& framing, Version peer) {
  if (framing.kind != BodyKind::kChunked && framing.kind != BodyKind::kUntilClose) return framing;
  return Framing::of_kind(peer == Version::kHttp10 ? BodyKind::kUntilClose : BodyKind::kChunked);
}

}  // namespace gatehouse::http::h1
