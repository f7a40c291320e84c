// What name servers answer: whatever the bytes, records have names and values of lengths that can be.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "acme/dns_message.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace gatehouse::acme;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto id = size < 2 ? 0 : static_cast<std::uint16_t>(data[0] << 8 | data[1]);
  const auto reply = parse_dns_reply(text, static_cast<std::uint16_t>(id));
  if (!reply) return 0;
  for (const auto* records : {&reply->answers, &reply->authority}) {
    for (const auto& record : *records) {
      if (record.name.size() > 512 || record.value.size() > size * 128) std::abort();
    }
  }
  return 0;
}
