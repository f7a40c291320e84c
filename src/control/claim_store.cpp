#include "control/claim_store.h"

#include <string>
#include <utility>

#include "format/json.h"
#include "sys/file.h"

namespace gatehouse::control {

base::Result<void> ClaimStore::save(const discovery::StackClaims& claims) const {
  constexpr mode_t kMode = 0600;
  format::JsonWriter writer;
  writer.begin_object();
  for (const auto& [thing, stack] : claims.owners()) writer.key(thing).string(stack);
  writer.end_object();
  return sys::write_file_atomically(path_, writer.take() + "\n", kMode);
}

base::Result<discovery::StackClaims> ClaimStore::load() const {
  const auto text = sys::read_file(path_);
  if (!text && text.error().code == base::ErrorCode::kNotFound) return discovery::StackClaims();
  if (!text) return base::fail(text.error());
  const auto document = format::JsonDocument::parse(*text);
  const auto root = document ? document->root() : format::JsonValue();
  discovery::StackClaims::Owners owners;
  bool is_ours = root.is_object();
  for (std::size_t i = 0; is_ours && i < root.size(); ++i) {
    const auto stack = root.at(i).string();
    is_ours = stack.has_value();
    if (is_ours) owners.emplace(root.key(i), *stack);
  }
  if (is_ours) return discovery::StackClaims(std::move(owners));
  return base::fail(base::ErrorCode::kInvalid, base::Fault::kOperator,
                    path_.string() + " is no list of the hosts and names that stacks have claimed");
}

}  // namespace gatehouse::control
