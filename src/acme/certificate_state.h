// Which certificates are wanted, and how far each is: what control asks of acme/ and shows to the operator. Values.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::acme {

struct WantedCertificate {
  std::string resolver;            // name of a certificates resolver; empty: private names only, by the local authority
  std::vector<std::string> names;  // lower case, the main one first
  std::string wanted_by;           // "router whoami@docker"; for messages

  bool operator==(const WantedCertificate&) const = default;
};

struct CertificateState {
  enum class Stage { kServed, kPending, kFailed };

  std::vector<std::string> names;
  std::string source;  // the resolver, or "local"
  std::string wanted_by;
  Stage stage = Stage::kPending;
  std::optional<std::chrono::system_clock::time_point> not_after;  // of the certificate that serves
  std::string problem;  // what failed last, or what is passed over, and the next step
};

constexpr std::string_view to_string(CertificateState::Stage stage) {
  switch (stage) {
    case CertificateState::Stage::kServed:
      return "served";
    case CertificateState::Stage::kPending:
      return "pending";
    case CertificateState::Stage::kFailed:
      return "failed";
  }
  return "unknown";
}

}  // namespace gatehouse::acme
