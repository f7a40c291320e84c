#include "acme/problem.h"

#include <algorithm>

#include <fmt/format.h>

namespace gatehouse::acme {

using base::ErrorCode;
using base::Fault;

namespace {

constexpr std::string_view kTypePrefix = "urn:ietf:params:acme:error:";
constexpr std::size_t kTextMax = 600;
constexpr std::size_t kPartsMax = 10;

struct Meaning {
  std::string_view type;
  ErrorCode code;
  base::Retry retry;
  std::string_view next_step;
};

constexpr std::string_view kWrongProof =
    "something else answers on port 80 under the name: check that its DNS records lead to this server, IPv6 too; with "
    "tlsChallenge the same of port 443, with dnsChallenge look at the TXT records that its name servers give";

// RFC 8555 section 6.7.
constexpr Meaning kMeanings[] = {
    {"connection", ErrorCode::kUnreachable, base::Retry::kYes,
     "make port 80 of this server reachable from the internet under the name (firewall, router, DNS record)"},
    {"dns", ErrorCode::kUnreachable, base::Retry::kYes,
     "give the name an A or AAAA record that leads to this server, and check that its DNS servers answer"},
    {"unauthorized", ErrorCode::kPermission, base::Retry::kYes, kWrongProof},
    {"incorrectResponse", ErrorCode::kPermission, base::Retry::kYes, kWrongProof},
    {"tls", ErrorCode::kUnreachable, base::Retry::kYes, "check what answers on port 443 under the name"},
    {"caa", ErrorCode::kPermission, base::Retry::kNo,
     "the CAA record of the domain does not let this authority issue: change the record, or use another caServer"},
    {"rateLimited", ErrorCode::kLimit, base::Retry::kYes,
     "wait until the authority's limit has passed; use its staging caServer while you try things out"},
    {"rejectedIdentifier", ErrorCode::kInvalid, base::Retry::kNo,
     "this authority never issues for the name: take it out of the rule, or serve it with another resolver"},
    {"unsupportedIdentifier", ErrorCode::kUnsupported, base::Retry::kNo,
     "this authority does not issue for names of this kind: use another resolver"},
    {"accountDoesNotExist", ErrorCode::kNotFound, base::Retry::kYes,
     "the account of the storage file is unknown to this caServer: remove its Account from the file"},
    {"externalAccountRequired", ErrorCode::kPermission, base::Retry::kNo,
     "set eab.kid and eab.hmacEncoded of the resolver to what the authority gave you"},
    {"invalidContact", ErrorCode::kInvalid, base::Retry::kNo, "set a valid email of the resolver"},
    {"unsupportedContact", ErrorCode::kInvalid, base::Retry::kNo, "set a valid email of the resolver"},
    {"userActionRequired", ErrorCode::kPermission, base::Retry::kNo,
     "visit the authority's site: it asks for something that only you can do"},
    {"badPublicKey", ErrorCode::kInvalid, base::Retry::kNo, "set another keyType of the resolver"},
    {"badCSR", ErrorCode::kInvalid, base::Retry::kNo, "set another keyType of the resolver, or fewer names"},
    {"serverInternal", ErrorCode::kUnavailable, base::Retry::kYes,
     "the authority has trouble of its own: it is retried"},
};

std::string printable(std::string_view text) {
  std::string clean(text.substr(0, kTextMax));
  std::ranges::replace_if(clean, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }, ' ');
  if (text.size() > kTextMax) clean += "...";
  return clean;
}

std::string text_member(format::JsonValue value, std::string_view name) {
  return printable(value.find(name).string().value_or(""));
}

std::string type_member(format::JsonValue value) {
  auto type = text_member(value, "type");
  if (type.starts_with(kTypePrefix)) type.erase(0, kTypePrefix.size());
  return type;
}

const Meaning* meaning_of(std::string_view type) {
  const auto* found = std::ranges::find(kMeanings, type, &Meaning::type);
  return found == std::end(kMeanings) ? nullptr : found;
}

}  // namespace

Problem Problem::of(format::JsonValue value, int status) {
  Problem problem;
  problem.status = status;
  problem.type = type_member(value);
  problem.detail = text_member(value, "detail");
  const auto parts = value.find("subproblems");
  for (std::size_t i = 0; i < std::min(parts.size(), kPartsMax) && parts.is_array(); ++i) {
    const auto part = parts.at(i);
    problem.parts.push_back(
        {text_member(part.find("identifier"), "value"), type_member(part), text_member(part, "detail")});
  }
  return problem;
}

Problem Problem::parse(std::string_view body, int status) {
  if (const auto document = format::JsonDocument::parse(body); document && document->root().is_object()) {
    return of(document->root(), status);
  }
  constexpr std::size_t kQuoteMax = 200;
  Problem problem;
  problem.status = status;
  problem.detail = printable(body.substr(0, kQuoteMax));
  return problem;
}

base::Error Problem::to_error(std::string_view attempted) const {
  const auto* meaning = meaning_of(type);
  if (meaning == nullptr && !parts.empty()) meaning = meaning_of(parts.front().type);
  const bool passes = meaning != nullptr ? meaning->retry == base::Retry::kYes : status == 429 || status >= 500;
  base::Error error{meaning != nullptr ? meaning->code : ErrorCode::kRefused,
                    Fault::kOperator,
                    passes ? base::Retry::kYes : base::Retry::kNo,
                    {},
                    {}};
  const auto says = status != 0 ? fmt::format("answers {}", status) : std::string("says");
  error.message =
      fmt::format("{}: the certificate authority {}: {}", attempted, says, detail.empty() ? "no reason given" : detail);
  if (!type.empty() && type != "about:blank") error.message += " (" + type + ")";
  if (meaning != nullptr) error.message += fmt::format("; next step: {}", meaning->next_step);
  for (const auto& part : parts) {
    if (!error.detail.empty()) error.detail += '\n';
    error.detail += fmt::format("{}: {} ({})", part.identifier, part.detail, part.type);
  }
  return error;
}

}  // namespace gatehouse::acme
