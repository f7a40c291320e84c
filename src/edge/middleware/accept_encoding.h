// Which encoding the content of a response is sent in: the one of those we may use that the client likes best.
// Pure. Behaviour: Traefik v3, whose gzip needs to be asked for by name: "*", or no Accept-Encoding at all, never gets
// it.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "http/fields.h"

namespace gatehouse::edge {

enum class ContentCoding : std::uint8_t { kGzip, kBrotli, kZstd };

// "gzip", "br", "zstd".
std::string_view to_string(ContentCoding coding);
std::optional<ContentCoding> parse_content_coding(std::string_view name);

struct CodingOffer {
  std::vector<ContentCoding> codings;             // in the order in which we prefer them; not empty
  std::optional<ContentCoding> default_coding{};  // for clients that leave the choice to us
};

// nullopt: as it is.
std::optional<ContentCoding> choose_coding(const http::Fields& request, const CodingOffer& offer);

}  // namespace gatehouse::edge
