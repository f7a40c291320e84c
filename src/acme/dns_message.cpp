#include "acme/dns_message.h"

#include <algorithm>
#include <array>
#include <optional>

#include <fmt/format.h>
#include <openssl/hmac.h>

#include "base/text.h"

namespace gatehouse::acme {

using base::ErrorCode;
using base::Fault;
using base::Result;

namespace {

constexpr std::size_t kHeaderBytes = 12;
constexpr std::size_t kLabelBytesMax = 63;
constexpr std::size_t kNameBytesMax = 255;
constexpr std::size_t kTextBytesMax = 255;
constexpr std::size_t kRecordsMax = 200;
constexpr std::uint16_t kClassIn = 1;
constexpr std::uint16_t kClassNone = 254;
constexpr std::uint16_t kClassAny = 255;
constexpr std::uint16_t kTypeTsig = 250;
constexpr std::uint16_t kRecursionDesired = 0x0100;
constexpr std::uint16_t kUpdate = 5 << 11;
constexpr std::uint16_t kFudge = 300;  // seconds that the clocks may differ

base::Failure invalid(std::string message) {
  return base::fail(ErrorCode::kInvalid, Fault::kOperator, std::move(message));
}

void put16(std::string& to, std::uint16_t value) {
  to += static_cast<char>(value >> 8);
  to += static_cast<char>(value & 0xff);
}
void put32(std::string& to, std::uint32_t value) {
  put16(to, static_cast<std::uint16_t>(value >> 16));
  put16(to, static_cast<std::uint16_t>(value & 0xffff));
}

// In lower case, as signatures want it.
Result<std::string> wire_name(std::string_view name) {
  const auto text = base::to_lower(name.ends_with('.') ? name.substr(0, name.size() - 1) : name);
  std::string wire;
  for (const auto label : base::split(text, '.')) {
    if (label.empty() && text.empty()) break;
    if (label.empty() || label.size() > kLabelBytesMax) return invalid(fmt::format("{} is no name of the DNS", name));
    wire += static_cast<char>(label.size());
    wire += label;
  }
  wire += '\0';
  if (wire.size() > kNameBytesMax) return invalid(fmt::format("{} is too long for a name of the DNS", name));
  return wire;
}

std::string header(std::uint16_t id, std::uint16_t flags, std::uint16_t questions, std::uint16_t authority) {
  std::string message;
  for (const auto value : {id, flags, questions, std::uint16_t{0}, authority, std::uint16_t{0}}) put16(message, value);
  return message;
}

const EVP_MD* digest_of(std::string_view algorithm) {
  if (algorithm == "hmac-sha1") return EVP_sha1();
  if (algorithm == "hmac-sha224") return EVP_sha224();
  if (algorithm == "hmac-sha256") return EVP_sha256();
  if (algorithm == "hmac-sha384") return EVP_sha384();
  if (algorithm == "hmac-sha512") return EVP_sha512();
  return nullptr;
}

// Reads a message from the front; after the first byte that is missing everything is.
class Reader {
 public:
  explicit Reader(std::string_view message) : message_(message) {}

  [[nodiscard]] bool failed() const { return failed_; }
  std::uint16_t take16() {
    const auto bytes = take(2);
    return bytes.size() < 2 ? std::uint16_t{0}
                            : static_cast<std::uint16_t>(static_cast<unsigned char>(bytes[0]) << 8 |
                                                         static_cast<unsigned char>(bytes[1]));
  }
  std::string_view take(std::size_t count) {
    if (failed_ || message_.size() - at_ < count) {
      failed_ = true;
      return {};
    }
    at_ += count;
    return message_.substr(at_ - count, count);
  }

  // A name, which may go on at an earlier place of the message (RFC 1035 section 4.1.4). Each such jump goes further
  // back, so that no message can send us in circles.
  std::string take_name() {
    std::string name;
    std::size_t jump_limit = at_;
    std::optional<std::size_t> resume;
    for (;;) {
      const auto length_byte = take(1);
      if (failed_) return {};
      const auto length = static_cast<unsigned char>(length_byte[0]);
      if (length == 0) break;
      if ((length & 0xc0) == 0xc0) {
        const auto low = take(1);
        if (failed_) return {};
        const std::size_t target = static_cast<std::size_t>(length & 0x3f) << 8 | static_cast<unsigned char>(low[0]);
        if (!resume) resume = at_;
        if (target >= jump_limit) return fail();
        jump_limit = target;
        at_ = target;
        continue;
      }
      const auto label = take(length);
      if (failed_ || length > kLabelBytesMax || name.size() + length > kNameBytesMax) return fail();
      if (!name.empty()) name += '.';
      name += base::to_lower(label);
    }
    if (resume) at_ = *resume;
    return name;
  }

  [[nodiscard]] std::size_t at() const { return at_; }
  void skip_to(std::size_t at) {
    if (at > message_.size()) failed_ = true;
    at_ = std::min(at, message_.size());
  }

 private:
  std::string fail() {
    failed_ = true;
    return {};
  }

  std::string_view message_;
  std::size_t at_ = 0;
  bool failed_ = false;
};

std::string take_text(Reader& reader, std::size_t end) {
  std::string text;
  while (!reader.failed() && reader.at() < end) {
    const auto size = reader.take(1);
    if (!size.empty()) text += reader.take(static_cast<unsigned char>(size[0]));
  }
  return text;
}

void take_records(Reader& reader, std::size_t count, std::vector<DnsRecord>& records) {
  for (std::size_t i = 0; i < count && !reader.failed(); ++i) {
    DnsRecord record{.name = reader.take_name(), .type = DnsType{reader.take16()}, .value = {}};
    const bool is_ours = reader.take16() == kClassIn;
    reader.take(4);  // its time to live
    const std::size_t size = reader.take16();
    const auto end = reader.at() + size;
    if (record.type == DnsType::kTxt) record.value = take_text(reader, end);
    if (record.type == DnsType::kNs || record.type == DnsType::kCname || record.type == DnsType::kSoa) {
      record.value = reader.take_name();
    }
    const bool is_known = record.type == DnsType::kTxt || !record.value.empty();
    if (!reader.failed()) reader.skip_to(end);
    if (is_ours && is_known && !reader.failed() && records.size() < kRecordsMax) records.push_back(std::move(record));
  }
}

}  // namespace

std::string dns_code_name(int code) {
  constexpr std::array<std::string_view, 11> kNames{"NOERROR",  "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED",
                                                    "YXDOMAIN", "YXRRSET", "NXRRSET",  "NOTAUTH",  "NOTZONE"};
  const auto index = static_cast<std::size_t>(code);
  return index < kNames.size() ? std::string(kNames[index]) : fmt::format("code {}", code);
}

Result<std::string> make_dns_query(std::uint16_t id, std::string_view name, DnsType type) {
  auto message = header(id, kRecursionDesired, 1, 0);
  BASE_TRY(const auto wire, wire_name(name));
  message += wire;
  put16(message, static_cast<std::uint16_t>(type));
  put16(message, kClassIn);
  return message;
}

Result<std::string> make_dns_update(std::uint16_t id, const TxtChange& change) {
  if (change.value.size() > kTextBytesMax) return invalid("a TXT record's text is too long");
  auto message = header(id, kUpdate, 1, 1);
  BASE_TRY(const auto zone, wire_name(change.zone));
  BASE_TRY(const auto name, wire_name(change.name));
  message += zone;
  put16(message, static_cast<std::uint16_t>(DnsType::kSoa));
  put16(message, kClassIn);
  message += name;
  put16(message, static_cast<std::uint16_t>(DnsType::kTxt));
  put16(message, change.is_removal ? kClassNone : kClassIn);
  put32(message, change.is_removal ? 0 : change.ttl);
  put16(message, static_cast<std::uint16_t>(change.value.size() + 1));
  message += static_cast<char>(change.value.size());
  message += change.value;
  return message;
}

Result<std::string> sign_dns_message(std::string message, const TsigKey& key, std::int64_t now) {
  const auto algorithm_name =
      base::to_lower(key.algorithm.ends_with('.') ? std::string_view(key.algorithm).substr(0, key.algorithm.size() - 1)
                                                  : std::string_view(key.algorithm));
  const auto* digest = digest_of(algorithm_name);
  if (digest == nullptr || message.size() < kHeaderBytes) {
    return invalid(fmt::format("the TSIG algorithm {} is not known: use hmac-sha256", key.algorithm));
  }
  BASE_TRY(const auto name, wire_name(key.name));
  BASE_TRY(const auto algorithm, wire_name(algorithm_name));
  std::string time;
  put16(time, static_cast<std::uint16_t>(now >> 32));
  put32(time, static_cast<std::uint32_t>(now));
  put16(time, kFudge);

  // What is signed: RFC 8945 section 4.3.3.
  auto signed_text = message + name;
  put16(signed_text, kClassAny);
  put32(signed_text, 0);
  signed_text += algorithm + time;
  put32(signed_text, 0);  // no error, no other data
  std::array<unsigned char, EVP_MAX_MD_SIZE> mac{};
  unsigned mac_size = 0;
  HMAC(digest, key.secret.reveal().data(), static_cast<int>(key.secret.reveal().size()),
       reinterpret_cast<const unsigned char*>(signed_text.data()), signed_text.size(), mac.data(), &mac_size);

  auto data = algorithm + time;
  put16(data, static_cast<std::uint16_t>(mac_size));
  data.append(reinterpret_cast<const char*>(mac.data()), mac_size);
  data += message.substr(0, 2);
  put32(data, 0);
  message += name;
  put16(message, kTypeTsig);
  put16(message, kClassAny);
  put32(message, 0);
  put16(message, static_cast<std::uint16_t>(data.size()));
  message += data;
  message[kHeaderBytes - 1] = 1;  // one additional record
  return message;
}

Result<DnsReply> parse_dns_reply(std::string_view message, std::uint16_t id) {
  Reader reader(message);
  const auto number = reader.take16();
  const auto flags = reader.take16();
  std::array<std::size_t, 4> counts{};
  for (auto& count : counts) count = reader.take16();
  const bool is_reply = (flags & 0x8000) != 0;
  if (reader.failed() || number != id || !is_reply) return invalid("the name server's answer is none");
  DnsReply reply{.code = flags & 0x0f, .answers = {}, .authority = {}};
  for (std::size_t i = 0; i < counts[0] && !reader.failed(); ++i) {
    reader.take_name();
    reader.take(4);
  }
  take_records(reader, counts[1], reply.answers);
  take_records(reader, counts[2], reply.authority);
  if (reader.failed()) return invalid("the name server's answer is cut short");
  return reply;
}

}  // namespace gatehouse::acme
