#include "docker/build_context.h"

#include <algorithm>
#include <cerrno>
#include <vector>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "docker/ignore_rules.h"
#include "docker/tar_header.h"
#include "sys/fd.h"
#include "sys/file.h"

namespace gatehouse::docker {

namespace fs = std::filesystem;

using base::ErrorCode;
using base::fail;
using base::Fault;
using base::Result;

namespace {

// Where a Dockerfile that is not in the folder stands in the archive.
constexpr std::string_view kOtherDockerfile = ".dockerfile.gatehouse";

struct ContextFile {
  fs::path path;  // empty: `content` is the file
  TarEntry entry;
  std::string content = {};
};

class TarBody final : public http::Body {
 public:
  explicit TarBody(std::vector<ContextFile> files) : files_(std::move(files)) {}

  async::Task<Result<std::string_view>> next() override { co_return read(); }
  [[nodiscard]] std::optional<std::uint64_t> remaining() const override { return std::nullopt; }

 private:
  static constexpr std::size_t kPieceBytes = std::size_t{64} << 10;

  Result<std::string_view> read() {
    if (left_ > 0) return read_content();
    if (index_ == files_.size()) {
      if (ended_) return std::string_view{};
      ended_ = true;
      piece_ = tar_end();
      return piece_;
    }
    return begin_file(files_[index_++]);
  }

  Result<std::string_view> begin_file(const ContextFile& file) {
    piece_ = tar_header(file.entry);
    if (file.entry.type != TarType::kFile) return piece_;
    if (file.path.empty()) {
      piece_ += file.content + std::string(tar_padding(file.content.size()), '\0');
      return piece_;
    }
    path_ = file.path;
    size_ = left_ = file.entry.size;
    file_ = sys::Fd(::open(path_.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
    if (!file_.valid()) return base::fail_errno(errno, "reading " + path_.string(), Fault::kOperator);
    return piece_;
  }

  Result<std::string_view> read_content() {
    piece_.resize(static_cast<std::size_t>(std::min<std::uint64_t>(left_, kPieceBytes)));
    const auto count = ::read(file_.get(), piece_.data(), piece_.size());
    if (count < 0) return base::fail_errno(errno, "reading " + path_.string(), Fault::kOperator);
    if (count == 0) {
      return fail(ErrorCode::kConflict, Fault::kOperator,
                  path_.string() + " became shorter while it was sent to the engine: build again once it is complete");
    }
    piece_.resize(static_cast<std::size_t>(count));
    left_ -= static_cast<std::uint64_t>(count);
    if (left_ == 0) piece_.append(tar_padding(size_), '\0');
    return piece_;
  }

  std::vector<ContextFile> files_;
  std::size_t index_ = 0;
  bool ended_ = false;
  std::string piece_;
  fs::path path_;
  sys::Fd file_;
  std::uint64_t size_ = 0, left_ = 0;  // of the current file
};

// Owners are root's, as the engine's own client has it: what builds must not depend on who builds.
Result<ContextFile> describe(const fs::path& path, std::string name) {
  struct stat status{};
  if (::lstat(path.c_str(), &status) != 0) return base::fail_errno(errno, "reading " + path.string(), Fault::kOperator);
  ContextFile file{path, {.name = std::move(name)}};
  file.entry.mode = status.st_mode & 07777;
  file.entry.modified = status.st_mtim.tv_sec;
  if (S_ISDIR(status.st_mode)) {
    file.entry.type = TarType::kFolder;
  } else if (S_ISLNK(status.st_mode)) {
    std::error_code error;
    file.entry.type = TarType::kLink;
    file.entry.link = fs::read_symlink(path, error).string();
  } else {
    file.entry.size = static_cast<std::uint64_t>(status.st_size);
  }
  return file;
}

Result<std::vector<ContextFile>> list_files(const fs::path& folder, const IgnoreRules& rules,
                                            const std::vector<std::string>& always) {
  std::vector<ContextFile> files;
  std::error_code error;
  fs::recursive_directory_iterator walk(folder, error);
  for (; !error && walk != fs::recursive_directory_iterator(); walk.increment(error)) {
    const auto name = walk->path().lexically_relative(folder).generic_string();
    const auto status = walk->symlink_status(error);
    if (error) break;
    const bool is_needed = std::ranges::find(always, name) != always.end();
    const bool is_known = fs::is_regular_file(status) || fs::is_directory(status) || fs::is_symlink(status);
    if (!is_known) continue;  // sockets and devices: nothing that a build could use
    if (rules.ignores(name) && !is_needed) {
      const bool may_hold_needed =
          std::ranges::any_of(always, [&](const std::string& needed) { return needed.starts_with(name + "/"); });
      if (fs::is_directory(status) && !rules.has_exceptions() && !may_hold_needed) walk.disable_recursion_pending();
      continue;
    }
    BASE_TRY(auto file, describe(walk->path(), name));
    files.push_back(std::move(file));
  }
  if (error) return fail(ErrorCode::kIo, Fault::kOperator, "reading " + folder.string() + ": " + error.message());
  std::ranges::sort(files, {}, [](const ContextFile& file) -> const std::string& { return file.entry.name; });
  return files;
}

// Beside the Dockerfile its own one counts: Dockerfile.dockerignore.
Result<IgnoreRules> read_rules(const fs::path& folder, const std::string& dockerfile) {
  for (const auto& file : {folder / (dockerfile + ".dockerignore"), folder / ".dockerignore"}) {
    const auto text = sys::read_file(file);
    if (text) return IgnoreRules::parse(*text);
    if (text.error().code != ErrorCode::kNotFound) return fail(text.error());
  }
  return IgnoreRules();
}

bool is_url(const std::string& text) {
  return text.find("://") != std::string::npos || text.starts_with("git@") || text.starts_with("github.com/");
}

}  // namespace

Result<BuildContext> open_build_context(const BuildContextOptions& options) {
  const fs::path& folder = options.folder;
  if (is_url(folder.string())) {
    return fail(ErrorCode::kUnsupported, Fault::kOperator,
                "the build context " + folder.string() +
                    " is an address, only folders are supported: clone it, and name the folder");
  }
  std::error_code error;
  if (!fs::is_directory(folder, error)) {
    return fail(ErrorCode::kNotFound, Fault::kOperator, "the build context " + folder.string() + " is no folder");
  }
  BuildContext context;
  context.dockerfile = options.dockerfile;
  std::vector<ContextFile> extra;
  const auto path = (folder / options.dockerfile).lexically_normal();
  const auto inside = path.lexically_relative(folder.lexically_normal());
  const bool is_outside = inside.empty() || *inside.begin() == "..";
  if (!options.dockerfile_inline.empty() || is_outside) {
    auto text =
        options.dockerfile_inline.empty() ? sys::read_file(path) : Result<std::string>(options.dockerfile_inline);
    if (!text) return fail(text.error().within("the Dockerfile"));
    context.dockerfile = kOtherDockerfile;
    extra.push_back({{}, {.name = context.dockerfile, .size = text->size()}, *std::move(text)});
  } else {
    if (!fs::is_regular_file(path, error)) {
      return fail(ErrorCode::kNotFound, Fault::kOperator, "there is no Dockerfile " + path.string());
    }
    context.dockerfile = inside.generic_string();
  }
  BASE_TRY(const auto rules, read_rules(folder, context.dockerfile));
  BASE_TRY(auto files, list_files(folder, rules, {context.dockerfile, ".dockerignore"}));
  for (auto& file : extra) files.push_back(std::move(file));
  context.body = std::make_unique<TarBody>(std::move(files));
  return context;
}

}  // namespace gatehouse::docker
