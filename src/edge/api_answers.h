// What the API says: Traefik's endpoints over the inventory, and the traffic for the dashboard. Pure; worked out off
// the loop, because long lists take their time.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "edge/runtime.h"
#include "edge/telemetry.h"

namespace gatehouse::edge {

struct ApiAnswer {
  int status = 200;
  std::shared_ptr<const std::string> json;
  std::size_t next_page = 0;  // 0: the answer is not a page

  static ApiAnswer of(std::string text);
  static ApiAnswer failure(int status, std::string_view message);
};

// `path` is what follows /api. nullopt: there is no such endpoint. The runtime has an inventory.
std::optional<ApiAnswer> answer_api(const Runtime& runtime, std::string_view path, std::string_view query);

// /gatehouse/traffic: what was counted so far, for who asks again and again and shows the difference.
inline constexpr std::string_view kTrafficPath = "/gatehouse/traffic";
ApiAnswer answer_traffic(const Runtime& runtime, const Telemetry& telemetry,
                         const std::vector<observe::TallyState>& states);

}  // namespace gatehouse::edge
