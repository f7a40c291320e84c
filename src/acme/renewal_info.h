// When an authority wants its certificates renewed (ARI, RFC 9773): earlier than the schedule has it, when it has to
// revoke them, or spread over time. Pure functions of their arguments, any thread.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "tls/certificate_chain.h"

namespace gatehouse::acme {

using tls::WallTime;

// What the authority calls the certificate (section 4.1); nothing when it does not say which key signed it.
std::optional<std::string> renewal_id(const tls::CertificateChain& chain);
// Of the bytes of the authority key identifier and the serial number in hexadecimal.
std::optional<std::string> renewal_id(std::string_view authority_key, std::string_view serial);

struct RenewalWindow {
  WallTime start;
  WallTime end;
  std::string explanation;  // a URL; may be empty

  bool operator==(const RenewalWindow&) const = default;
};

// Of a renewal information object (section 4.2); kInvalid for anything else.
base::Result<RenewalWindow> parse_renewal_info(std::string_view text);

// A time of RFC 3339: "2026-01-02T04:00:00Z", "2026-01-02T04:00:00.25+01:00".
std::optional<WallTime> parse_time(std::string_view text);

// A time within the window, by a number from 0 to 1 that is drawn at random: not all clients come at once.
[[nodiscard]] WallTime pick(const RenewalWindow& window, double share);

}  // namespace gatehouse::acme
