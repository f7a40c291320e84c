// Sticky: a cookie that keeps a client with the server, or the service, that answered it first. The value is a hash of
// the name, so that no address is told to clients. Names and hashes are Traefik's; cookies that it gave out stay good,
// also those of its older versions, which are written anew.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "http/message.h"
#include "model/http_service.h"

namespace gatehouse::edge {

class Sticky {
 public:
  // The choices are server URLs or service names.
  Sticky(const model::Cookie& cookie, std::string_view service, const std::vector<std::string>& choices);

  struct Held {
    std::uint32_t choice = 0;
    bool outdated = false;  // the cookie is of an old form
  };

  // The choice that the request's cookie names.
  [[nodiscard]] std::optional<Held> chosen(const http::Fields& request) const;
  void remember(std::size_t choice, http::Fields& response) const;

 private:
  struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };

  std::string name_;
  std::string attributes_;
  std::vector<std::string> values_;                                         // sha256: what is written
  std::unordered_map<std::string, Held, TextHash, std::equal_to<>> known_;  // by what a cookie may say
};

}  // namespace gatehouse::edge
