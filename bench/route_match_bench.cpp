// What finding the router of a request costs: 10 routers against 10,000, by host, by wildcard, by path below one host,
// and the request that nobody answers. The edge's promise is that the number of routers does not show in a request's
// cost.
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include "edge/routing/route_table.h"

namespace {

using namespace gatehouse;

edge::RouteTable compile(const std::vector<std::string>& rules) {
  std::vector<edge::RouteSpec> specs;
  for (const auto& rule : rules) specs.push_back({.name = rule, .rule = rule});
  std::vector<edge::RefusedRoute> refused;
  auto table = edge::RouteTable::compile("web", specs, refused);
  if (!refused.empty()) std::abort();
  return table;
}

// The routers of a server: most with a host, some with a path too, a few for any host.
std::vector<std::string> usual_rules(std::int64_t count) {
  std::vector<std::string> rules;
  for (std::int64_t i = 0; i < count; ++i) {
    rules.push_back(i % 4 == 0 ? fmt::format("Host(`app-{}.example.com`) && PathPrefix(`/api`)", i)
                               : fmt::format("Host(`app-{}.example.com`)", i));
  }
  rules.emplace_back("Host(`*.apps.example.com`)");
  rules.emplace_back("PathPrefix(`/.well-known/acme-challenge/`)");
  return rules;
}

std::vector<std::string> rules_of_one_host(std::int64_t count) {
  std::vector<std::string> rules;
  for (std::int64_t i = 0; i < count; ++i)
    rules.push_back(fmt::format("Host(`example.com`) && PathPrefix(`/s{}/`)", i));
  return rules;
}

void match(benchmark::State& state, const std::vector<std::string>& rules, std::string_view host,
           std::string_view path) {
  const auto table = compile(rules);
  const http::Fields fields;
  const edge::RequestView request{host, path, "", "GET", fields, base::IpAddress(), false};
  for (auto _ : state) benchmark::DoNotOptimize(table.match(request));
}

void by_host(benchmark::State& state) {
  match(state, usual_rules(state.range(0)), "app-8.example.com", "/api/users/42");
}
BENCHMARK(by_host)->Arg(10)->Arg(10'000);

void by_wildcard(benchmark::State& state) { match(state, usual_rules(state.range(0)), "x.apps.example.com", "/"); }
BENCHMARK(by_wildcard)->Arg(10)->Arg(10'000);

void by_path(benchmark::State& state) {
  match(state, rules_of_one_host(state.range(0)), "example.com", "/s7/index.html");
}
BENCHMARK(by_path)->Arg(10)->Arg(10'000);

void by_nobody(benchmark::State& state) { match(state, usual_rules(state.range(0)), "unknown.example.com", "/"); }
BENCHMARK(by_nobody)->Arg(10)->Arg(10'000);

// Every host in turn: what the caches cost when the traffic is spread over all routers.
void by_all_hosts(benchmark::State& state) {
  const auto table = compile(usual_rules(state.range(0)));
  std::vector<std::string> hosts;
  for (std::int64_t i = 0; i < state.range(0); ++i) {
    hosts.push_back(fmt::format("app-{}.example.com", i * 7919 % state.range(0)));
  }
  const http::Fields fields;
  std::size_t i = 0;
  for (auto _ : state) {
    const edge::RequestView request{hosts[i], "/", "", "GET", fields, base::IpAddress(), false};
    benchmark::DoNotOptimize(table.match(request));
    i = i + 1 == hosts.size() ? 0 : i + 1;
  }
}
BENCHMARK(by_all_hosts)->Arg(10)->Arg(10'000);

void compiling(benchmark::State& state) {
  const auto rules = usual_rules(state.range(0));
  for (auto _ : state) benchmark::DoNotOptimize(compile(rules));
}
BENCHMARK(compiling)->Arg(10'000)->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
