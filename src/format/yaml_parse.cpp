// Builds the tree from yaml-cpp's events.
#include <algorithm>
#include <deque>
#include <span>
#include <spanstream>
#include <unordered_map>
#include <unordered_set>

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include "format/yaml.h"
#include "format/yaml_source.h"

namespace gatehouse::format {

namespace {

using base::ErrorCode;
using base::Fault;

// Thrown through yaml-cpp's frames by the builder, caught in parse_yaml_documents: the only way to stop its parser.
struct Stopped {
  base::Error error;
};

constexpr std::string_view kMergeKey = "<<";
constexpr std::size_t kDocumentsMax = 1000;

class TreeBuilder final : public YAML::EventHandler {
 public:
  TreeBuilder(std::string_view text, const YamlOptions& options) : text_(text), options_(options) {}

  YamlNode take_root() { return std::move(root_); }
  // The byte where the document starts.
  [[nodiscard]] int start() const { return start_; }

  void OnDocumentStart(const YAML::Mark& mark) override { start_ = mark.pos; }
  void OnDocumentEnd() override {
    // Only the last scalar can have taken the end of the file for its closing quote.
    if (is_quote_left_open(text_, last_scalar_start_)) {
      stop(ErrorCode::kInvalid, last_scalar_at_, "a quote that is never closed");
    }
  }

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    finish(YamlNode::null(position(mark)), anchor);
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto found = anchors_.find(anchor);
    // yaml-cpp refuses names that nobody defined, so what is missing is still being built.
    if (found == anchors_.end()) stop(ErrorCode::kInvalid, position(mark), "an alias inside the value that it names");
    count_copied(found->second.nodes, position(mark));
    if (frames_.size() + found->second.depth > options_.depth_max) stop_depth(position(mark));
    attach(found->second.value, position(mark), found->second.nodes, found->second.depth);
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    YamlNode node = YamlNode::plain(mend_escapes(value), position(mark));
    node.quoted = tag == "!";
    last_scalar_start_ = static_cast<std::size_t>(mark.pos);
    last_scalar_at_ = node.at;
    set_tag(node, tag);
    finish(std::move(node), anchor);
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(YamlNode::sequence(position(mark)), tag, anchor);
  }
  void OnSequenceEnd() override { close(); }

  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(YamlNode::mapping(position(mark)), tag, anchor);
  }
  void OnMapEnd() override { close(); }

 private:
  struct Anchored {
    YamlNode value;
    std::size_t nodes;
    std::size_t depth;
  };
  // A sequence or mapping that is not yet closed.
  struct Frame {
    YamlNode node;
    YAML::anchor_t anchor;
    std::size_t nodes = 1;
    std::size_t depth = 1;
    bool has_key = false;
    bool key_is_merge = false;
    std::string key = {};
    YamlPosition key_at = {};
    std::unordered_set<std::string> keys = {};
    std::vector<YamlNode> merges = {};  // values of "<<", applied when the mapping closes
  };

  [[nodiscard]] YamlPosition position(const YAML::Mark& mark) const {
    return {static_cast<std::uint32_t>(mark.line + 1), static_cast<std::uint32_t>(mark.column + 1), options_.source};
  }

  [[noreturn]] void stop(ErrorCode code, YamlPosition at, std::string_view what) const {
    throw Stopped{
        {code, Fault::kOperator, base::Retry::kNo, fmt::format("{}: {}", to_string(options_.file, at), what), {}}};
  }

  [[noreturn]] void stop_depth(YamlPosition at) const {
    stop(ErrorCode::kLimit, at, fmt::format("nested deeper than {} levels", options_.depth_max));
  }

  static void set_tag(YamlNode& node, const std::string& tag) {
    if (tag != "?" && tag != "!") node.tag = tag;
  }

  void count_copied(std::size_t nodes, YamlPosition at) {
    copied_nodes_ += nodes;
    if (copied_nodes_ > options_.alias_nodes_max) {
      stop(ErrorCode::kLimit, at,
           fmt::format("anchors and aliases expand to more than {} values; write out what is needed",
                       options_.alias_nodes_max));
    }
  }

  void open(YamlNode node, const std::string& tag, YAML::anchor_t anchor) {
    if (frames_.size() >= options_.depth_max) stop_depth(node.at);
    if (expects_key()) stop(ErrorCode::kInvalid, node.at, "a key must be a scalar, not a list or a mapping");
    set_tag(node, tag);
    frames_.push_back({.node = std::move(node), .anchor = anchor});
  }

  void close() {
    Frame frame = std::move(frames_.back());
    frames_.pop_back();
    for (auto& merge : frame.merges) apply_merge(frame, merge);
    if (frame.anchor != 0) {
      // Kept aside for aliases, and so a copy, too: anchors around anchors around much would fill the memory.
      count_copied(frame.nodes, frame.node.at);
      anchors_.insert_or_assign(frame.anchor, Anchored{frame.node, frame.nodes, frame.depth});
    }
    const auto at = frame.node.at;
    attach(std::move(frame.node), at, frame.nodes, frame.depth);
  }

  void finish(YamlNode node, YAML::anchor_t anchor) {
    if (anchor != 0) anchors_.insert_or_assign(anchor, Anchored{node, 1, 1});
    const auto at = node.at;
    attach(std::move(node), at, 1, 1);
  }

  [[nodiscard]] bool expects_key() const {
    return !frames_.empty() && frames_.back().node.is_mapping() && !frames_.back().has_key;
  }

  // at: where the value is written, which for an alias is not where it stands.
  void attach(YamlNode node, YamlPosition at, std::size_t nodes, std::size_t depth) {
    if (frames_.empty()) {
      root_ = std::move(node);
      return;
    }
    Frame& frame = frames_.back();
    if (expects_key()) {
      take_key(frame, node, at);
      return;
    }
    frame.nodes += nodes;
    frame.depth = std::max(frame.depth, depth + 1);
    if (frame.node.is_sequence()) {
      frame.node.items.push_back(std::move(node));
      return;
    }
    frame.has_key = false;
    if (frame.key_is_merge) {
      check_merge(node, at);
      frame.merges.push_back(std::move(node));
      return;
    }
    frame.node.entries.push_back({std::move(frame.key), frame.key_at, std::move(node)});
  }

  void take_key(Frame& frame, YamlNode& node, YamlPosition at) const {
    if (node.is_sequence() || node.is_mapping()) {
      stop(ErrorCode::kInvalid, at, "a key must be a scalar, not a list or a mapping");
    }
    frame.key_is_merge = options_.merge_keys && !node.quoted && node.text == kMergeKey;
    frame.key = node.is_null() ? "null" : std::move(node.text);
    frame.key_at = at;
    frame.has_key = true;
    if (!frame.keys.insert(frame.key).second) {
      const auto first = std::ranges::find(frame.node.entries, frame.key, &YamlEntry::key);
      const auto where = first == frame.node.entries.end() ? "" : fmt::format(" in line {}", first->key_at.line);
      stop(ErrorCode::kInvalid, at, fmt::format("the key '{}' is already set{}; remove one", frame.key, where));
    }
  }

  void check_merge(const YamlNode& node, YamlPosition at) const {
    const bool fits =
        node.is_mapping() || (node.is_sequence() && std::ranges::all_of(node.items, &YamlNode::is_mapping));
    if (!fits) stop(ErrorCode::kInvalid, at, "'<<' takes a mapping or a list of mappings");
  }

  // Keys that the mapping has itself win; of several merged mappings, the first to have a key.
  void apply_merge(Frame& frame, YamlNode& merge) {
    if (merge.is_sequence()) {
      for (auto& mapping : merge.items) apply_merge(frame, mapping);
      return;
    }
    for (auto& entry : merge.entries) {
      if (frame.keys.insert(entry.key).second) frame.node.entries.push_back(std::move(entry));
    }
  }

  std::string_view text_;
  const YamlOptions& options_;
  std::size_t last_scalar_start_ = std::string_view::npos;
  YamlPosition last_scalar_at_;
  int start_ = 0;
  YamlNode root_;
  std::deque<Frame> frames_;
  std::unordered_map<YAML::anchor_t, Anchored> anchors_;
  std::size_t copied_nodes_ = 0;
};

base::Error located(const YAML::Exception& error, std::string_view text, const YamlOptions& options) {
  const bool known = !error.mark.is_null();
  const YamlPosition at = known ? YamlPosition{static_cast<std::uint32_t>(error.mark.line + 1),
                                               static_cast<std::uint32_t>(error.mark.column + 1), options.source}
                                : YamlPosition{};
  return {ErrorCode::kInvalid,
          Fault::kOperator,
          base::Retry::kNo,
          fmt::format("{}: not valid YAML: {}", to_string(options.file, at), explain_syntax_error(text, error.msg)),
          {}};
}

base::Failure stray_text(const YamlOptions& options) {
  return yaml_error(options.file, {}, "not valid YAML: a ',', ']' or '}' that belongs to no list or mapping");
}

base::Failure too_many_documents(const YamlOptions& options) {
  return base::fail(ErrorCode::kLimit, Fault::kOperator,
                    fmt::format("{}: more than {} documents in one file", options.file, kDocumentsMax));
}

base::Result<std::vector<YamlNode>> parse_documents(std::string_view text, const YamlOptions& options) {
  if (text.size() > options.bytes_max) {
    return base::fail(
        ErrorCode::kLimit, Fault::kOperator,
        fmt::format("{}: {} bytes, more than the {} that are read", options.file, text.size(), options.bytes_max));
  }
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  if (const auto flaw = find_bad_bytes(text)) return yaml_error(options.file, flaw->at, flaw->what);
  std::vector<YamlNode> documents;
  try {
    std::ispanstream stream{std::span<const char>(text)};
    YAML::Parser parser(stream);
    for (int last_start = -1;;) {
      TreeBuilder builder(text, options);
      if (!parser.HandleNextDocument(builder)) break;
      // A "," or "]" that belongs to nothing stays where it is, and yaml-cpp finds empty documents there without end.
      if (builder.start() == last_start) return stray_text(options);
      last_start = builder.start();
      documents.push_back(builder.take_root());
      if (documents.size() > kDocumentsMax) return too_many_documents(options);
    }
  } catch (Stopped& stopped) {
    return base::fail(std::move(stopped.error));
  } catch (const YAML::Exception& error) {
    return base::fail(located(error, text, options));
  }
  return documents;
}

}  // namespace

base::Result<YamlNode> parse_yaml(std::string_view text, const YamlOptions& options) {
  BASE_TRY(auto documents, parse_documents(text, options));
  if (documents.empty()) return YamlNode::null();
  return std::move(documents.front());
}

base::Result<std::vector<YamlNode>> parse_yaml_documents(std::string_view text, const YamlOptions& options) {
  return parse_documents(text, options);
}

}  // namespace gatehouse::format
