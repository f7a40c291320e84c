#include "acme/dns_publisher.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <openssl/evp.h>

#include "async/sleep.h"
#include "base/text.h"
#include "format/base64.h"
#include "sys/file.h"

namespace gatehouse::acme {

using async::Deadline;
using async::Task;
using base::ErrorCode;
using base::Fault;
using base::Result;

namespace {

constexpr std::chrono::minutes kRemovalTimeMax{2};
constexpr int kAliasesMax = 5;

std::string proof_of(std::string_view key_authorisation) {
  std::array<unsigned char, 32> digest{};
  EVP_Digest(key_authorisation.data(), key_authorisation.size(), digest.data(), nullptr, EVP_sha256(), nullptr);
  return format::encode_base64url({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

std::vector<NameServer> parse_all(const std::vector<std::string>& texts, base::Log& log) {
  std::vector<NameServer> servers;
  for (const auto& text : texts) {
    auto server = NameServer::parse(text);
    if (server) {
      servers.push_back(*std::move(server));
    } else {
      log.error("dnsChallenge.resolvers: {}", server.error().message);
    }
  }
  return servers;
}

// Those that this machine asks.
std::vector<std::string> system_resolvers() {
  std::vector<std::string> servers;
  const auto text = sys::read_file("/etc/resolv.conf", 64 * 1024);
  if (!text) return servers;
  constexpr std::string_view kKey = "nameserver";
  for (const auto line : base::split(*text, '\n')) {
    const auto words = base::trim(line);
    if (words.starts_with(kKey)) servers.emplace_back(base::trim(words.substr(kKey.size())));
  }
  return servers;
}

model::AcmePropagation checks_of(const model::DnsChallenge& config) {
  auto checks = config.propagation.value_or(model::AcmePropagation{});
  checks.disable_checks = checks.disable_checks || config.disable_propagation_check;
  checks.delay_before_checks = std::max(checks.delay_before_checks, config.delay_before_check);
  return checks;
}

}  // namespace

DnsPublisher::DnsPublisher(DnsContext context, std::unique_ptr<DnsProvider> provider, const model::DnsChallenge& config,
                           base::Log& log)
    : context_(context),
      provider_(std::move(provider)),
      checks_(checks_of(config)),
      has_resolvers_(!config.resolvers.empty()),
      resolvers_(parse_all(has_resolvers_ ? config.resolvers : system_resolvers(), log)),
      log_(log),
      removals_(context.loop) {}

Task<Result<void>> DnsPublisher::publish(Challenge challenge, Deadline deadline) {
  Record record{.name = co_await canonical_name("_acme-challenge." + challenge.name, deadline),
                .value = proof_of(challenge.key_authorisation)};
  records_[challenge.token] = record;
  co_return co_await provider_->add(std::move(record.name), std::move(record.value), deadline);
}

// Where the record has to be: its name may be an alias for one in a zone that takes changes. Who cannot be asked gives
// no alias.
Task<std::string> DnsPublisher::canonical_name(std::string name, Deadline deadline) {
  for (int i = 0; i < kAliasesMax && !resolvers_.empty(); ++i) {
    const auto reply = co_await ask(context_, resolvers_.front(), name, DnsType::kCname, deadline);
    if (!reply) break;
    const auto alias = std::ranges::find_if(
        reply->answers, [&](const DnsRecord& record) { return record.type == DnsType::kCname && record.name == name; });
    if (alias == reply->answers.end()) break;
    name = alias->value;
  }
  co_return name;
}

Task<Result<void>> DnsPublisher::await_visible(Deadline deadline) {
  co_await async::sleep(context_.loop, checks_.delay_before_checks);
  if (checks_.disable_checks) co_return Result<void>();
  const auto until = deadline.or_earlier(Deadline::after(provider_->times().propagation));
  std::vector<Record> records;
  for (const auto& [token, record] : records_) records.push_back(record);
  for (auto& record : records) BASE_CO_CHECK(co_await await_record(std::move(record), until));
  co_return Result<void>();
}

Task<Result<std::vector<NameServer>>> DnsPublisher::servers_to_ask(std::string name, Deadline deadline) {
  std::vector<NameServer> servers;
  if (checks_.require_all_rns || (checks_.disable_ans_checks && has_resolvers_)) servers = resolvers_;
  if (checks_.disable_ans_checks || resolvers_.empty()) co_return servers;
  BASE_CO_TRY(auto zone, co_await find_zone(context_, resolvers_.front(), name, deadline));
  BASE_CO_TRY(const auto reply, co_await ask(context_, resolvers_.front(), std::move(zone), DnsType::kNs, deadline));
  for (const auto& record : reply.answers) {
    if (record.type == DnsType::kNs) servers.push_back({.host = record.value});
  }
  co_return servers;
}

Task<Result<void>> DnsPublisher::await_record(Record record, Deadline deadline) {
  const auto servers = co_await servers_to_ask(record.name, deadline);
  if (!servers) {
    log_.warn("cannot find out who serves {}: {}; the certificate authority looks for it unchecked", record.name,
              servers.error().message);
    co_return Result<void>();
  }
  for (;;) {
    const auto lacking = co_await who_lacks(record, *servers, deadline);
    if (lacking.empty()) co_return Result<void>();
    const auto next = Deadline::after(provider_->times().polling);
    if (next.at >= deadline.at) {
      co_return base::fail(ErrorCode::kTimeout, Fault::kOperator,
                           fmt::format("the TXT record {} is not seen in time: {}; give it more time "
                                       "(..._PROPAGATION_TIMEOUT), or look at the zone",
                                       record.name, lacking),
                           base::Retry::kYes);
    }
    co_await async::sleep_until(context_.loop, next);
  }
}

// In words; empty when all have it.
Task<std::string> DnsPublisher::who_lacks(Record record, std::vector<NameServer> servers, Deadline deadline) {
  for (auto& server : servers) {
    const auto text = server.to_string();
    const auto reply = co_await ask(context_, std::move(server), record.name, DnsType::kTxt, deadline);
    if (!reply) co_return reply.error().message;
    const bool has_it = std::ranges::any_of(reply->answers, [&](const DnsRecord& answer) {
      return answer.type == DnsType::kTxt && answer.value == record.value;
    });
    if (!has_it) co_return fmt::format("name server {} does not have it", text);
  }
  co_return std::string();
}

void DnsPublisher::withdraw(const std::string& token) {
  const auto found = records_.find(token);
  if (found == records_.end()) return;
  removals_.spawn(remove(std::move(found->second)));
  records_.erase(found);
}

Task<void> DnsPublisher::remove(Record record) {
  const auto name = record.name;
  const auto deadline = Deadline::after(kRemovalTimeMax);
  const auto removed = co_await provider_->remove(std::move(record.name), std::move(record.value), deadline);
  if (!removed) log_.warn("the TXT record {} stays behind: {}", name, removed.error().message);
}

}  // namespace gatehouse::acme
