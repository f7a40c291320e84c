#include "edge/middleware/ip_strategy.h"

#include <algorithm>

#include "edge/middleware/invalid_option.h"

namespace gatehouse::edge {

using base::IpAddress;

namespace {

// The entries of all X-Forwarded-For lines, the nearest proxy's last. Empty entries count: leaving them out would move
// the ones that a client sent to where our proxies' are expected.
std::vector<std::string_view> forwarded_for(const http::Fields& fields) {
  std::vector<std::string_view> entries;
  fields.for_each(http::FieldId::kXForwardedFor, [&entries](std::string_view line) {
    for (const auto entry : base::split(line, ',')) entries.push_back(base::trim(entry));
  });
  return entries;
}

// Some proxies write the port, too: "192.0.2.1:80", "[2001:db8::1]:80".
std::optional<IpAddress> parse_entry(std::string_view entry) {
  if (const auto address = IpAddress::parse(entry)) return address;
  const auto colon = entry.rfind(':');
  auto host = entry.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  return IpAddress::parse(host);
}

}  // namespace

base::Result<IpStrategy> IpStrategy::make(std::string_view option, const std::optional<model::IpStrategy>& config) {
  IpStrategy strategy;
  if (!config) return strategy;
  if (config->depth < 0) return invalid_option("{}.depth: {} is below 0", option, config->depth);
  strategy.depth_ = static_cast<std::size_t>(config->depth);
  for (const auto& text : config->excluded_ips) {
    const auto range = base::Cidr::parse(base::trim(text));
    if (!range) return invalid_option("{}.excludedIPs: \"{}\" is no address and no range", option, text);
    strategy.excluded_.push_back(*range);
  }
  if (config->ipv6_subnet) {
    const auto bits = *config->ipv6_subnet;
    if (bits <= 0 || bits > 128) return invalid_option("{}.ipv6Subnet: {} is not from 1 to 128", option, bits);
    strategy.ipv6_prefix_bits_ = static_cast<std::size_t>(bits);
  }
  return strategy;
}

std::optional<IpAddress> IpStrategy::client_of(const Exchange& exchange) const {
  const auto address = pick(exchange);
  if (address && ipv6_prefix_bits_ > 0 && !address->is_v4()) return address->masked(ipv6_prefix_bits_);
  return address;
}

std::optional<IpAddress> IpStrategy::pick(const Exchange& exchange) const {
  if (depth_ == 0 && excluded_.empty()) return exchange.client().address;
  const auto entries = forwarded_for(exchange.request.fields);
  if (depth_ > 0) {
    if (depth_ > entries.size()) return std::nullopt;
    return parse_entry(entries[entries.size() - depth_]);
  }
  for (auto entry = entries.rbegin(); entry != entries.rend(); ++entry) {
    if (entry->empty()) continue;
    const auto address = parse_entry(*entry);
    const bool is_ours =
        address && std::ranges::any_of(excluded_, [&](const auto& range) { return range.contains(*address); });
    if (!is_ours) return address;
  }
  return std::nullopt;
}

}  // namespace gatehouse::edge
