// A request that owns what a RequestView looks at. For tests only.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "edge/routing/request_view.h"
#include "http/fields.h"

namespace gatehouse::edge {

struct RequestFixture {
  std::string host = "example.com";
  std::string path = "/";
  std::string query = {};
  std::string method = "GET";
  std::vector<std::pair<std::string, std::string>> fields = {};
  std::string client = "127.0.0.1";
  bool secure = false;

  // Calls use(view) and gives what it gives.
  template <class Use>
  auto view(Use use) const {
    http::Fields lines;
    for (const auto& [name, value] : fields) lines.add(name, value);
    return use(RequestView{host, path, query, method, lines, base::IpAddress::parse(client).value(), secure});
  }
};

}  // namespace gatehouse::edge
