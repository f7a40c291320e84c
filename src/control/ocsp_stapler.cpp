#include "control/ocsp_stapler.h"

#include <algorithm>

#include <fmt/format.h>

#include "acme/renewal.h"
#include "base/text.h"
#include "format/base64.h"
#include "tls/client_context.h"

namespace gatehouse::control {

using async::Deadline;
using async::Task;
using base::Result;
using Clock = std::chrono::system_clock;
using Status = tls::OcspAnswer::Status;

namespace {

constexpr std::chrono::seconds kRequestTimeMax{10};

base::Failure refused(std::string message) {
  return base::fail(base::ErrorCode::kRefused, base::Fault::kBackend, std::move(message), base::Retry::kYes);
}

}  // namespace

OcspStapler::OcspStapler(Parts parts, const model::Ocsp& config)
    : parts_(std::move(parts)),
      overrides_(config.responder_overrides),
      dialer_(parts_.loop, parts_.names, *tls::ClientContext::make({})),
      client_(dialer_),
      wake_(parts_.loop) {}

void OcspStapler::staple(std::vector<model::SnapshotCertificate>& certificates) {
  std::map<std::string, Entry> entries;
  for (auto& certificate : certificates) {
    if (const auto known = entries_.find(certificate.chain); known != entries_.end()) {
      if (known->second.end > Clock::now()) certificate.ocsp = known->second.answer;
      entries.insert(*known);
      continue;
    }
    auto chain = tls::CertificateChain::from_pem(certificate.chain);
    if (!chain) continue;
    auto question = tls::ocsp_question(*chain);
    if (!question) continue;
    entries.emplace(certificate.chain, Entry{*std::move(chain), *std::move(question), {}, {}, parts_.loop.now(), 0});
  }
  entries_ = std::move(entries);
  wake_.set();
}

std::map<std::string, OcspStapler::Entry>::iterator OcspStapler::next_due() {
  return std::ranges::min_element(entries_, {}, [](const auto& entry) { return entry.second.next; });
}

Task<void> OcspStapler::run() {
  for (;;) {
    const auto due = next_due();
    if (due == entries_.end() || due->second.next > parts_.loop.now()) {
      const auto until = due == entries_.end() ? Deadline::never() : Deadline{due->second.next};
      static_cast<void>(co_await wake_.wait(until));
      wake_.reset();
      continue;
    }
    // The entry may be gone once we are back.
    const auto name = due->first;
    const auto other = overrides_.find(due->second.question.url);
    auto url = other == overrides_.end() ? due->second.question.url : other->second;
    settle(name, co_await ask(std::move(url), due->second.question.request));
  }
}

Task<Result<std::string>> OcspStapler::ask(std::string url, std::string request) {
  BASE_CO_TRY(auto parsed, http::Url::parse(url));
  http::ClientRequest question;
  question.method = http::MethodId::kPost;
  question.origin = std::move(parsed.origin);
  question.target = std::move(parsed.target);
  question.fields.add("Content-Type", "application/ocsp-request");
  question.body = std::make_unique<http::TextBody>(std::move(request));
  question.deadline = Deadline::after(kRequestTimeMax);
  BASE_CO_TRY(auto response, co_await client_.send(std::move(question)));
  if (response.head.status != 200) co_return refused(fmt::format("{} answers {}", url, response.head.status));
  co_return co_await response.body->read_all(kAnswerBytesMax);
}

void OcspStapler::settle(const std::string& name, const Result<std::string>& response) {
  const auto found = entries_.find(name);
  if (found == entries_.end()) return;
  auto& entry = found->second;
  const auto names = base::join(entry.chain.names(), ", ");
  const auto answer = response ? tls::read_ocsp(entry.chain, *response, Clock::now()) : base::fail(response.error());
  if (!answer || answer->status == Status::kUnknown) {
    const auto pause = acme::back_off(acme::Failure::kUnreached, ++entry.failures);
    entry.next = parts_.loop.now() + pause;
    parts_.log.warn("OCSP for the certificate of {}: {}; asked again in {} s", names,
                    answer ? "the authority does not know it" : answer.error().message, pause.count());
    return;
  }
  entry.failures = 0;
  const auto half_life = std::chrono::duration_cast<std::chrono::seconds>(answer->to - Clock::now()) / 2;
  entry.next = parts_.loop.now() + std::min<std::chrono::seconds>(kInterval, half_life);
  const bool is_good = answer->status == Status::kGood;
  if (!is_good) {
    parts_.log.error("the certificate of {} is revoked: have another one made, clients will refuse this one", names);
  }
  entry.end = answer->to;
  const auto text = is_good ? format::encode_base64(*response) : std::string();
  if (std::exchange(entry.answer, text) != text) parts_.changed();
}

}  // namespace gatehouse::control
