// Messages of the DNS (RFC 1035, updates: RFC 2136, signatures: RFC 8945), as far as DNS-01 needs them: questions about
// one name, the addition or removal of one TXT record, answers. Pure functions and values, any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/secret.h"

namespace gatehouse::acme {

enum class DnsType : std::uint16_t { kNs = 2, kCname = 5, kSoa = 6, kTxt = 16 };

struct DnsRecord {
  std::string name;  // lower case, without the root's dot
  DnsType type;
  std::string value;  // TXT: its strings joined; NS and CNAME: a name; SOA: the primary server's name

  bool operator==(const DnsRecord&) const = default;
};

struct DnsReply {
  int code = 0;  // RCODE: 0 is success, 3 no such name
  std::vector<DnsRecord> answers;
  std::vector<DnsRecord> authority;
};

// "NOERROR", "REFUSED", "NOTAUTH"...
std::string dns_code_name(int code);

// kInvalid for what is no name of the DNS.
base::Result<std::string> make_dns_query(std::uint16_t id, std::string_view name, DnsType type);

struct TxtChange {
  std::string zone;
  std::string name;
  std::string value;  // up to 255 bytes
  std::uint32_t ttl = 120;
  bool is_removal = false;  // of the record with that very value
};
base::Result<std::string> make_dns_update(std::uint16_t id, const TxtChange& change);

struct TsigKey {
  std::string name;
  std::string algorithm = "hmac-sha256";  // hmac-sha1, -sha224, -sha256, -sha384, -sha512
  base::Secret secret;                    // its bytes
};
// The message with a signature; kInvalid when the key's name or algorithm is none. `now` in seconds since 1970.
base::Result<std::string> sign_dns_message(std::string message, const TsigKey& key, std::int64_t now);

// Records of other types are left out. kInvalid for what is no answer to the message of that number.
base::Result<DnsReply> parse_dns_reply(std::string_view message, std::uint16_t id);

}  // namespace gatehouse::acme
