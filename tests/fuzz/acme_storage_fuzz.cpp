// acme.json and the problem documents of an authority: whatever the bytes, what was read is written back so that it
// reads the same.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "acme/problem.h"
#include "acme/storage.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using gatehouse::acme::Storage;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  static_cast<void>(gatehouse::acme::Problem::parse(text, 400).to_error("fuzzing"));
  Storage storage("acme.json");
  if (!storage.decode(text)) return 0;
  const auto written = storage.encode();
  Storage again("acme.json");
  if (!again.decode(written.reveal()) || !(again.encode() == written)) std::abort();
  return 0;
}
