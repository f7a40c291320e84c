// Asking a name server: one message, one answer, over TCP (RFC 7766), where neither length nor somebody else's address
// is a matter. On control's loop.
#pragma once

#include <string>

#include "acme/dns_message.h"
#include "async/deadline.h"
#include "async/loop.h"
#include "async/task.h"
#include "net/resolver.h"

namespace gatehouse::acme {

// "192.0.2.1", "ns.example.com:5353", "[::1]:53": a host, and a port that is 53 where none is given.
struct NameServer {
  std::string host;
  std::uint16_t port = 53;

  static base::Result<NameServer> parse(std::string_view text);
  [[nodiscard]] std::string to_string() const;
};

// What it takes; outlives the tasks that use it.
struct DnsContext {
  async::Loop& loop;
  net::Resolver& names;
};

// Errors name the server.
async::Task<base::Result<DnsReply>> ask(DnsContext context, NameServer server, std::string message,
                                        async::Deadline deadline);
async::Task<base::Result<DnsReply>> ask(DnsContext context, NameServer server, std::string name, DnsType type,
                                        async::Deadline deadline);

// The zone that a name lies in, by what that server says.
async::Task<base::Result<std::string>> find_zone(DnsContext context, NameServer server, std::string name,
                                                 async::Deadline deadline);

}  // namespace gatehouse::acme
