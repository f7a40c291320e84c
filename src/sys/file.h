// Files as state: read whole within a limit, replaced whole or not at all. Blocking; any thread.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

#include <sys/types.h>

#include "base/result.h"

namespace gatehouse::sys {

inline constexpr std::size_t kFileBytesMax = 64u << 20;

// kNotFound, kPermission, kLimit (more than bytes_max) or kIo; the message names the path.
base::Result<std::string> read_file(const std::filesystem::path& path, std::size_t bytes_max = kFileBytesMax);

// Writes a temporary file beside the target, syncs it, renames it over the target and syncs the folder: whoever reads,
// at any instant and after any crash, finds the old content or the new. On error the target is as it was and the
// temporary file is gone. The folder must exist.
base::Result<void> write_file_atomically(const std::filesystem::path& path, std::string_view content, mode_t mode);

// mkdir -p; folders that it makes get this mode.
base::Result<void> make_folders(const std::filesystem::path& path, mode_t mode);

}  // namespace gatehouse::sys
