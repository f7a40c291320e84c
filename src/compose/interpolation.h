// Variables in a text as compose knows them: $NAME, ${NAME}, ${NAME:-word} and the other five operators, $$ for a
// dollar. The word may hold variables itself and is evaluated only when it is used. The grammar is that of compose-go's
// template package, except that braces inside a word only have to balance. Pure, any thread.
// An error names the variable and quotes the template, never a value: values may be secrets.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace gatehouse::compose {

// Names to values. Environments are small, sorted output is wanted, lookups come with views.
using Environment = std::map<std::string, std::string, std::less<>>;

// The value of a variable, or nothing when it is not set.
using Lookup = std::function<std::optional<std::string>(std::string_view name)>;

// The first environment that has it wins. The environments must outlive the lookup.
Lookup lookup_in(std::vector<const Environment*> environments);

struct Interpolated {
  std::string text;
  std::vector<std::string> unset;  // names that had no value and no default, in order, and became empty
};

// kInvalid with the operator at fault: a malformed "${", or a required variable that is missing.
base::Result<Interpolated> interpolate(std::string_view text, const Lookup& lookup);

// A variable that a text refers to, used or not.
struct Reference {
  enum class Need { kOptional, kDefaulted, kRequired };
  // kOptional: becomes empty when unset. kDefaulted: "-", ":-", "+", ":+". kRequired: "?", ":?".

  std::string name;
  Need need = Need::kOptional;
  bool empty_counts_as_unset = false;  // the operator has a colon
  std::string word;                    // the default, the message or the alternative, as written
  bool nested = false;                 // stands in another one's word, so it is not always needed

  bool operator==(const Reference&) const = default;
};

// All of them, those nested in words too, in the order of the text. Fails where interpolate() would for any
// environment.
base::Result<std::vector<Reference>> find_references(std::string_view text);

// With every "$" doubled, so that interpolate() gives the text back.
std::string escape_dollars(std::string_view text);

}  // namespace gatehouse::compose
