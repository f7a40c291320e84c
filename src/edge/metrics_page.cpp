#include "edge/metrics_page.h"

#include "base/text.h"
#include "edge/backends/server_statuses.h"
#include "edge/certificate_list.h"
#include "edge/exchange.h"
#include "edge/runtime.h"
#include "edge/shared_text.h"
#include "edge/worker_services.h"
#include "observe/exposition.h"
#include "observe/request_metrics.h"

namespace gatehouse::edge {

using async::Task;
using http::MethodId;
using observe::Exposition;
using observe::Labels;
using Kind = observe::Exposition::Kind;

namespace {

constexpr std::chrono::seconds kGatherTimeMax{5};

double unix_seconds(std::chrono::system_clock::time_point time) {
  return std::chrono::duration<double>(time.time_since_epoch()).count();
}

void write_configuration(Exposition& out, const Telemetry& telemetry) {
  out.family("traefik_config_reloads_total", Kind::kCounter, "Configurations that the edge was given.");
  out.sample({}, telemetry.configurations.load());
  out.family("traefik_config_last_reload_success", Kind::kGauge, "Whether the last one was taken.");
  out.sample({}, std::uint64_t{telemetry.last_configuration_served.load() ? 1U : 0U});
}

void write_certificates(Exposition& out, const CertificateList& certificates) {
  out.family("traefik_tls_certs_not_after", Kind::kGauge, "When certificates end, in Unix time.");
  for (const auto& certificate : certificates.all()) {
    out.sample(
        {{"cn", certificate.common_name}, {"sans", base::join(certificate.names, ",")}, {"serial", certificate.serial}},
        unix_seconds(certificate.not_after));
  }
}

void write_servers(Exposition& out, const ServerStatuses& servers) {
  if (!servers.vary()) return;
  out.family("traefik_service_server_up", Kind::kGauge, "Whether servers are up whose health is watched.");
  servers.for_each_watched(async::Instant::clock::now(), [&out](const auto& service, const auto& url, bool up) {
    out.sample({{"service", service}, {"url", url}}, std::uint64_t{up ? 1U : 0U});
  });
}

void write_control(Exposition& out, const Telemetry& telemetry) {
  out.family("gatehouse_control_up", Kind::kGauge, "Whether control is connected to the edge.");
  out.sample({}, std::uint64_t{telemetry.control_is_here.load() ? 1U : 0U});
  const auto facts = telemetry.control.load();
  if (!facts) return;
  out.family("gatehouse_control_reloads_total", Kind::kCounter, "Static configurations that control was told to read.");
  out.sample({{"result", "success"}}, facts->reloads - facts->reload_failures);
  out.sample({{"result", "failure"}}, facts->reload_failures);
  out.family("gatehouse_control_edges_started_total", Kind::kCounter, "Edges that control has started.");
  out.sample({}, facts->edges_started);
  out.family("gatehouse_engine_up", Kind::kGauge, "Whether control follows the Docker engine's events.");
  if (facts->follows_engine) out.sample({}, std::uint64_t{facts->engine_reached ? 1U : 0U});
  out.family("gatehouse_certificate_not_after", Kind::kGauge, "When certificates that we obtain end, in Unix time.");
  for (const auto& certificate : facts->certificates) {
    if (certificate.not_after == 0) continue;
    out.sample({{"name", certificate.name}, {"source", certificate.source}},
               static_cast<std::uint64_t>(certificate.not_after));
  }
  out.family("gatehouse_certificate_stage", Kind::kGauge, "How far certificates are that we obtain.");
  for (const auto& certificate : facts->certificates) {
    const Labels labels{{"name", certificate.name}, {"source", certificate.source}, {"stage", certificate.stage}};
    out.sample(labels, std::uint64_t{1});
  }
}

void write_losses(Exposition& out, const Telemetry& telemetry) {
  out.family("gatehouse_spans_dropped_total", Kind::kCounter, "Spans that no collector took in time.");
  out.sample({}, telemetry.spans.dropped());
}

void write_process(Exposition& out, const Telemetry& telemetry) {
  const auto usage = telemetry.process.now();
  const auto gauge = [&out](std::string_view name, std::string_view help, std::optional<std::uint64_t> value) {
    out.family(name, Kind::kGauge, help);
    if (value) out.sample({}, *value);
  };
  out.family("process_cpu_seconds_total", Kind::kCounter, "CPU time of the edge, of user and system.");
  out.sample({}, usage.cpu_seconds);
  gauge("process_max_fds", "Descriptors that the edge may have open.", usage.descriptors_max);
  gauge("process_open_fds", "Descriptors that the edge has open.", usage.descriptors);
  gauge("process_resident_memory_bytes", "Memory of the edge that is resident.", usage.resident_bytes);
  gauge("process_virtual_memory_bytes", "Address space of the edge.", usage.virtual_bytes);
  out.family("process_start_time_seconds", Kind::kGauge, "When the edge began, in Unix time.");
  out.sample({}, unix_seconds(telemetry.started));
}

std::string write_page(const Runtime& runtime, const Telemetry& telemetry,
                       const std::vector<observe::TallyState>& states) {
  Exposition out;
  write_configuration(out, telemetry);
  write_certificates(out, *runtime.certificates());
  write_servers(out, runtime.server_statuses());
  write_control(out, telemetry);
  if (const auto* edition = runtime.edition()) {
    observe::Totals totals(edition->bounds);
    for (const auto& state : states) totals.add(state);
    observe::write_request_metrics(out, *edition, totals);
  }
  write_losses(out, telemetry);
  write_process(out, telemetry);
  return out.take();
}

class MetricsPage final : public Handler {
 public:
  [[nodiscard]] Task<Response> handle(Exchange& exchange) const override {
    const auto method = exchange.request.method.id;
    if (method != MethodId::kGet && method != MethodId::kHead) co_return status_response(405);
    auto& worker = exchange.worker();
    auto& telemetry = worker.telemetry.edge;
    auto states = co_await telemetry.tallies.gather(worker.loop, worker.loop.deadline(kGatherTimeMax));
    std::move_only_function<std::shared_ptr<const std::string>()> job = [runtime = exchange.runtime(), &telemetry,
                                                                         states = std::move(states)] {
      return std::make_shared<const std::string>(write_page(*runtime, telemetry, states));
    };
    auto text = co_await worker.offload.run<std::shared_ptr<const std::string>>(worker.loop, std::move(job));
    if (const auto* edition = exchange.runtime()->edition()) telemetry.subjects.told(edition->number);
    co_return shared_response(200, std::move(text), Exposition::kContentType);
  }
};

}  // namespace

HandlerPtr make_metrics_page() { return std::make_shared<MetricsPage>(); }

}  // namespace gatehouse::edge
