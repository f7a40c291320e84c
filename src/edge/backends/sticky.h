// Sticky: a cookie that keeps a client with the server, or the service, that answered it first. The value is a hash of
// the name, so that no address is told to clients. Names and hashes are Traefik's; cookies that it gave out stay good.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/message.h"
#include "model/http_service.h"

namespace gatehouse::edge {

class Sticky {
 public:
  // The choices are server URLs or service names.
  Sticky(const model::Cookie& cookie, std::string_view service, const std::vector<std::string>& choices);

  // The index of the choice that the request's cookie names.
  [[nodiscard]] std::optional<std::size_t> chosen(const http::Fields& request) const;
  void remember(std::size_t choice, http::Fields& response) const;

 private:
  std::string name_;
  std::string attributes_;
  std::vector<std::string> values_;  // sha256: what is written
  std::vector<std::string> plain_;   // the URL itself: what older versions wrote
};

}  // namespace gatehouse::edge
