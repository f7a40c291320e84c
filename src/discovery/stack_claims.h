// StackClaims: which stack was the first to claim a host, or a name of an object. A claim stays until the operator
// moves it (gatehouse.stacks.<name>.hosts), also while its stack is away: whoever could wait for that would get the
// visitors. A stack is a compose project; containers outside of any, and everything else that the operator wrote, are
// the stack without a name. Owned by control, which keeps it on disk; the providers and the snapshot builder claim. One
// thread.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>

namespace gatehouse::discovery {

inline constexpr std::string_view kStackLabel = "com.docker.compose.project";

class StackClaims {
 public:
  // What a stack can claim, so that its labels cannot fill control's memory and disk.
  static constexpr std::size_t kClaimsPerStackMax = 4096;

  using Owners = std::map<std::string, std::string, std::less<>>;  // "host a.example.com", "service web" -> stack

  StackClaims() = default;
  explicit StackClaims(Owners owners);

  // Null when nobody has it.
  [[nodiscard]] const std::string* owner(std::string_view thing) const;
  // Whether it is the stack's from now on. False also when the stack has too many claims already.
  bool claim(const std::string& thing, const std::string& stack);
  // By the operator's word.
  void move(const std::string& thing, const std::string& stack);

  [[nodiscard]] const Owners& owners() const { return owners_; }
  // Grows with every change.
  [[nodiscard]] std::size_t version() const { return version_; }

 private:
  Owners owners_;
  std::map<std::string, std::size_t> counts_;  // by stack
  std::size_t version_ = 0;
};

}  // namespace gatehouse::discovery
