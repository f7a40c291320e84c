// Configuration before it has a meaning: names and values as a tree that remembers where each part was written, built
// from labels, flags, environment variables or YAML. model/decode.h gives it a meaning. Pure values, any thread.
// How names are split is that of Traefik's paerser.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace gatehouse::format {
struct YamlNode;
}

namespace gatehouse::model {

// Decides how a name is spelled in an error and what a value may look like.
enum class Syntax { kLabels, kFlags, kEnvironment, kFile };

struct Node {
  std::string name;                  // as written first; "[2]" for an item of a list
  std::optional<std::string> value;  // of a leaf; a file's null has none, and no children
  std::vector<Node> children;        // by name, which differ in more than case
  std::string where;                 // of a leaf: the label, the flag, the variable; of a file: name:line:column
  bool collection = false;           // written as a mapping or a sequence, if an empty one

  [[nodiscard]] const Node* find(std::string_view child) const;  // in any case
};

struct Tree {
  Syntax syntax = Syntax::kLabels;
  Node root;  // "traefik"; of a file: without a name
};

inline constexpr std::size_t kTreeDepthMax = 32;
inline constexpr std::size_t kTreeEntriesMax = 10'000;

using Entries = std::vector<std::pair<std::string, std::string>>;

// The labels below one of the prefixes ("traefik.http", in any case); all others are somebody else's. kInvalid for a
// label that is not below exactly "traefik", or has an empty part.
base::Result<Tree> tree_from_labels(const std::map<std::string, std::string>& labels,
                                    const std::vector<std::string_view>& prefixes);

// Names without their dashes ("entrypoints.web.address") with their values; a name that came twice keeps the last.
base::Result<Tree> tree_from_flags(const Entries& flags);

// Variables that begin with TRAEFIK_ (others are left out): each _ is a level.
base::Result<Tree> tree_from_environment(const Entries& variables);

// A document of a file that errors call `file`.
base::Result<Tree> tree_from_yaml(const format::YamlNode& document, std::string_view file);

}  // namespace gatehouse::model
