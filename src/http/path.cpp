#include "http/path.h"

#include <algorithm>

#include "http/syntax.h"

namespace gatehouse::http {
namespace {

constexpr bool is_separator(char c) { return c == '/' || c == '\\'; }

// RFC 3986 2.2, and '%': decoding these would change what the path says.
constexpr bool is_reserved(char c) { return std::string_view(":/?#[]@!$&'()*+,;=%").find(c) != std::string_view::npos; }

// Nearly every path is canonical as it comes: one look instead of three.
bool is_plainly_canonical(std::string_view path) {
  char previous = '\0';
  for (const char c : path) {
    if (c == '%' || c == '\\') return false;
    if (previous == '/' && (c == '/' || c == '.')) return false;
    previous = c;
  }
  return path.starts_with('/');
}

// The byte that the valid escape at `at` stands for.
char decoded(std::string_view path, std::size_t at) {
  return static_cast<char>(hex_value(path[at + 1]) << 4 | hex_value(path[at + 2]));
}

char* write_escape(char c, char* to) {
  const auto byte = static_cast<unsigned char>(c);
  *to++ = '%';
  *to++ = kUpperHexDigits[byte >> 4];
  *to++ = kUpperHexDigits[byte & 15];
  return to;
}

// Never longer than the path. Null where a '%' is not part of an escape.
char* write_normalised(std::string_view path, char* to) {
  for (std::size_t at = 0; at < path.size(); ++at) {
    if (path[at] != '%') {
      *to++ = path[at];
      continue;
    }
    const bool is_escape = at + 2 < path.size() && hex_value(path[at + 1]) >= 0 && hex_value(path[at + 2]) >= 0;
    if (!is_escape) return nullptr;
    const char c = decoded(path, at);
    if (is_unreserved(c)) {
      *to++ = c;
    } else {
      to = write_escape(c, to);
    }
    at += 2;
  }
  return to;
}

// Resolves empty and dot segments where they stand; returns the new end. The result is never longer.
char* clean(char* begin, char* end) {
  const bool ends_with_slash = end != begin && end[-1] == '/';
  char* out = begin;
  for (const char* at = begin; at != end;) {
    if (*at == '/') {
      ++at;
      continue;
    }
    const char* const segment_end = std::find(at, static_cast<const char*>(end), '/');
    const std::string_view segment(at, segment_end);
    if (segment == "..") {
      while (out != begin) {
        --out;
        if (*out == '/') break;
      }
    } else if (segment != ".") {
      *out++ = '/';
      out = std::copy(at, segment_end, out);
    }
    at = segment_end;
  }
  if (out == begin || (ends_with_slash && out[-1] != '/')) *out++ = '/';
  return out;
}

// Would a lenient reader find a dot segment? It decodes escaped separators and cuts path parameters off.
bool has_disguised_dot_segment(std::string_view path) {
  std::size_t dots = 0;
  bool only_dots = true;
  for (std::size_t at = 0; at <= path.size(); ++at) {
    char c = at == path.size() ? '/' : path[at];
    if (c == '%') {
      c = decoded(path, at);
      at += 2;
    }
    if (is_separator(c) || c == ';') {
      if (only_dots && (dots == 1 || dots == 2)) return true;
      dots = 0;
      only_dots = is_separator(c);
    } else if (c == '.') {
      ++dots;
    } else {
      only_dots = false;
    }
  }
  return false;
}

// "/a%2e/": nobody escapes a dot at the end of a name in earnest. "%2e%2e" alone is a dot segment as any other.
bool has_escaped_dot_at_segment_end(std::string_view path) {
  bool ends_escaped = false;
  bool only_dots = true;
  for (std::size_t at = 0; at <= path.size(); ++at) {
    const bool is_escape = at < path.size() && path[at] == '%';
    const char c = at == path.size() ? '/' : is_escape ? decoded(path, at) : path[at];
    if (is_escape) at += 2;
    if (c == '/' && !is_escape) {
      if (ends_escaped && !only_dots) return true;
      ends_escaped = false;
      only_dots = true;
    } else {
      ends_escaped = c == '.' && is_escape;
      only_dots = only_dots && c == '.';
    }
  }
  return false;
}

}  // namespace

Parsed<std::string_view> canonical_path(std::string_view path, PathCleaning cleaning, Arena& arena) {
  if (is_plainly_canonical(path)) return path;
  if (path.find('\\') != std::string_view::npos) return std::unexpected(Violation::kAmbiguousPath);
  const std::size_t room_bytes = path.size() + 1;  // cleaning makes "" to "/"
  char* const begin = arena.allocate(room_bytes);
  char* end = write_normalised(path, begin);
  if (end != nullptr && cleaning == PathCleaning::kOn) end = clean(begin, end);
  arena.give_back(room_bytes - (end == nullptr ? 0 : end - begin));
  if (end == nullptr) return std::unexpected(Violation::kPercentEncoding);
  const std::string_view canonical(begin, end);
  const bool is_disguised = has_escaped_dot_at_segment_end(path) || has_disguised_dot_segment(canonical);
  if (cleaning == PathCleaning::kOn && is_disguised) return std::unexpected(Violation::kAmbiguousPath);
  return canonical;
}

std::string_view routing_path(std::string_view canonical, Arena& arena) {
  if (canonical.find('%') == std::string_view::npos) return canonical;
  char* const begin = arena.allocate(canonical.size());
  char* end = begin;
  for (std::size_t at = 0; at < canonical.size(); ++at) {
    if (canonical[at] != '%') {
      *end++ = canonical[at];
    } else if (const char c = decoded(canonical, at); is_reserved(c)) {
      end = std::copy_n(canonical.data() + at, 3, end);
      at += 2;
    } else {
      *end++ = c;
      at += 2;
    }
  }
  arena.give_back(canonical.size() - (end - begin));
  return {begin, end};
}

bool EncodedCharacters::within(const EncodedCharacters& allowed) const {
  return (!slash || allowed.slash) && (!backslash || allowed.backslash) &&
         (!null_character || allowed.null_character) && (!semicolon || allowed.semicolon) &&
         (!percent || allowed.percent) && (!question_mark || allowed.question_mark) && (!hash || allowed.hash);
}

EncodedCharacters encoded_characters(std::string_view path) {
  EncodedCharacters found;
  for (std::size_t at = path.find('%'); at != std::string_view::npos; at = path.find('%', at + 1)) {
    if (at + 2 >= path.size()) break;
    switch (hex_value(path[at + 1]) << 4 | hex_value(path[at + 2])) {
      case 0x2f:
        found.slash = true;
        break;
      case 0x5c:
        found.backslash = true;
        break;
      case 0x00:
        found.null_character = true;
        break;
      case 0x3b:
        found.semicolon = true;
        break;
      case 0x25:
        found.percent = true;
        break;
      case 0x3f:
        found.question_mark = true;
        break;
      case 0x23:
        found.hash = true;
        break;
      default:
        break;
    }
  }
  return found;
}

}  // namespace gatehouse::http
