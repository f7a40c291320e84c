// Condition: one matcher of a rule, ready to be asked. Made with the decision it belongs to; immutable, shared by the
// workers; asking allocates nothing, but where a query value is escaped and a regular expression has to see it.
#pragma once

#include <string>
#include <variant>

#include "base/ip_address.h"
#include "base/result.h"
#include "base/text.h"
#include "edge/routing/request_view.h"
#include "http/fields.h"
#include "model/rule.h"
#include "model/rule_regexp.h"

namespace gatehouse::edge {

struct AnyHost {
  [[nodiscard]] bool holds(const RequestView&) const { return true; }
};

struct HostIs {
  std::string host;  // bare
  [[nodiscard]] bool holds(const RequestView& request) const { return bare_host(request.host) == host; }
};

struct HostIsBelow {
  std::string parent;  // of exactly one label more
  [[nodiscard]] bool holds(const RequestView& request) const {
    return parent_domain(bare_host(request.host)) == parent;
  }
};

struct HostMatches {
  model::RuleRegexp regexp;
  [[nodiscard]] bool holds(const RequestView& request) const { return regexp.matches(request.host); }
};

struct PathIs {
  std::string path;
  [[nodiscard]] bool holds(const RequestView& request) const { return request.path == path; }
};

struct PathBegins {
  std::string prefix;
  [[nodiscard]] bool holds(const RequestView& request) const { return request.path.starts_with(prefix); }
};

struct PathMatches {
  model::RuleRegexp regexp;
  [[nodiscard]] bool holds(const RequestView& request) const { return regexp.matches(request.path); }
};

struct MethodIs {
  std::string method;
  [[nodiscard]] bool holds(const RequestView& request) const { return request.method == method; }
};

struct HeaderName {
  http::FieldId id;
  std::string text;
  [[nodiscard]] bool names(const http::Field& field) const {
    return field.id == id && (id != http::FieldId::kOther || base::iequals(field.name, text));
  }
};

struct HeaderIs {
  HeaderName name;
  std::string value;
  [[nodiscard]] bool holds(const RequestView& request) const;
};

struct HeaderMatches {
  HeaderName name;
  model::RuleRegexp regexp;
  [[nodiscard]] bool holds(const RequestView& request) const;
};

struct QueryIs {
  std::string name;
  std::string value;
  [[nodiscard]] bool holds(const RequestView& request) const;
};

struct QueryMatches {
  std::string name;
  model::RuleRegexp regexp;
  bool first_only;
  [[nodiscard]] bool holds(const RequestView& request) const;
};

struct ClientIsIn {
  base::Cidr range;
  [[nodiscard]] bool holds(const RequestView& request) const { return range.contains(request.client); }
};

class Condition {
 public:
  // Of a checked matcher, its negation left aside. Errors: kInvalid for a TCP matcher or one that was never checked.
  [[nodiscard]] static base::Result<Condition> compile(const model::Matcher& matcher);

  [[nodiscard]] bool holds(const RequestView& request) const {
    return std::visit([&request](const auto& what) { return what.holds(request); }, what_);
  }

 private:
  using What = std::variant<AnyHost, HostIs, HostIsBelow, HostMatches, PathIs, PathBegins, PathMatches, MethodIs,
                            HeaderIs, HeaderMatches, QueryIs, QueryMatches, ClientIsIn>;

  template <class T>
  explicit Condition(T what) : what_(std::move(what)) {}

  What what_;
};

}  // namespace gatehouse::edge
