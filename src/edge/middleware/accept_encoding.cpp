#include "edge/middleware/accept_encoding.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>

#include "base/text.h"

namespace gatehouse::edge {

using http::FieldId;

namespace {

constexpr std::array kNames = {std::string_view("gzip"), std::string_view("br"), std::string_view("zstd")};

struct Wish {
  double weight;
  std::ptrdiff_t rank;  // among equal weights the lowest wins
  std::optional<ContentCoding> coding;
};

// Of "name;q=0.5"; 0 when it is not wanted or cannot be read.
double weight_of(std::string_view parameters) {
  parameters = base::trim(parameters);
  if (parameters.size() < 2 || !base::iequals(parameters.substr(0, 2), "q=")) return 1;
  double weight = 0;
  const auto [end, error] = std::from_chars(parameters.data() + 2, parameters.data() + parameters.size(), weight);
  return error == std::errc() && weight > 0 ? weight : 0;
}

// "*" comes before the codings that are named, "identity" behind them.
std::optional<Wish> wish_of(std::string_view item, const CodingOffer& offer) {
  const auto semicolon = item.find(';');
  const auto name = base::trim(item.substr(0, semicolon));
  const double weight = semicolon == std::string_view::npos ? 1 : weight_of(item.substr(semicolon + 1));
  if (weight == 0) return std::nullopt;
  const auto& codings = offer.codings;
  if (name == "*") return Wish{weight, -1, offer.default_coding.value_or(codings.front())};
  if (base::iequals(name, "identity")) return Wish{weight, std::ssize(codings), std::nullopt};
  const auto coding = parse_content_coding(name);
  const auto found = coding ? std::ranges::find(codings, *coding) : codings.end();
  if (found == codings.end()) return std::nullopt;
  return Wish{weight, found - codings.begin(), coding};
}

bool is_better(const Wish& a, const Wish& b) { return a.weight != b.weight ? a.weight > b.weight : a.rank < b.rank; }

}  // namespace

std::string_view to_string(ContentCoding coding) { return kNames[static_cast<std::size_t>(coding)]; }

std::optional<ContentCoding> parse_content_coding(std::string_view name) {
  const auto found = std::ranges::find_if(kNames, [name](auto known) { return base::iequals(known, name); });
  if (found == kNames.end()) return std::nullopt;
  return static_cast<ContentCoding>(found - kNames.begin());
}

std::optional<ContentCoding> choose_coding(const http::Fields& request, const CodingOffer& offer) {
  std::optional<ContentCoding> chosen;
  bool names_gzip = false;
  if (!request.has(FieldId::kAcceptEncoding)) {
    chosen = offer.default_coding;
  } else {
    std::optional<Wish> best;
    request.for_each_list_item(FieldId::kAcceptEncoding, [&](std::string_view item) {
      const auto wish = wish_of(item, offer);
      if (!wish) return;
      names_gzip = names_gzip || (wish->rank >= 0 && wish->coding == ContentCoding::kGzip);
      if (!best || is_better(*wish, *best)) best = wish;
    });
    if (best) chosen = best->coding;
  }
  if (chosen == ContentCoding::kGzip && !names_gzip) return std::nullopt;
  return chosen;
}

}  // namespace gatehouse::edge
