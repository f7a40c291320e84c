#include "discovery/file_contents.h"

#include <algorithm>
#include <utility>

#include <sys/stat.h>

#include "sys/file.h"

namespace gatehouse::discovery {

FileContents::Stamp FileContents::stamp_of(const std::string& path) {
  struct stat facts{};
  if (::stat(path.c_str(), &facts) != 0) return {};
  return {facts.st_dev, facts.st_ino, facts.st_size, facts.st_mtim.tv_sec, facts.st_mtim.tv_nsec};
}

void FileContents::begin() {
  stamps_.clear();
  good_before_ = std::exchange(good_, {});
}

base::Result<std::string> FileContents::read(const std::string& path) {
  stamps_.insert_or_assign(path, stamp_of(path));  // before reading, so that no change falls in between
  return sys::read_file(path, kBytesMax);
}

bool FileContents::have_changed() const {
  return std::ranges::any_of(stamps_, [](const auto& known) { return stamp_of(known.first) != known.second; });
}

void FileContents::remember(const std::string& cert_file, const model::SnapshotCertificate& certificate) {
  good_.insert_or_assign(cert_file, certificate);
}

std::optional<model::SnapshotCertificate> FileContents::last_good(const std::string& cert_file) {
  const auto known = good_before_.find(cert_file);
  if (known == good_before_.end()) return std::nullopt;
  return good_.emplace(cert_file, known->second).first->second;
}

}  // namespace gatehouse::discovery
