#include "acme/dns_exchange.h"

#include <array>

#include <fmt/format.h>
#include <openssl/rand.h>

#include "base/parse_int.h"
#include "net/connect.h"

namespace gatehouse::acme {

using async::Deadline;
using async::Task;
using base::ErrorCode;
using base::Fault;
using base::Result;

namespace {

constexpr std::chrono::seconds kExchangeTimeMax{10};

Task<Result<std::string>> read_exactly(net::Stream& stream, std::size_t count, Deadline deadline) {
  std::string text;
  std::array<std::byte, 2048> buffer;
  while (text.size() < count) {
    const auto room = std::span(buffer).first(std::min(buffer.size(), count - text.size()));
    BASE_CO_TRY(const auto got, co_await stream.read(room, deadline));
    if (got == 0) co_return base::fail(ErrorCode::kClosed, Fault::kBackend, "it hung up");
    text.append(reinterpret_cast<const char*>(buffer.data()), got);
  }
  co_return text;
}

Task<Result<std::string>> exchange(DnsContext context, NameServer server, std::string message, Deadline deadline) {
  BASE_CO_TRY(const auto addresses, co_await context.names.resolve(context.loop, server.host, server.port, deadline));
  BASE_CO_TRY(const auto stream, co_await net::connect(context.loop, addresses.front(), deadline));
  const std::string size{static_cast<char>(message.size() >> 8), static_cast<char>(message.size() & 0xff)};
  BASE_CO_CHECK(co_await stream->write(size + message, deadline));
  BASE_CO_TRY(const auto answer_size, co_await read_exactly(*stream, 2, deadline));
  const auto count = static_cast<std::size_t>(static_cast<unsigned char>(answer_size[0]) << 8 |
                                              static_cast<unsigned char>(answer_size[1]));
  co_return co_await read_exactly(*stream, count, deadline);
}

std::uint16_t number_of(std::string_view message) {
  return static_cast<std::uint16_t>(static_cast<unsigned char>(message[0]) << 8 |
                                    static_cast<unsigned char>(message[1]));
}

}  // namespace

Result<NameServer> NameServer::parse(std::string_view text) {
  NameServer server;
  auto host = text;
  const auto colon = text.rfind(':');
  const bool has_port =
      colon != std::string_view::npos && (text.starts_with('[') ? text.rfind(']') < colon : text.find(':') == colon);
  if (has_port) {
    host = text.substr(0, colon);
    const auto port = base::parse_int<std::uint16_t>(text.substr(colon + 1));
    if (!port || *port == 0) {
      return base::fail(ErrorCode::kInvalid, Fault::kOperator, fmt::format("{} has no port that is one", text));
    }
    server.port = *port;
  }
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  if (host.empty()) return base::fail(ErrorCode::kInvalid, Fault::kOperator, "a name server's address is empty");
  server.host = host;
  return server;
}

std::string NameServer::to_string() const {
  return host.find(':') == std::string::npos ? fmt::format("{}:{}", host, port) : fmt::format("[{}]:{}", host, port);
}

Task<Result<DnsReply>> ask(DnsContext context, NameServer server, std::string message, Deadline deadline) {
  const auto id = number_of(message);
  const auto name = "name server " + server.to_string();
  const auto until = deadline.or_earlier(Deadline::after(kExchangeTimeMax));
  auto answer = co_await exchange(context, std::move(server), std::move(message), until);
  if (!answer) co_return base::fail(std::move(answer).error().within(name));
  auto reply = parse_dns_reply(*answer, id);
  if (!reply) co_return base::fail(std::move(reply).error().within(name));
  co_return reply;
}

Task<Result<DnsReply>> ask(DnsContext context, NameServer server, std::string name, DnsType type, Deadline deadline) {
  std::array<unsigned char, 2> id{};
  RAND_bytes(id.data(), id.size());
  BASE_CO_TRY(auto message, make_dns_query(static_cast<std::uint16_t>(id[0] << 8 | id[1]), name, type));
  co_return co_await ask(context, std::move(server), std::move(message), deadline);
}

Task<Result<std::string>> find_zone(DnsContext context, NameServer server, std::string name, Deadline deadline) {
  for (std::string_view candidate = name; !candidate.empty();) {
    BASE_CO_TRY(const auto reply, co_await ask(context, server, std::string(candidate), DnsType::kSoa, deadline));
    for (const auto* records : {&reply.answers, &reply.authority}) {
      for (const auto& record : *records) {
        if (record.type == DnsType::kSoa) co_return record.name;
      }
    }
    const auto dot = candidate.find('.');
    candidate = dot == std::string_view::npos ? std::string_view() : candidate.substr(dot + 1);
  }
  co_return base::fail(ErrorCode::kNotFound, Fault::kOperator,
                       fmt::format("name server {} knows no zone for {}", server.to_string(), name));
}

}  // namespace gatehouse::acme
