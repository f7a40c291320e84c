// Any text as a .env file: parsing ends, refusals name a line of the file and hold no value of the process, the last
// assignment to a name is its value, lines count up.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "compose/dotenv.h"

namespace {

using namespace gatehouse;

void require(bool condition) {
  if (!condition) std::abort();
}

constexpr std::string_view kSecret = "\x01secret\x01";

void check(const base::Result<compose::Dotenv>& result, std::string_view text) {
  if (!result) {
    require(result.error().fault == base::Fault::kOperator);
    require(result.error().message.starts_with(".env:"));
    require(text.contains(kSecret) || !result.error().message.contains(kSecret));
    return;
  }
  std::uint32_t line = 1;
  compose::Environment last;
  for (const auto& assignment : result->assignments) {
    require(assignment.line >= line);
    line = assignment.line;
    last.insert_or_assign(assignment.name, assignment.value);
  }
  require(last == result->values);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const compose::Environment process = {{"A", std::string(kSecret)}, {"B", ""}};
  const auto lookup = compose::lookup_in({&process});
  check(compose::parse_dotenv(text, ".env", lookup, {{"C", "earlier"}}), text);
  check(compose::parse_raw_env(text, ".env", lookup), text);
  return 0;
}
