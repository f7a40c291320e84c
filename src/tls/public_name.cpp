#include "tls/public_name.h"

#include <algorithm>
#include <array>

#include "base/ip_address.h"
#include "base/text.h"

namespace gatehouse::tls {

namespace {

constexpr std::array<std::string_view, 13> kPrivateSuffixes{"localhost", "test",    "local",  "internal", "home.arpa",
                                                            "lan",       "home",    "corp",   "mail",     "intranet",
                                                            "private",   "invalid", "example"};

// Not globally reachable (IANA's special-purpose registries).
constexpr std::array<std::string_view, 16> kPrivateRanges{
    "0.0.0.0/8",    "10.0.0.0/8",     "100.64.0.0/10", "127.0.0.0/8",     "169.254.0.0/16", "172.16.0.0/12",
    "192.0.2.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "240.0.0.0/4",
    "::/127",       "fc00::/7",       "fe80::/10",     "2001:db8::/32"};

bool is_public_address(const base::IpAddress& address) {
  return std::ranges::none_of(kPrivateRanges,
                              [&](std::string_view range) { return base::Cidr::parse(range)->contains(address); });
}

bool is_label(std::string_view label) {
  constexpr std::size_t kLabelMax = 63;
  return !label.empty() && label.size() <= kLabelMax && label.front() != '-' && label.back() != '-' &&
         std::ranges::all_of(
             label, [](char c) { return (c >= 'a' && c <= 'z') || base::is_digit(c) || c == '-' || c == '_'; });
}

}  // namespace

std::span<const std::string_view> private_suffixes() { return kPrivateSuffixes; }

bool is_public_name(std::string_view name) {
  if (const auto address = base::IpAddress::parse(name)) return is_public_address(*address);
  auto host = base::to_lower(name);
  if (host.ends_with('.')) host.pop_back();
  if (host.starts_with("*.")) host.erase(0, 2);
  if (host.find('.') == std::string::npos) return false;
  return std::ranges::none_of(kPrivateSuffixes, [&](std::string_view suffix) {
    return host == suffix || (host.ends_with(suffix) && host[host.size() - suffix.size() - 1] == '.');
  });
}

bool is_certificate_name(std::string_view name) {
  constexpr std::size_t kNameMax = 253;
  if (base::IpAddress::parse(name)) return name.find('%') == std::string_view::npos;
  if (name.size() > kNameMax) return false;
  if (name.starts_with("*.")) name.remove_prefix(2);
  return std::ranges::all_of(base::split(name, '.'), is_label);
}

}  // namespace gatehouse::tls
