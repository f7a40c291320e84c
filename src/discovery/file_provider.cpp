#include "discovery/file_provider.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <optional>
#include <system_error>

#include <fmt/format.h>

#include "async/sleep.h"
#include "async/wait_io.h"
#include "base/text.h"
#include "discovery/file_template.h"
#include "format/yaml.h"
#include "model/decode.h"
#include "sys/file.h"
#include "sys/file_watch.h"

namespace gatehouse::discovery {

using async::Task;
using base::ErrorCode;
using base::fail;
using base::Fault;
using base::Result;

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kFileBytesMax = 16u << 20;
constexpr std::size_t kFilesMax = 10'000;
constexpr std::chrono::milliseconds kSettleTime{10};    // an editor's several events make one reading
constexpr std::chrono::seconds kMissingFolderPause{1};  // until a folder that is not there is looked for again

Result<model::DynamicConfig> read_config(const fs::path& path) {
  if (path.extension() == ".toml") {
    return fail(ErrorCode::kUnsupported, Fault::kOperator,
                fmt::format("{}: TOML is not supported: write the file as YAML", path.string()));
  }
  BASE_TRY(const auto text, sys::read_file(path, kFileBytesMax));
  BASE_TRY(const auto expanded, expand_template(text, path.string(), [](const std::string& name) {
             const char* value = std::getenv(name.c_str());  // NOLINT(concurrency-mt-unsafe): nobody sets it
             return value == nullptr ? std::nullopt : std::optional<std::string>(value);
           }));
  const std::string file = path.string();
  BASE_TRY(const auto document, format::parse_yaml(expanded, {.file = file}));
  if (document.is_null()) return model::DynamicConfig{};
  return model::decode_dynamic(document, file);
}

// Adds what `from` has to `into`; of two objects of one name the first stays.
class Merger {
 public:
  Merger(model::DynamicConfig& into, std::vector<Problem>& problems) : into_(into), problems_(problems) {}

  void add(const std::string& file, const model::DynamicConfig& from) {
    file_ = file;
    add_all("router", into_.http.routers, from.http.routers);
    add_all("service", into_.http.services, from.http.services);
    add_all("middleware", into_.http.middlewares, from.http.middlewares);
    add_all("serversTransport", into_.http.servers_transports, from.http.servers_transports);
    add_all("tcp router", into_.tcp.routers, from.tcp.routers);
    add_all("tcp service", into_.tcp.services, from.tcp.services);
    add_all("tcp middleware", into_.tcp.middlewares, from.tcp.middlewares);
    add_all("udp router", into_.udp.routers, from.udp.routers);
    add_all("udp service", into_.udp.services, from.udp.services);
    add_all("TLS options", into_.tls.options, from.tls.options);
    add_all("TLS store", into_.tls.stores, from.tls.stores);
    std::ranges::copy(from.tls.certificates, std::back_inserter(into_.tls.certificates));
  }

 private:
  template <class T>
  void add_all(std::string_view kind, std::map<std::string, T>& into, const std::map<std::string, T>& from) {
    for (const auto& [name, object] : from) {
      if (into.emplace(name, object).second) continue;
      problems_.push_back({fmt::format("{} {}@file", kind, name),
                           fmt::format("{} has it again: the first one stays, rename or remove the other", file_)});
    }
  }

  model::DynamicConfig& into_;
  std::vector<Problem>& problems_;
  std::string file_;
};

class FileSet {
 public:
  explicit FileSet(model::FileProvider config) : config_(std::move(config)) {}

  // Everything there is now; of a file that is broken what it last was.
  std::pair<model::DynamicConfig, std::vector<Problem>> read() {
    std::pair<model::DynamicConfig, std::vector<Problem>> result;
    auto& [merged, problems] = result;
    const auto files = list(problems);
    std::erase_if(good_, [&](const auto& entry) { return std::ranges::find(files, entry.first) == files.end(); });
    Merger merger(merged, problems);
    for (const auto& file : files) {
      auto config = read_config(file);
      if (config) {
        good_[file] = *std::move(config);
      } else {
        const bool known = good_.contains(file);
        problems.push_back(
            {file.string(), config.error().message + (known ? " (what the file last said stays in force)" : "")});
      }
      if (const auto good = good_.find(file); good != good_.end()) merger.add(file.string(), good->second);
    }
    return result;
  }

  // What to watch so that no change is missed.
  [[nodiscard]] std::vector<fs::path> folders() const {
    if (config_.directory.empty()) return {fs::absolute(config_.filename).parent_path()};
    std::vector<fs::path> result{config_.directory};
    std::error_code error;
    for (const auto& entry : fs::recursive_directory_iterator(config_.directory, error)) {
      if (entry.is_directory(error)) result.push_back(entry.path());
    }
    return result;
  }

 private:
  std::vector<fs::path> list(std::vector<Problem>& problems) const {
    if (config_.directory.empty()) return {config_.filename};
    std::vector<fs::path> files;
    std::error_code error;
    for (const auto& entry : fs::recursive_directory_iterator(config_.directory, error)) {
      const auto extension = entry.path().extension();
      const bool ours = extension == ".yml" || extension == ".yaml" || extension == ".toml";
      std::error_code ignored;
      if (ours && entry.is_regular_file(ignored) && files.size() < kFilesMax) files.push_back(entry.path());
    }
    if (error) {
      problems.push_back({config_.directory, fmt::format("cannot read the folder: {}: check "
                                                         "--providers.file.directory",
                                                         error.message())});
    }
    std::ranges::sort(files);
    return files;
  }

  model::FileProvider config_;
  std::map<fs::path, model::DynamicConfig> good_;
};

class FilesChanged final : public async::IoAwaiter<FilesChanged> {
 public:
  FilesChanged(async::Watch& watch, sys::FileWatch& files, async::Deadline deadline)
      : IoAwaiter(watch, deadline), files_(files) {}
  async::Step attempt() { return files_.drain() ? async::Step::done() : async::Step::want(async::Direction::kRead); }
  static void await_resume() {}

 private:
  sys::FileWatch& files_;
};

}  // namespace

Task<void> watch_files(async::Loop& loop, model::FileProvider config, Updates& updates, base::Log& log) {
  const bool watching = config.watch;
  FileSet files(std::move(config));
  sys::FileWatch file_watch;
  async::Watch watch(loop, file_watch.fd());
  std::optional<model::DynamicConfig> last;
  std::vector<std::string> last_problems;
  for (;;) {
    const bool complete = file_watch.watch(files.folders());  // before reading, so that no change falls in between
    auto [merged, problems] = files.read();
    std::vector<std::string> texts;
    for (const auto& problem : problems) texts.push_back(problem.object + ": " + problem.message);
    if (last != merged || texts != last_problems) {
      log.debug("the file provider read {} routers", merged.http.routers.size());
      last = merged;
      last_problems = std::move(texts);
      updates.provide("file", std::move(merged), std::move(problems));
    }
    if (!watching) co_return;
    co_await FilesChanged(watch, file_watch, complete ? async::Deadline::never() : loop.deadline(kMissingFolderPause));
    co_await async::sleep(loop, kSettleTime);
    file_watch.drain();
  }
}

}  // namespace gatehouse::discovery
