#include "wire/bed.h"

#include <stdexcept>

#include <fmt/format.h>
#include <sys/socket.h>

#include "net/datagram.h"
#include "net/listener.h"

namespace gatehouse::tests {

model::Snapshot snapshot_of(const std::vector<std::string>& server_urls) {
  model::Snapshot snapshot;
  snapshot.id = 1;
  snapshot.entry_points["web"].address = "127.0.0.1:0";
  auto& servers = snapshot.services["app@test"].load_balancer.emplace().servers;
  for (const auto& url : server_urls) servers.emplace_back().url = url;
  add_router(snapshot, "all@test", "PathPrefix(`/`)", "app@test");
  return snapshot;
}

model::LoadBalancer& load_balancer_of(model::Snapshot& snapshot) {
  return *snapshot.services["app@test"].load_balancer;
}

model::SnapshotRouter& add_router(model::Snapshot& snapshot, std::string name, std::string rule, std::string service) {
  auto& router = snapshot.routers.emplace_back();
  router.name = std::move(name);
  router.provider = "test";
  router.rule = std::move(rule);
  router.priority = static_cast<std::int64_t>(router.rule.size());
  router.entry_points = {"web"};
  router.service = std::move(service);
  return router;
}

std::string forwarded_fields(std::string_view host, std::string_view port) {
  return fmt::format(
      "X-Real-Ip: 127.0.0.1\r\nX-Forwarded-Proto: http\r\nX-Forwarded-Port: {}\r\nX-Forwarded-Host: {}\r\n"
      "X-Forwarded-Server: {}\r\nX-Forwarded-For: 127.0.0.1\r\n",
      port, host, kHostName);
}

namespace {

// A pair of connected sockets: what is written to the one comes out of the other.
std::pair<sys::Fd, sys::Fd> pipe() {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) throw std::runtime_error("socketpair");
  return {sys::Fd(ends[0]), sys::Fd(ends[1])};
}

}  // namespace

Bed::MainThread::MainThread(async::Offload& offload, base::Log& log)
    : checks_(loop_, offload, net::Resolver(offload), log), thread_([this] {
        loop_.run();
        checks_.watch({});
      }) {}

Bed::MainThread::~MainThread() { loop_.stop(); }

void Bed::MainThread::watch(std::shared_ptr<const edge::Runtime> runtime) {
  loop_.post([this, runtime = std::move(runtime)] { checks_.watch(runtime->health_targets()); });
}

Bed::Bed(const model::Snapshot& snapshot) : log_lines_(sys::Fd()), main_(offload_, log_) {
  auto [reader, writer] = pipe();
  log_lines_ = Peer(std::move(reader));
  access_log_.redirect(std::move(writer));
  worker_ = std::make_unique<edge::Worker>(offload_, net::Resolver(offload_), log_, access_log_, telemetry_);
  apply(snapshot);
  for (const auto& [name, entry_point] : snapshot.entry_points) listen(name, entry_point.address.ends_with("/udp"));
}

void Bed::apply(const model::Snapshot& snapshot) {
  std::vector<edge::Problem> problems;
  runtime_ = edge::Runtime::compile(snapshot, runtime_.get(), context_, problems);
  if (!problems.empty()) throw std::runtime_error(problems.front().object + ": " + problems.front().message);
  worker_->apply(runtime_);
  main_.watch(runtime_);
}

void Bed::listen(const std::string& entry_point, bool udp) {
  const auto address = *net::SocketAddress::from_ip("127.0.0.1", 0);
  auto socket = udp ? net::open_datagram_listener(address, net::SharePort::kYes)
                    : net::open_listener(address, net::SharePort::kYes);
  if (!socket) throw std::runtime_error(socket.error().message);
  ports_[entry_point] = net::SocketAddress::local_of(socket->get()).port();
  worker_->listen(entry_point, *std::move(socket));
}

Peer Bed::connect(const std::string& entry_point) { return Peer::connect(ports_.at(entry_point)); }

std::string Bed::take_log_line() {
  auto line = log_lines_.take_through("\n");
  line.pop_back();
  return line;
}

}  // namespace gatehouse::tests
