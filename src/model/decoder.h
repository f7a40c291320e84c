// From a Tree to a struct of the model, by the struct's Type. Used by the .cpp files of model/ only.
// Collects what is wrong instead of stopping at the first mistake. One call, one thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/reflect.h"
#include "model/tree.h"

namespace gatehouse::model {

class Decoder {
 public:
  explicit Decoder(Syntax syntax) : syntax_(syntax) {}

  // Into an object that holds the defaults.
  void decode_root(const Type& type, void* object, const Node& root);

  // kInvalid, the operator's fault: the first mistake is the message, all of them are the detail, one a line.
  base::Result<void> finish();

 private:
  enum class Presence { kAbsent, kPresent, kWrong };

  void decode(const Type& type, unsigned traits, void* object, const Node& node);
  void decode_value(const Type& type, unsigned traits, void* object, const Node& node);
  void decode_scalar(const Type& type, unsigned traits, void* object, const Node& node);
  void decode_optional(const Type& type, unsigned traits, void* object, const Node& node);
  void decode_struct(const Type& type, void* object, const Node& node);
  void decode_list(const Type& type, void* object, const Node& node);
  void decode_items(const Type& type, void* object, const Node& node);
  void decode_map(const Type& type, void* object, const Node& node);
  void decode_anything(unsigned traits, void* object, const Node& node);
  const Field* field_for(const Type& type, const Node& node);
  Presence presence(const Type& type, unsigned traits, const Node& node);

  void unknown(const Type& type, const Node& node);
  void wrong(const Node& node, std::string_view what);
  void say(const Node& node, std::string line);
  [[nodiscard]] std::string spell(const std::vector<std::string_view>& parts) const;
  [[nodiscard]] std::vector<std::string_view> parts_to(const Node& node) const;

  Syntax syntax_;
  std::vector<const Node*> path_;  // from below the root to the node that is being decoded
  std::vector<std::string> errors_;
};

}  // namespace gatehouse::model
