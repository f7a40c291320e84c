#include "tls/client_hello.h"

#include <algorithm>
#include <cstdint>
#include <optional>

#include "tls/sni.h"

namespace gatehouse::tls {

namespace {

using State = HelloReading::State;

constexpr std::size_t kRecordHeaderBytes = 5;
constexpr std::size_t kRecordBytesMax = 16 * 1024;  // RFC 8446 section 5.1
constexpr std::size_t kMessageHeaderBytes = 4;
constexpr std::uint32_t kClientHelloMessage = 1;
constexpr std::uint32_t kServerNameExtension = 0;
constexpr std::uint32_t kAlpnExtension = 16;

// Takes numbers and sized pieces off the front; once something does not fit, nothing does any more.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : bytes_(bytes) {}

  std::string_view take(std::size_t count) {
    if (count > bytes_.size()) {
      broken_ = true;
      bytes_ = {};
      return {};
    }
    const auto taken = bytes_.substr(0, count);
    bytes_.remove_prefix(count);
    return taken;
  }
  std::uint32_t number(std::size_t size) {
    std::uint32_t value = 0;
    for (const char byte : take(size)) value = value << 8 | static_cast<unsigned char>(byte);
    return value;
  }
  // A piece with its length in so many bytes before it.
  std::string_view sized(std::size_t length_size) { return take(number(length_size)); }

  [[nodiscard]] bool at_end() const { return bytes_.empty(); }
  [[nodiscard]] bool broken() const { return broken_; }

 private:
  std::string_view bytes_;
  bool broken_ = false;
};

std::optional<std::vector<std::string>> parse_protocols(std::string_view extension) {
  Reader outer(extension);
  Reader list(outer.sized(2));
  std::vector<std::string> protocols;
  while (!list.at_end()) {
    protocols.emplace_back(list.sized(1));
    if (list.broken() || protocols.back().empty()) return std::nullopt;
  }
  if (outer.broken() || !outer.at_end() || protocols.empty()) return std::nullopt;
  return protocols;
}

bool read_extension(std::uint32_t type, std::string_view body, ClientHello& hello) {
  if (type == kServerNameExtension) {
    auto name = parse_sni(body);
    if (!name) return false;
    hello.server_name = *std::move(name);
  } else if (type == kAlpnExtension) {
    auto protocols = parse_protocols(body);
    if (!protocols) return false;
    hello.protocols = *std::move(protocols);
  }
  return true;
}

bool read_extensions(std::string_view block, ClientHello& hello) {
  std::vector<std::uint32_t> seen;
  Reader extensions(block);
  while (!extensions.at_end()) {
    const auto type = extensions.number(2);
    const auto body = extensions.sized(2);
    if (extensions.broken() || !read_extension(type, body, hello)) return false;
    seen.push_back(type);
  }
  std::ranges::sort(seen);
  return std::ranges::adjacent_find(seen) == seen.end();  // RFC 8446 section 4.2: none twice
}

std::optional<ClientHello> parse_message(std::string_view message) {
  constexpr std::size_t kRandomBytes = 32;
  constexpr std::size_t kSessionIdBytesMax = 32;
  Reader reader(message);
  const auto version = reader.number(2);
  reader.take(kRandomBytes);
  const auto session_id = reader.sized(1);
  const auto suites = reader.sized(2);
  const auto compressions = reader.sized(1);
  const bool fits = !reader.broken() && version >> 8 == 3 && session_id.size() <= kSessionIdBytesMax &&
                    !suites.empty() && suites.size() % 2 == 0 && !compressions.empty();
  if (!fits) return std::nullopt;
  ClientHello hello;
  if (reader.at_end()) return hello;  // before TLS 1.3 there need not be any extensions
  const auto extensions = reader.sized(2);
  if (reader.broken() || !reader.at_end() || !read_extensions(extensions, hello)) return std::nullopt;
  return hello;
}

HelloReading incomplete(std::size_t wanted) { return {.state = State::kIncomplete, .wanted = wanted, .hello = {}}; }

// Where the message ends, of which these are the first bytes; 0: it is no hello.
std::size_t message_end(std::string_view message) {
  Reader reader(message);
  if (reader.number(1) != kClientHelloMessage) return 0;
  const auto size = reader.number(3);
  return size <= kHelloBytesMax ? kMessageHeaderBytes + size : 0;
}

}  // namespace

// The message may be spread over several records (RFC 8446 section 5.1): it is put together, and read when it is whole.
HelloReading read_client_hello(std::string_view bytes) {
  std::string message;
  std::size_t offset = 0;
  for (;;) {
    const auto rest = bytes.substr(offset);
    if (!rest.empty() && static_cast<unsigned char>(rest.front()) != kHandshakeRecord) return {};
    if (rest.size() < kRecordHeaderBytes) return incomplete(offset + kRecordHeaderBytes);
    Reader header(rest.substr(1));
    const auto version = header.number(2);
    const std::size_t size = header.number(2);
    if (version >> 8 != 3 || size == 0 || size > kRecordBytesMax) return {};
    const auto record_end = offset + kRecordHeaderBytes + size;
    if (record_end > kHelloWireBytesMax) return {};
    const auto content = rest.substr(kRecordHeaderBytes, size);
    message += content;
    if (message.size() >= kMessageHeaderBytes) {
      const auto end = message_end(message);
      // Nothing may follow in the same record: keys change behind a hello (RFC 8446 section 5.1).
      if (end == 0 || message.size() > end) return {};
      if (content.size() == size && message.size() == end) {
        auto hello = parse_message(std::string_view(message).substr(kMessageHeaderBytes));
        if (!hello) return {};
        return {.state = State::kComplete, .wanted = 0, .hello = *std::move(hello)};
      }
    } else if (!message.empty() && message.front() != static_cast<char>(kClientHelloMessage)) {
      return {};
    }
    if (content.size() < size) return incomplete(record_end);
    offset = record_end;
  }
}

}  // namespace gatehouse::tls
