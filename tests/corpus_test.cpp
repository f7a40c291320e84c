// Loads every compose file of a folder of real ones and counts what we refuse: at least 95 % of those that are YAML
// have to load, and what is written of them has to load again and stay the same. The folder is the only argument; it
// is data, and nothing of it is kept here.
// Variables without a value get dummies, env_files of services are not read. A file that is no whole project (an
// override, a base for extends) has to load without the checks that a whole project has to pass.
#include <filesystem>
#include <iostream>
#include <map>
#include <string>
#include <vector>

#include "compose/interpolation.h"
#include "compose/load.h"
#include "compose/write.h"
#include "format/yaml.h"

namespace {

namespace fs = std::filesystem;
using namespace gatehouse;

constexpr double kShareMin = 0.95;

enum class Outcome { kLoaded, kPart, kRefused, kNoYaml, kNoComposeFile };

bool is_yaml_name(const fs::path& path) { return path.extension() == ".yml" || path.extension() == ".yaml"; }

// A mount needs a path where everything else does with a number.
void add_dummies(const format::YamlNode& node, bool in_mounts, compose::Environment& dummies) {
  for (const auto& entry : node.entries) add_dummies(entry.value, in_mounts || entry.key == "volumes", dummies);
  for (const auto& item : node.items) add_dummies(item, in_mounts, dummies);
  const auto references = compose::find_references(node.text);
  if (!node.is_scalar() || !references) return;
  for (const auto& reference : *references) {
    if (reference.need == compose::Reference::Need::kDefaulted) continue;
    if (in_mounts) dummies[reference.name] = "/dummy";
    dummies.try_emplace(reference.name, "1");
  }
}

// What is written has to load again, and give the same text.
std::string write_twice(const compose::Project& project, const compose::LoadOptions& options) {
  const auto text = compose::to_yaml(project);
  auto again = options;
  again.environment.clear();
  again.read_file = [&](const fs::path& wanted) -> base::Result<std::string> {
    if (wanted.filename() == options.files[0].filename()) return text;
    return base::fail(base::ErrorCode::kNotFound, base::Fault::kOperator, wanted.string() + ": not read again");
  };
  const auto second = compose::load(again);
  if (!second) return "its own output does not load: " + second.error().message;
  return compose::to_yaml(*second) == text ? "" : "its output changes when loaded again";
}

Outcome try_load(compose::LoadOptions options) {
  auto outcome = Outcome::kLoaded;
  auto project = compose::load(options);
  std::string complaint = project ? "" : project.error().message;
  if (!project) {
    options.check_consistency = false;
    project = compose::load(options);
    outcome = Outcome::kPart;
  }
  std::string refusal = project ? write_twice(*project, options) : project.error().message;
  if (!refusal.empty()) {
    std::cout << "refused: " << options.files[0].string() << ": " << refusal << '\n';
    return Outcome::kRefused;
  }
  if (outcome == Outcome::kPart) std::cout << "no whole project: " << complaint << '\n';
  return outcome;
}

Outcome try_file(const fs::path& path) {
  const auto text = compose::read_compose_file(path);
  const auto documents = text ? format::parse_yaml_documents(*text) : base::fail(text.error());
  if (!documents) {
    std::cout << "no YAML: " << path.string() << ": " << documents.error().message << '\n';
    return Outcome::kNoYaml;
  }
  compose::LoadOptions options;
  bool has_services = false;
  for (const auto& document : *documents) {
    has_services = has_services || document.find("services") != nullptr;
    add_dummies(document, false, options.environment);
  }
  if (!has_services) return Outcome::kNoComposeFile;
  options.directory = path.parent_path();
  options.files = {path};
  options.project_name = "corpus";
  options.profiles = {"*"};
  options.read_service_files = false;
  return try_load(options);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: corpus_test FOLDER\n";
    return 2;
  }
  std::map<Outcome, int> counts;
  for (const auto& entry : fs::recursive_directory_iterator(argv[1])) {
    if (entry.is_regular_file() && is_yaml_name(entry.path())) ++counts[try_file(entry.path())];
  }
  const int good = counts[Outcome::kLoaded] + counts[Outcome::kPart];
  const int files = good + counts[Outcome::kRefused];
  std::cout << good << " of " << files << " compose files load, " << counts[Outcome::kPart]
            << " of them as part of a project; " << counts[Outcome::kNoYaml] << " files are no YAML, "
            << counts[Outcome::kNoComposeFile] << " hold no services\n";
  return files > 0 && good >= kShareMin * files ? 0 : 1;
}
