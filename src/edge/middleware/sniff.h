// What the first bytes of a content look like, as browsers would judge them (WHATWG MIME Sniffing, the part that Go's
// http.DetectContentType knows). Pure function.
#pragma once

#include <cstddef>
#include <string_view>

namespace gatehouse::edge {

inline constexpr std::size_t kSniffBytesMax = 512;

// Never empty: "application/octet-stream" when nothing else fits.
std::string_view sniff_content_type(std::string_view content);

}  // namespace gatehouse::edge
