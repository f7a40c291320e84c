#include "discovery/container_names.h"

#include <optional>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"

namespace gatehouse::discovery {

using base::ErrorCode;
using base::fail;
using base::Fault;
using base::Result;

std::string normalize(std::string_view name) {
  std::string result;
  for (const char c : name) {
    // Bytes of other alphabets' letters are kept: they are letters to Go as well.
    if (base::is_alnum(c) || static_cast<unsigned char>(c) >= 0x80) {
      result += c;
    } else if (!result.empty() && result.back() != '-') {
      result += '-';
    }
  }
  if (result.ends_with('-')) result.pop_back();
  return result;
}

std::string service_name(const docker::Container& container) {
  const auto service = container.labels.find("com.docker.compose.service");
  const auto project = container.labels.find("com.docker.compose.project");
  if (service == container.labels.end() || project == container.labels.end()) return container.name;
  return service->second + "_" + project->second;
}

namespace {

using Words = std::vector<std::string>;

// An action is a pipeline of calls; a call is words, of which strings in quotes keep what they are by a leading '"'.
Result<std::vector<Words>> split_pipeline(std::string_view action) {
  std::vector<Words> calls(1);
  for (std::size_t at = 0; at < action.size();) {
    const char c = action[at];
    if (c == ' ' || c == '\t' || c == '(' || c == ')') {
      ++at;
    } else if (c == '|') {
      calls.emplace_back();
      ++at;
    } else if (c == '"' || c == '`') {
      const auto end = action.find(c, at + 1);
      if (end == std::string_view::npos) return fail(ErrorCode::kInvalid, Fault::kOperator, "a string is not closed");
      calls.back().push_back("\"" + std::string(action.substr(at + 1, end - at - 1)));
      at = end + 1;
    } else {
      const auto end = std::min(action.find_first_of(" \t|()", at), action.size());
      calls.back().emplace_back(action.substr(at, end - at));
      at = end;
    }
  }
  return calls;
}

class Renderer {
 public:
  explicit Renderer(const docker::Container& container) : container_(container) {}

  Result<std::string> render(std::string_view action) const {
    BASE_TRY(const auto calls, split_pipeline(action));
    std::optional<std::string> value;
    for (auto words : calls) {
      if (value) words.push_back("\"" + *value);
      BASE_TRY(value, call(words));
    }
    return *value;
  }

 private:
  Result<std::string> call(const Words& words) const {
    if (words.size() == 1) return term(words[0]);
    if (words.size() == 3 && words[0] == "index" && words[1] == ".Labels") {
      BASE_TRY(const auto key, term(words[2]));
      const auto label = container_.labels.find(key);
      return label == container_.labels.end() ? std::string() : label->second;
    }
    if (words.size() == 2) {
      BASE_TRY(const auto text, term(words[1]));
      if (words[0] == "normalize") return normalize(text);
      if (words[0] == "lower") return base::to_lower(text);
      if (words[0] == "upper") return base::to_upper(text);
      if (words[0] == "trim") return std::string(base::trim(text));
    }
    if (words.size() == 3 || words.size() == 4) return call_with_arguments(words);
    return unsupported(words.empty() ? "" : words[0]);
  }

  Result<std::string> call_with_arguments(const Words& words) const {
    BASE_TRY(const auto first, term(words[1]));
    BASE_TRY(auto text, term(words.back()));
    if (words.size() == 3 && words[0] == "trimPrefix") {
      return text.starts_with(first) ? text.substr(first.size()) : text;
    }
    if (words.size() == 3 && words[0] == "trimSuffix") {
      return text.ends_with(first) ? text.substr(0, text.size() - first.size()) : text;
    }
    if (words.size() == 4 && words[0] == "replace" && !first.empty()) {
      BASE_TRY(const auto by, term(words[2]));
      for (auto at = text.find(first); at != std::string::npos; at = text.find(first, at + by.size())) {
        text.replace(at, first.size(), by);
      }
      return text;
    }
    return unsupported(words[0]);
  }

  Result<std::string> term(const std::string& word) const {
    if (word.starts_with('"')) return word.substr(1);
    if (word == ".Name") return service_name(container_);
    if (word == ".ContainerName") return container_.name;
    return unsupported(word);
  }

  static Result<std::string> unsupported(std::string_view what) {
    return fail(ErrorCode::kUnsupported, Fault::kOperator,
                fmt::format("\"{}\" is not supported in defaultRule: use .Name, .ContainerName, index .Labels \"key\" "
                            "with normalize, lower, upper, trim, trimPrefix, trimSuffix or replace",
                            what));
  }

  const docker::Container& container_;
};

}  // namespace

Result<std::string> render_default_rule(std::string_view rule_template, const docker::Container& container) {
  const Renderer renderer(container);
  std::string result;
  for (std::size_t at = 0;;) {
    const auto open = rule_template.find("{{", at);
    result += rule_template.substr(at, open == std::string_view::npos ? open : open - at);
    if (open == std::string_view::npos) return result;
    const auto close = rule_template.find("}}", open);
    if (close == std::string_view::npos) {
      return fail(ErrorCode::kInvalid, Fault::kOperator, "defaultRule has an action {{ that is not closed");
    }
    auto action = base::trim(rule_template.substr(open + 2, close - open - 2));
    if (action.starts_with("- ")) action = base::trim(action.substr(1));
    if (action.ends_with(" -")) action = base::trim(action.substr(0, action.size() - 1));
    BASE_TRY(const auto text, renderer.render(action));
    result += text;
    at = close + 2;
  }
}

}  // namespace gatehouse::discovery
