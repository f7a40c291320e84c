// Session: the conversation with one certificate authority under one key (RFC 8555 sections 6 and 7.1.1): its
// directory, nonces, signed requests. A nonce that is refused is replaced and the request sent again, as section 6.5
// has it. Made by whoever wants something from the authority, on its loop's thread; every wait has a deadline.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "async/deadline.h"
#include "async/loop.h"
#include "async/task.h"
#include "base/result.h"
#include "http/client.h"
#include "tls/private_key.h"

namespace gatehouse::acme {

struct Directory {
  std::string new_nonce;
  std::string new_account;
  std::string new_order;
  std::string renewal_info;  // empty: the authority has none (RFC 9773)
  bool external_account_required = false;

  // kInvalid when it is not JSON or lacks a URL that we need.
  static base::Result<Directory> parse(std::string_view text);
};

struct Reply {
  int status = 0;
  std::string location;
  std::vector<std::string> alternates;  // Link: <...>;rel="alternate"
  std::optional<std::chrono::seconds> retry_after;
  std::string body;
};

// "120", or a date, which then counts from `now`; nothing for anything else. Never less than 0.
std::optional<std::chrono::seconds> parse_retry_after(std::string_view value,
                                                      std::chrono::system_clock::time_point now);

class Session {
 public:
  static constexpr std::size_t kReplyBytesMax = std::size_t{1} << 20;
  static constexpr int kAttemptsMax = 30;  // half of all nonces refused: once in a billion
  static constexpr std::size_t kNoncesMax = 16;

  struct Timeouts {
    async::Duration request = std::chrono::minutes(2);  // one exchange, the content included
  };

  // The client outlives it.
  Session(async::Loop& loop, http::Client& client, std::string directory_url, tls::PrivateKey key, Timeouts timeouts);

  // Reads the directory; before all else.
  async::Task<base::Result<void>> open(async::Deadline deadline);
  [[nodiscard]] const Directory& directory() const { return directory_; }

  // Requests are signed with the key itself until its account is known.
  void set_account(std::string url) { account_ = std::move(url); }
  [[nodiscard]] const std::string& account() const { return account_; }

  // A signed POST. Any answer of the authority that is no success is an error that says what was attempted, in
  // Error::detail more of it; last_problem() then tells its type. An empty payload is a POST-as-GET.
  async::Task<base::Result<Reply>> post(std::string url, std::string payload, std::string attempted,
                                        async::Deadline deadline);
  // What anybody may ask: unsigned. Any answer that is no success is an error.
  async::Task<base::Result<Reply>> get(std::string url, std::string attempted, async::Deadline deadline);
  // The type of the problem that the last error came with; empty when it was none of the authority's.
  [[nodiscard]] const std::string& last_problem() const { return last_problem_; }
  // When the authority wants to be asked again after the last error.
  [[nodiscard]] std::optional<std::chrono::seconds> last_retry_after() const { return last_retry_after_; }

  [[nodiscard]] const tls::PrivateKey& key() const { return key_; }
  [[nodiscard]] async::Loop& loop() const { return loop_; }

 private:
  async::Task<base::Result<Reply>> exchange(http::MethodId method, std::string url, std::string body,
                                            async::Deadline deadline);
  async::Task<base::Result<std::string>> take_nonce(async::Deadline deadline);
  async::Task<base::Result<Reply>> post_once(const std::string& url, const std::string& payload,
                                             async::Deadline deadline);

  async::Loop& loop_;
  http::Client& client_;
  std::string directory_url_;
  tls::PrivateKey key_;
  Timeouts timeouts_;
  Directory directory_;
  std::string account_;
  std::vector<std::string> nonces_;
  std::string last_problem_;
  std::optional<std::chrono::seconds> last_retry_after_;
};

}  // namespace gatehouse::acme
