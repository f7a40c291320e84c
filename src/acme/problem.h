// Problem: why an ACME server refused something (RFC 7807, RFC 8555 section 6.7), and what it means to an operator.
// A value; any thread. Its text comes from outside: it is cut to a length and stripped of control characters.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "format/json.h"

namespace gatehouse::acme {

struct Problem {
  std::string type;    // without its urn:ietf:params:acme:error: prefix
  std::string detail;  // printable
  int status = 0;
  struct Part {
    std::string identifier;
    std::string type;
    std::string detail;
  };
  std::vector<Part> parts;

  // Whatever is missing stays empty; a body that is no problem document is quoted in part.
  static Problem parse(std::string_view body, int status);
  static Problem of(format::JsonValue value, int status);

  [[nodiscard]] bool is(std::string_view name) const { return type == name; }
  // "the certificate authority says: ... (connection)": what, why, and the next step where there is one for the type.
  [[nodiscard]] base::Error to_error(std::string_view attempted) const;
};

}  // namespace gatehouse::acme
