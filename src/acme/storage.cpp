#include "acme/storage.h"

#include <chrono>
#include <cstring>

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include "acme/storage_codec.h"
#include "format/json.h"
#include "sys/file.h"

namespace gatehouse::acme {

using base::ErrorCode;
using base::Fault;
using base::Result;
using base::Secret;
namespace fs = std::filesystem;

namespace {

// Others must neither read the keys nor put some of their own in.
Result<bool> check_mode(const fs::path& path) {
  struct stat status{};
  if (::stat(path.c_str(), &status) != 0) {
    if (errno == ENOENT) return false;
    return base::fail_errno(errno, "cannot look at " + path.string(), Fault::kOperator);
  }
  if (!S_ISREG(status.st_mode)) {
    return base::fail(ErrorCode::kInvalid, Fault::kOperator,
                      fmt::format("{} is not a file: give the resolver's storage the path of one", path.string()));
  }
  if ((status.st_mode & 0077) != 0) {
    return base::fail(
        ErrorCode::kPermission, Fault::kOperator,
        fmt::format("{} has mode {:04o}, so that others than its owner can get at the private keys in it: "
                    "run chmod 600 {}",
                    path.string(), status.st_mode & 07777, path.string()));
  }
  return true;
}

// A copy, so that the file itself stays where whoever looks for it expects it.
Result<fs::path> keep_aside(const fs::path& path, std::string_view text) {
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  auto aside = path;
  aside += fmt::format(".corrupt-{:%Y%m%dT%H%M%SZ}", fmt::gmtime(std::chrono::system_clock::to_time_t(now)));
  BASE_CHECK(sys::write_file_atomically(aside, text, Storage::kMode));
  return aside;
}

}  // namespace

std::vector<std::string> StoredCertificate::names() const {
  std::vector<std::string> names{main};
  for (const auto& san : sans) {
    if (san != main) names.push_back(san);
  }
  return names;
}

Result<Storage> Storage::open(fs::path path) {
  Storage storage(std::move(path));
  BASE_TRY(const bool exists, check_mode(storage.path_));
  if (!exists) return storage;
  BASE_TRY(auto text, sys::read_file(storage.path_));
  const Secret content(std::move(text));
  const auto decoded = storage.decode(content.reveal());
  if (decoded) return storage;
  auto aside = keep_aside(storage.path_, content.reveal());
  if (!aside) {
    return base::fail(std::move(aside).error().within(storage.path_.string() + " is corrupt and cannot be kept aside"));
  }
  return base::fail(ErrorCode::kInvalid, Fault::kOperator,
                    fmt::format("{} is corrupt ({}): it is kept as {}; put a good copy of it back and restart, or let "
                                "new certificates be made",
                                storage.path_.string(), decoded.error().message, aside->string()));
}

Result<void> Storage::save() const {
  auto saved = sys::write_file_atomically(path_, encode().reveal(), kMode);
  if (saved) return saved;
  auto error = std::move(saved).error().within(fmt::format("{} is not saved and stays as it was", path_.string()));
  error.message += error.code == ErrorCode::kLimit
                       ? "; free some space on its disk: until then new certificates live in memory only"
                       : "; let its folder be written by this process: until then new certificates live in memory only";
  return base::fail(std::move(error));
}

Secret Storage::encode() const {
  format::JsonWriter writer;
  writer.begin_object();
  for (const auto& [name, resolver] : resolvers_) {
    writer.key(name);
    write_resolver(writer, resolver);
  }
  writer.end_object();
  const Secret compact(writer.take());
  return Secret(indented(compact.reveal()));
}

Result<void> Storage::decode(std::string_view text) {
  if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) return {};
  BASE_TRY(const auto document, format::JsonDocument::parse(text));
  const auto root = document.root();
  if (!root.is_object()) return base::fail(ErrorCode::kInvalid, Fault::kOperator, "not an object of resolvers");
  std::map<std::string, StoredResolver> resolvers;
  for (std::size_t i = 0; i < root.size(); ++i) {
    const std::string name(root.key(i));
    BASE_TRY(resolvers[name], read_resolver(name, root.at(i), complaints_));
  }
  resolvers_ = std::move(resolvers);
  return {};
}

}  // namespace gatehouse::acme
