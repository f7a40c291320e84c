// Any text as YAML: parsing ends within its limits, refusals are the operator's and located, and what is written reads
// back as the same values, as YAML and as JSON.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "format/yaml.h"
#include "format/yaml_write.h"

namespace {

using namespace gatehouse;
using format::YamlNode;

void require(bool condition) {
  if (!condition) std::abort();
}

bool same_value(const YamlNode& a, const YamlNode& b) {
  const auto type = format::type_of(a);
  if (type != format::type_of(b)) return false;
  if (type == format::YamlType::kString || type == format::YamlType::kInt || type == format::YamlType::kFloat) {
    if (a.text != b.text) return false;
  }
  if (a.items.size() != b.items.size() || a.entries.size() != b.entries.size()) return false;
  for (std::size_t i = 0; i < a.items.size(); ++i) {
    if (!same_value(a.items[i], b.items[i])) return false;
  }
  for (std::size_t i = 0; i < a.entries.size(); ++i) {
    if (a.entries[i].key != b.entries[i].key || !same_value(a.entries[i].value, b.entries[i].value)) return false;
  }
  return true;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const format::YamlOptions options = {.file = "f.yml", .depth_max = 30, .alias_nodes_max = 1000};
  const auto documents = format::parse_yaml_documents(text, options);
  if (!documents) {
    require(documents.error().fault == base::Fault::kOperator);
    require(documents.error().message.starts_with("f.yml:"));
    return 0;
  }
  for (const auto& document : *documents) {
    // Written keys are text: "<<" must not come back as a merge.
    const auto again = format::parse_yaml(format::to_yaml(document), {.merge_keys = false});
    require(again && same_value(*again, document));
    (void)format::to_json(document);
  }
  return 0;
}
