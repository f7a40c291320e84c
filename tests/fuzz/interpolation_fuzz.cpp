// Any text as a template: replacing ends, the references found are those that are replaced, an escaped text comes back,
// and no refusal holds a value.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "compose/interpolation.h"

namespace {

using namespace gatehouse::compose;

void require(bool condition) {
  if (!condition) std::abort();
}

constexpr std::string_view kSecret = "\x01secret\x01";

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const Environment environment = {{"A", std::string(kSecret)}, {"B", ""}, {"C", "$A${A}"}};
  const auto lookup = lookup_in({&environment});

  const auto result = interpolate(text, lookup);
  const auto references = find_references(text);
  if (!result) {
    require(text.contains(kSecret) || !result.error().message.contains(kSecret));
  } else {
    require(references.has_value());
    for (const auto& name : result->unset) {
      const bool is_listed = std::ranges::any_of(*references, [&](const auto& found) { return found.name == name; });
      require(is_listed);
    }
  }
  const auto escaped = interpolate(escape_dollars(text), lookup);
  require(escaped && escaped->text == text && escaped->unset.empty());
  return 0;
}
