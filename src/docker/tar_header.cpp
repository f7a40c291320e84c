#include "docker/tar_header.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace gatehouse::docker {

namespace {

constexpr std::size_t kNameBytes = 100;

using Block = std::array<char, kTarBlockBytes>;

void put(Block& block, std::size_t at, std::string_view text) { std::ranges::copy(text, block.begin() + at); }

// An octal number that fills the field but for the zero byte at its end.
void put_octal(Block& block, std::size_t at, std::size_t bytes, std::uint64_t number) {
  put(block, at, fmt::format("{:0{}o}", number, bytes - 1));
}

std::string header(const TarEntry& entry, std::string_view name, char type) {
  constexpr std::size_t kChecksumAt = 148;
  constexpr std::size_t kChecksumBytes = 8;
  Block block{};
  put(block, 0, name.substr(0, kNameBytes));
  put_octal(block, 100, 8, entry.mode & 07777);
  put_octal(block, 108, 8, static_cast<std::uint64_t>(entry.uid));
  put_octal(block, 116, 8, static_cast<std::uint64_t>(entry.gid));
  put_octal(block, 124, 12, entry.size);
  put_octal(block, 136, 12, static_cast<std::uint64_t>(std::max<std::int64_t>(entry.modified, 0)));
  put(block, kChecksumAt, std::string(kChecksumBytes, ' '));  // counted as blanks
  block[156] = type;
  put(block, 157, std::string_view(entry.link).substr(0, kNameBytes));
  put(block, 257, std::string_view("ustar\00000", 8));
  unsigned sum = 0;
  for (const char c : block) sum += static_cast<unsigned char>(c);
  put(block, kChecksumAt, fmt::format("{:06o}", sum));
  block[kChecksumAt + 6] = '\0';
  return {block.begin(), block.end()};
}

// "<length> key=value\n", where the length counts itself.
std::string pax_record(std::string_view key, std::string_view value) {
  const auto rest = fmt::format(" {}={}\n", key, value);
  std::size_t length = rest.size() + 1;
  while (std::to_string(length).size() + rest.size() != length) ++length;
  return std::to_string(length) + rest;
}

}  // namespace

std::string tar_header(const TarEntry& entry) {
  const auto name = entry.type == TarType::kFolder ? entry.name + "/" : entry.name;
  constexpr std::uint64_t kSizeMax = (std::uint64_t{1} << 33) - 1;  // 11 octal digits
  std::string records;
  if (name.size() > kNameBytes) records += pax_record("path", name);
  if (entry.link.size() > kNameBytes) records += pax_record("linkpath", entry.link);
  if (entry.size > kSizeMax) records += pax_record("size", std::to_string(entry.size));
  std::string text;
  if (!records.empty()) {
    TarEntry pax{.name = "pax", .size = records.size()};
    text = header(pax, "././@PaxHeader", 'x') + records + std::string(tar_padding(records.size()), '\0');
  }
  TarEntry written = entry;
  if (entry.size > kSizeMax) written.size = 0;
  return text + header(written, name, static_cast<char>(entry.type));
}

}  // namespace gatehouse::docker
