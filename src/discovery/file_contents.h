// FileContents: what the files hold that a configuration names. Remembers which were read, so that a change of one can
// be seen, and of each certificate what was last right: its two files are rarely replaced in one moment, and the name
// must not lose its certificate meanwhile. Owned by control, on its thread.
//
// Files are looked at now and then instead of being watched: links that lead elsewhere, network file systems and
// folders that come later need no care of their own then.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <tuple>

#include "base/result.h"
#include "model/snapshot.h"

namespace gatehouse::discovery {

class FileContents {
 public:
  static constexpr std::size_t kBytesMax = 1 << 20;

  // Forgets which files were read.
  void begin();
  // kNotFound, kPermission, kLimit or kIo; the message names the file.
  base::Result<std::string> read(const std::string& path);
  // Is one of them not what it was when it was read?
  [[nodiscard]] bool have_changed() const;

  void remember(const std::string& cert_file, const model::SnapshotCertificate& certificate);
  // What the file held when it was last right, this time or the time before.
  std::optional<model::SnapshotCertificate> last_good(const std::string& cert_file);

 private:
  // Device, inode, size, seconds and nanoseconds of the last change; zeros for a file that is not there.
  using Stamp = std::tuple<std::uint64_t, std::uint64_t, std::int64_t, std::int64_t, std::int64_t>;
  using Certificates = std::map<std::string, model::SnapshotCertificate>;

  static Stamp stamp_of(const std::string& path);

  std::map<std::string, Stamp> stamps_;
  Certificates good_;
  Certificates good_before_;
};

}  // namespace gatehouse::discovery
