// Reads compose files into one tree: each file's YAML with its variables replaced and its shape checked, then what it
// extends and includes. Lives as long as one load(); not shared between threads.
#pragma once

#include <map>

#include "compose/load.h"
#include "compose/sources.h"
#include "format/yaml.h"

namespace gatehouse::compose {

// Where a file is read from, and what its variables and relative paths mean.
struct FileContext {
  std::string name;
  std::filesystem::path path;
  std::filesystem::path directory;
  std::shared_ptr<const Environment> environment;
};

class TreeLoader {
 public:
  static constexpr std::size_t kFilesMax = 500;  // read in one load: includes that fan out end here
  static constexpr std::size_t kNestingMax = 50;

  TreeLoader(const ReadFile& read_file, Sources& sources, Problems& problems, std::vector<VariableUse>& variables)
      : read_file_(read_file), sources_(sources), problems_(problems), variables_(variables) {}

  // Merges the file, with what it extends and includes, over tree. What is wrong goes to the problems; the tree is
  // then of no use. from: the place that names the file, if one does.
  void load_over(format::YamlNode& tree, const FileContext& file, Position from = {});

  // The documents of a file as they stand, their variables only counted.
  std::vector<format::YamlNode> read_documents(const FileContext& file, Position from);

 private:
  // extends, in tree_extends.cpp
  void apply_extends(format::YamlNode& document, const FileContext& file);
  void extend_service(format::YamlNode& services, const std::string& name, const FileContext& file);
  void merge_base(format::YamlNode& service, const format::YamlNode& base);
  void extend_from_file(format::YamlNode& service, const std::string& base_name, const format::YamlNode& file_node,
                        const FileContext& file);

  // include, in tree_include.cpp
  void apply_includes(format::YamlNode& document, const FileContext& file);
  void include_entry(format::YamlNode& included, const format::YamlNode& entry, const FileContext& file);
  std::shared_ptr<const Environment> include_environment(const format::YamlNode& entry, const FileContext& file,
                                                         const std::filesystem::path& project_directory);

  // The documents with variables replaced, not checked; empty when something is wrong.
  std::vector<format::YamlNode> read_interpolated(const FileContext& file, Position from);
  // Checked, too.
  std::vector<format::YamlNode> read_checked(const FileContext& file, Position from);

  const ReadFile& read_file_;
  Sources& sources_;
  Problems& problems_;
  std::vector<VariableUse>& variables_;
  std::size_t files_read_ = 0;
  std::vector<std::string> extending_;  // "file:service", outermost first
  std::vector<std::filesystem::path> including_;
};

}  // namespace gatehouse::compose
