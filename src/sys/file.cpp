#include "sys/file.h"

#include <cerrno>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sys/fd.h"

namespace gatehouse::sys {

using base::fail_errno;
using base::Fault;
using base::Result;

Result<std::string> read_file(const std::filesystem::path& path, std::size_t bytes_max) {
  const Fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.valid()) return fail_errno(errno, "cannot read " + path.string(), Fault::kOperator);
  std::string content;
  constexpr std::size_t kStep = 64 * 1024;
  for (;;) {
    const auto filled = content.size();
    content.resize(filled + kStep);
    const auto count = ::read(file.get(), content.data() + filled, kStep);
    if (count < 0 && errno == EINTR) {
      content.resize(filled);
      continue;
    }
    if (count < 0) return fail_errno(errno, "cannot read " + path.string(), Fault::kOperator);
    content.resize(filled + static_cast<std::size_t>(count));
    if (content.size() > bytes_max) {
      return base::fail(base::ErrorCode::kLimit, Fault::kOperator,
                        path.string() + " is larger than the limit of " + std::to_string(bytes_max) + " bytes");
    }
    if (count == 0) return content;
  }
}

namespace {

Result<void> write_all(int fd, std::string_view content, const std::string& name) {
  while (!content.empty()) {
    const auto count = ::write(fd, content.data(), content.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return fail_errno(errno, "cannot write " + name, Fault::kOperator);
    content.remove_prefix(static_cast<std::size_t>(count));
  }
  return {};
}

Result<void> write_synced(const std::string& name, std::string_view content, mode_t mode) {
  const Fd file(::open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode));
  if (!file.valid()) return fail_errno(errno, "cannot create " + name, Fault::kOperator);
  if (::fchmod(file.get(), mode) != 0) return fail_errno(errno, "cannot set the mode of " + name);
  BASE_CHECK(write_all(file.get(), content, name));
  if (::fsync(file.get()) != 0) return fail_errno(errno, "cannot sync " + name);
  return {};
}

Result<void> sync_folder(const std::filesystem::path& path) {
  const Fd folder(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder.valid()) return fail_errno(errno, "cannot open " + path.string());
  if (::fsync(folder.get()) != 0) return fail_errno(errno, "cannot sync " + path.string());
  return {};
}

}  // namespace

Result<void> write_file_atomically(const std::filesystem::path& path, std::string_view content, mode_t mode) {
  const auto folder = path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
  const std::string temporary = (folder / ("." + path.filename().string() + ".new")).string();
  ::unlink(temporary.c_str());  // left by a crash
  auto written = write_synced(temporary, content, mode);
  if (written && ::rename(temporary.c_str(), path.c_str()) != 0) {
    written = fail_errno(errno, "cannot replace " + path.string(), Fault::kOperator);
  }
  if (!written) {
    ::unlink(temporary.c_str());
    return written;
  }
  return sync_folder(folder);
}

Result<void> make_folders(const std::filesystem::path& path, mode_t mode) {
  if (path.empty() || ::access(path.c_str(), F_OK) == 0) return {};
  if (path.has_parent_path() && path.parent_path() != path) BASE_CHECK(make_folders(path.parent_path(), mode));
  if (::mkdir(path.c_str(), mode) != 0 && errno != EEXIST) {
    return fail_errno(errno, "cannot make the folder " + path.string(), Fault::kOperator);
  }
  return {};
}

}  // namespace gatehouse::sys
