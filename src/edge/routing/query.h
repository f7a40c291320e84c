// The parameters of a query string, read where they stand: nothing is decoded before somebody asks, and nothing is
// allocated unless a value that a regular expression has to see is escaped. The rules are those of Go's url.ParseQuery:
// "+" is a blank, a pair with a broken escape is left out. A ";" parts like "&" (the entry point has rewritten it to
// "&" or to "%3B" before). Pure functions on views.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace gatehouse::edge {

// A name or a value as it was sent.
class QueryText {
 public:
  explicit QueryText(std::string_view raw) : raw_(raw) {}

  // Whether each % is followed by two hexadecimal digits.
  [[nodiscard]] bool valid() const;
  [[nodiscard]] bool equals(std::string_view decoded) const;
  // The decoded text: a view of the raw one when they are the same, else of `storage`.
  [[nodiscard]] std::string_view decode(std::string& storage) const;

 private:
  std::string_view raw_;
};

// Takes the parameters off the front of a query, one by one.
class QueryReader {
 public:
  struct Parameter {
    QueryText name;
    QueryText value;
  };

  explicit QueryReader(std::string_view query) : rest_(query) {}

  // The next valid parameter; none at the end.
  [[nodiscard]] std::optional<Parameter> next();

 private:
  std::string_view rest_;
};

}  // namespace gatehouse::edge
