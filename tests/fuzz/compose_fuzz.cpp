// Any text as compose files: loading ends, refusals are the operator's and hold no value of a variable, and a project
// that loads is written so that it loads again and stays the same.
// Input: the file compose.yaml, then after each NUL one more of override, .env, base.yml.
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <string>
#include <string_view>

#include "compose/load.h"
#include "compose/write.h"

namespace {

using namespace gatehouse;

void require(bool condition) {
  if (!condition) std::abort();
}

constexpr std::string_view kSecret = "s3cr3tvalue";

using Files = std::map<std::string, std::string, std::less<>>;

Files split_input(std::string_view input) {
  constexpr std::array<std::string_view, 4> kNames = {"/p/compose.yaml", "/p/compose.override.yaml", "/p/.env",
                                                      "/p/base.yml"};
  Files files;
  for (const auto name : kNames) {
    const auto end = input.find('\0');
    files.emplace(name, input.substr(0, end));
    if (end == std::string_view::npos) break;
    input.remove_prefix(end + 1);
  }
  return files;
}

compose::LoadOptions options_for(const Files& files) {
  compose::LoadOptions options;
  options.directory = "/p";
  options.profiles = {"*"};
  options.environment = {{"SECRET", std::string(kSecret)}};
  options.read_file = [&files](const std::filesystem::path& path) -> base::Result<std::string> {
    const auto found = files.find(path.string());
    if (found != files.end()) return found->second;
    return base::fail(base::ErrorCode::kNotFound, base::Fault::kOperator, "no such file");
  };
  return options;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  if (size > 16'384) return 0;
  const auto files = split_input(input);
  auto options = options_for(files);
  (void)compose::collect_variables(options);
  const auto project = compose::load(options);
  if (!project) {
    require(project.error().fault == base::Fault::kOperator);
    require(!project.error().message.empty());
    return 0;
  }
  (void)project->start_order();
  const Files written = {{"/p/compose.yaml", compose::to_yaml(*project)}};
  auto again = options_for(written);
  again.environment.clear();
  again.read_service_files = false;
  const auto second = compose::load(again);
  require(second.has_value());
  require(compose::to_yaml(*second) == written.begin()->second);
  return 0;
}
