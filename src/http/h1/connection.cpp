#include "http/h1/connection.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "http/syntax.h"

namespace gatehouse::http::h1 {
namespace {

constexpr FieldIdSet kHopByHop = {
    FieldId::kConnection,         FieldId::kHttp2Settings,   FieldId::kKeepAlive,        FieldId::kProxyAuthenticate,
    FieldId::kProxyAuthorization, FieldId::kProxyConnection, FieldId::kTransferEncoding, FieldId::kUpgrade,
};

bool is_protected(const Field& field) {
  constexpr std::string_view kForwarded = "x-forwarded-";
  return field.id != FieldId::kOther || base::iequals(field.name.substr(0, kForwarded.size()), kForwarded);
}

// The names that Connection lists and that are fields of the sender's own making.
struct ListedNames {
  std::array<std::string_view, kConnectionNamesMax> names;
  std::size_t count = 0;
  bool overflows = false;

  void insert(std::string_view name) {
    if (base::iequals(name, "close") || field_id_of(name) != FieldId::kOther) return;
    if (count < names.size()) {
      names[count++] = name;
    } else {
      overflows = true;
    }
  }
  [[nodiscard]] bool contains(std::string_view name) const {
    return overflows || std::any_of(names.begin(), names.begin() + count,
                                    [&](std::string_view listed) { return base::iequals(listed, name); });
  }
};

bool is_allowed_upgrade(std::string_view protocol) {
  const auto name = protocol.substr(0, protocol.find('/'));
  if (!is_token(name)) return false;
  for (const auto* const refused : {"h2c", "h2", "h3", "http", "tls"}) {
    if (base::iequals(name, refused)) return false;
  }
  return true;
}

}  // namespace

bool keeps_alive(Version version, const Fields& fields) {
  if (!fields.has(FieldId::kConnection)) return version != Version::kHttp10;
  if (fields.lists(FieldId::kConnection, "close")) return false;
  return version != Version::kHttp10 || fields.lists(FieldId::kConnection, "keep-alive");
}

Parsed<Expectation> expectation_of(const RequestHead& head) {
  const auto lines = head.fields.count(FieldId::kExpect);
  if (lines == 0 || head.version == Version::kHttp10) return Expectation::kNone;
  if (lines > 1 || !base::iequals(head.fields.get(FieldId::kExpect), "100-continue")) {
    return std::unexpected(Violation::kExpectation);
  }
  return Expectation::kContinue;
}

std::string_view requested_upgrade(const RequestHead& head, const Framing& framing) {
  if (!head.fields.has(FieldId::kUpgrade)) return {};
  const bool may_ask = head.version == Version::kHttp11 && head.method.id == MethodId::kGet && framing.is_empty() &&
                       head.fields.lists(FieldId::kConnection, "upgrade");
  if (!may_ask) return {};
  std::string_view asked;
  head.fields.for_each_list_item(FieldId::kUpgrade, [&](std::string_view protocol) {
    if (asked.empty() && is_allowed_upgrade(protocol)) asked = protocol;
  });
  return asked;
}

Parsed<std::string_view> accepted_upgrade(const ResponseHead& head, std::string_view asked) {
  const auto accepted = head.fields.get(FieldId::kUpgrade);
  const bool agreed = !asked.empty() && head.version == Version::kHttp11 && head.fields.count(FieldId::kUpgrade) == 1 &&
                      base::iequals(accepted, asked);
  if (!agreed) return std::unexpected(Violation::kUnexpectedUpgrade);
  return accepted;
}

void remove_hop_by_hop(Fields& fields) {
  ListedNames listed;
  fields.for_each_list_item(FieldId::kConnection, [&](std::string_view name) { listed.insert(name); });
  if (listed.count > 0) {
    fields.remove_if([&](const Field& field) { return !is_protected(field) && listed.contains(field.name); });
  }
  const bool takes_trailers = fields.lists(FieldId::kTe, "trailers");
  fields.remove(kHopByHop);
  if (takes_trailers) {
    fields.set(FieldId::kTe, "trailers");
  } else {
    fields.remove(FieldId::kTe);
  }
}

bool is_allowed_in_trailers(const Field& field) {
  const auto id = field_id_of_alias(field.name);
  return id == FieldId::kOther || id == FieldId::kEtag || id == FieldId::kAuthenticationInfo;
}

}  // namespace gatehouse::http::h1
