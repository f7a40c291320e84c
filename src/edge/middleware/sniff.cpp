#include "edge/middleware/sniff.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "base/text.h"

namespace gatehouse::edge {

namespace {

using namespace std::string_view_literals;

constexpr std::string_view kHtml = "text/html; charset=utf-8";

// Tags that a page may begin with, behind white space; a blank or '>' follows.
constexpr std::array kHtmlTags = {"<!DOCTYPE HTML"sv,
                                  "<HTML"sv,
                                  "<HEAD"sv,
                                  "<SCRIPT"sv,
                                  "<IFRAME"sv,
                                  "<H1"sv,
                                  "<DIV"sv,
                                  "<FONT"sv,
                                  "<TABLE"sv,
                                  "<A"sv,
                                  "<STYLE"sv,
                                  "<TITLE"sv,
                                  "<B"sv,
                                  "<BODY"sv,
                                  "<BR"sv,
                                  "<P"sv,
                                  "<!--"sv};

struct Signature {
  std::string_view bytes;
  std::string_view type;
  std::size_t offset = 0;
  std::string_view and_bytes = {};  // that must be there as well
  std::size_t and_offset = 0;
};

constexpr std::array kSignatures = {
    Signature{"%PDF-", "application/pdf"},
    Signature{"%!PS-Adobe-", "application/postscript"},
    Signature{"\xfe\xff", "text/plain; charset=utf-16be"},
    Signature{"\xff\xfe", "text/plain; charset=utf-16le"},
    Signature{"\xef\xbb\xbf", "text/plain; charset=utf-8"},
    Signature{"\x00\x00\x01\x00"sv, "image/x-icon"},
    Signature{"\x00\x00\x02\x00"sv, "image/x-icon"},
    Signature{"BM", "image/bmp"},
    Signature{"GIF87a", "image/gif"},
    Signature{"GIF89a", "image/gif"},
    Signature{"RIFF", "image/webp", 0, "WEBPVP", 8},
    Signature{"\x89PNG\r\n\x1a\n", "image/png"},
    Signature{"\xff\xd8\xff", "image/jpeg"},
    Signature{"FORM", "audio/aiff", 0, "AIFF", 8},
    Signature{"ID3", "audio/mpeg"},
    Signature{"OggS\0"sv, "application/ogg"},
    Signature{"MThd\0\0\0\6"sv, "audio/midi"},
    Signature{"RIFF", "video/avi", 0, "AVI ", 8},
    Signature{"RIFF", "audio/wave", 0, "WAVE", 8},
    Signature{"ftypmp4", "video/mp4", 4},
    Signature{"ftypiso", "video/mp4", 4},
    Signature{"\x1a\x45\xdf\xa3", "video/webm"},
    Signature{"\x00\x01\x00\x00"sv, "font/ttf"},
    Signature{"OTTO", "font/otf"},
    Signature{"ttcf", "font/collection"},
    Signature{"wOFF", "font/woff"},
    Signature{"wOF2", "font/woff2"},
    Signature{"\x1f\x8b\x08", "application/x-gzip"},
    Signature{"PK\x03\x04", "application/zip"},
    Signature{"Rar!\x1a\x07\x00"sv, "application/x-rar-compressed"},
    Signature{"Rar!\x1a\x07\x01\x00"sv, "application/x-rar-compressed"},
    Signature{"\0asm"sv, "application/wasm"},
};

bool has_at(std::string_view content, std::size_t offset, std::string_view bytes) {
  return content.size() >= offset + bytes.size() && content.substr(offset, bytes.size()) == bytes;
}

bool is_tag(std::string_view content, std::string_view tag) {
  if (!base::iequals(content.substr(0, tag.size()), tag)) return false;
  if (tag == "<!--") return true;
  return content.size() > tag.size() && (content[tag.size()] == ' ' || content[tag.size()] == '>');
}

bool is_binary(char c) {
  const auto byte = static_cast<std::uint8_t>(c);
  return byte <= 0x08 || byte == 0x0b || (byte >= 0x0e && byte <= 0x1a) || (byte >= 0x1c && byte <= 0x1f);
}

}  // namespace

std::string_view sniff_content_type(std::string_view content) {
  content = content.substr(0, kSniffBytesMax);
  const auto text = content.substr(std::min(content.find_first_not_of("\t\n\x0c\r "), content.size()));
  for (const auto tag : kHtmlTags) {
    if (is_tag(text, tag)) return kHtml;
  }
  if (text.starts_with("<?xml")) return "text/xml; charset=utf-8";
  for (const auto& signature : kSignatures) {
    if (has_at(content, signature.offset, signature.bytes) &&
        has_at(content, signature.and_offset, signature.and_bytes)) {
      return signature.type;
    }
  }
  return std::ranges::any_of(content, is_binary) ? "application/octet-stream" : "text/plain; charset=utf-8";
}

}  // namespace gatehouse::edge
