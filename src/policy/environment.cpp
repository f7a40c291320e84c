#include "policy/environment.h"

#include <algorithm>
#include <array>
#include <set>

#include <fmt/format.h>

#include "base/text.h"
#include "compose/dotenv.h"

namespace gatehouse::policy {

using base::Result;
using compose::Reference;
using compose::VariableUse;

namespace {

constexpr std::array<std::string_view, 10> kPlaceholders = {"changeme",   "changethis", "replaceme",   "replacethis",
                                                            "todo",       "fixme",      "placeholder", "yourpassword",
                                                            "yoursecret", "secrethere"};

// Letters and digits only, in lower case: "CHANGE_ME!" and "change-me" are one.
std::string folded(std::string_view value) {
  std::string text;
  for (const char c : value) {
    if (base::is_alnum(c)) text += base::to_lower(c);
  }
  return text;
}

std::string locate(const std::filesystem::path& file, std::uint32_t line) {
  return fmt::format("{}:{}", file.string(), line);
}

// What a reader of the stack's .env.example would expect to find in .env.
void check_against_example(const std::filesystem::path& directory, const compose::Dotenv& env,
                           std::vector<Finding>& findings) {
  const auto file = directory / ".env.example";
  const auto text = compose::read_compose_file(file);
  if (!text) return;
  const auto example = compose::parse_dotenv(*text, file.string(), [](std::string_view) { return std::nullopt; });
  if (!example) return;
  for (const auto& assignment : example->assignments) {
    if (env.values.contains(assignment.name)) continue;
    findings.push_back({Severity::kWarning, "env-example",
                        fmt::format("{}: {} is in the example and not in .env: add it, or remove it from the example",
                                    locate(file, assignment.line), assignment.name)});
  }
}

void check_placeholders(const std::filesystem::path& file, const compose::Dotenv& env, std::vector<Finding>& findings) {
  for (const auto& assignment : env.assignments) {
    if (!is_placeholder(assignment.value)) continue;
    findings.push_back(
        {Severity::kError, "env-placeholder",
         fmt::format("{}: {} still holds the placeholder of the example: put a real value in, for a secret the output "
                     "of \"openssl rand -hex 24\"",
                     locate(file, assignment.line), assignment.name)});
  }
}

// The first use of every variable that has to have a value and has none.
std::vector<const VariableUse*> missing_uses(const compose::Variables& variables) {
  std::vector<const VariableUse*> missing;
  std::set<std::string_view> seen;
  for (const auto& use : variables.uses) {
    const bool needs_value = use.reference.need != Reference::Need::kDefaulted;
    if (needs_value && !use.set && seen.insert(use.reference.name).second) missing.push_back(&use);
  }
  return missing;
}

Finding missing_file(const std::filesystem::path& directory, bool has_example,
                     const std::vector<const VariableUse*>& missing) {
  std::vector<std::string> names;
  for (const auto* use : missing) names.push_back(use->reference.name);
  const auto needed = names.empty() ? std::string() : ", and the stack needs " + base::join(names, ", ");
  const auto next = has_example ? fmt::format("run \"cp {} {}\", and fill it in", (directory / ".env.example").string(),
                                              (directory / ".env").string())
                                : std::string("make it, with a line NAME=value for each");
  return {Severity::kError, "env-missing",
          fmt::format("{} does not exist{}: {}", (directory / ".env").string(), needed, next)};
}

}  // namespace

bool is_placeholder(std::string_view value) {
  value = base::trim(value);
  if (value.size() > 2 && value.starts_with('<') && value.ends_with('>')) return true;
  const auto text = folded(value);
  if (text.size() >= 3 && text.find_first_not_of('x') == std::string::npos) return true;
  return std::ranges::any_of(kPlaceholders, [&](std::string_view known) { return text.starts_with(known); });
}

Result<std::vector<Finding>> check_environment(const std::filesystem::path& directory,
                                               const compose::LoadOptions& options) {
  BASE_TRY(const auto variables, compose::collect_variables(options));
  const auto missing = missing_uses(variables);
  const auto file = directory / ".env";
  const bool has_example = std::filesystem::exists(directory / ".env.example");
  std::vector<Finding> findings;
  if (!std::filesystem::exists(file)) {
    const bool may_be_absent = missing.empty() && (!has_example || !options.env_files.empty());
    if (!may_be_absent) findings.push_back(missing_file(directory, has_example, missing));
    return findings;
  }
  for (const auto* use : missing) {
    findings.push_back({Severity::kError, "env-undefined",
                        fmt::format("{}: the variable {} has no value: add it to {}", variables.sources.locate(use->at),
                                    use->reference.name, file.string())});
  }
  BASE_TRY(const auto text, compose::read_compose_file(file));
  const auto process = compose::lookup_in({&options.environment});
  BASE_TRY(const auto env, compose::parse_dotenv(text, file.string(), process));
  check_placeholders(file, env, findings);
  check_against_example(directory, env, findings);
  return findings;
}

}  // namespace gatehouse::policy
