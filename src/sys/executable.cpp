#include "sys/executable.h"

#include <cerrno>
#include <cstring>
#include <span>

#include <elf.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <link.h>

namespace gatehouse::sys {

base::Result<Fd> open_executable() {
  Fd file(::open("/proc/self/exe", O_PATH | O_CLOEXEC));
  if (!file.valid()) return base::fail_errno(errno, "cannot open /proc/self/exe");
  return file;
}

namespace {

constexpr std::size_t kNoteAlignment = 4;

std::size_t aligned(std::size_t size) { return (size + kNoteAlignment - 1) / kNoteAlignment * kNoteAlignment; }

// Looks through the notes of a segment; each is a header, a name and a description, both padded.
std::string find_build_id(std::span<const std::byte> notes) {
  while (notes.size() >= sizeof(ElfW(Nhdr))) {
    ElfW(Nhdr) header;
    std::memcpy(&header, notes.data(), sizeof header);
    const auto name_size = aligned(header.n_namesz);
    const auto total = sizeof header + name_size + aligned(header.n_descsz);
    if (total > notes.size()) return {};
    const auto* name = reinterpret_cast<const char*>(notes.data() + sizeof header);
    if (header.n_type == NT_GNU_BUILD_ID && std::string_view(name, header.n_namesz) == std::string_view("GNU\0", 4)) {
      std::string id;
      for (const auto byte : notes.subspan(sizeof header + name_size, header.n_descsz)) {
        id += fmt::format("{:02x}", static_cast<unsigned>(byte));
      }
      return id;
    }
    notes = notes.subspan(total);
  }
  return {};
}

}  // namespace

std::string build_id() {
  std::string id;
  ::dl_iterate_phdr(
      [](dl_phdr_info* info, std::size_t, void* result) {
        for (const auto& segment : std::span(info->dlpi_phdr, info->dlpi_phnum)) {
          if (segment.p_type != PT_NOTE) continue;
          const auto* notes = reinterpret_cast<const std::byte*>(info->dlpi_addr + segment.p_vaddr);
          auto found = find_build_id({notes, segment.p_memsz});
          if (!found.empty()) {
            *static_cast<std::string*>(result) = std::move(found);
            break;
          }
        }
        return 1;  // the first object is the program itself
      },
      &id);
  return id;
}

}  // namespace gatehouse::sys
