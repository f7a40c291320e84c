// X-Forwarded-* and their kin: who asked, for what, over what. From a peer that is not trusted they are lies until
// proven otherwise, so they are removed, in every spelling that an application could take for them, and written anew.
// Behaviour: Traefik's forwarded headers middleware.
#pragma once

#include <string>
#include <vector>

#include "base/ip_address.h"
#include "http/field_id.h"
#include "http/message.h"
#include "model/entry_point.h"

namespace gatehouse::edge {

struct ClientInfo;

class ForwardedPolicy {
 public:
  // Ranges that are none are refused by control; here they are left out, which trusts fewer.
  ForwardedPolicy(const model::ForwardedHeaders& config, std::string host_name);

  [[nodiscard]] bool trusts(const base::IpAddress& peer) const;
  // Once for each request, before routing: the host is the request's own, as it was spelled.
  void rewrite(http::RequestHead& request, const ClientInfo& client, std::string_view host, bool wants_websocket) const;
  // Once for each attempt at a backend: the client joins the list of those who forwarded.
  void append_client(http::Fields& fields, const ClientInfo& client) const;
  // Fields of which a Connection field may not rid us, but for those that the operator allows.
  [[nodiscard]] const http::FieldIdSet& protected_fields() const { return protected_; }

 private:
  bool insecure_;
  bool append_;
  bool add_scheme_;
  std::vector<base::Cidr> trusted_;
  std::string host_name_;
  http::FieldIdSet protected_;
};

}  // namespace gatehouse::edge
