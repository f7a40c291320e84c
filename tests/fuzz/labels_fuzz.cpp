// Labels of containers, flags and variables are text from strangers: any of it decodes or is refused with a message,
// and what decodes survives the way through JSON. The input is lines of name=value; the first line says what they are.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/text.h"
#include "format/json.h"
#include "model/check.h"
#include "model/decode.h"
#include "model/json.h"
#include "model/static_source.h"
#include "model/unsupported.h"

namespace {

using namespace gatehouse;

void require(bool holds) {
  if (!holds) std::abort();
}

template <class T>
bool explained(const base::Result<T>& result) {
  require(result.has_value() || !result.error().message.empty());
  return result.has_value();
}

// Bytes that are no UTF-8 are replaced once, so the second way through JSON must change nothing.
template <class T>
void require_round_trip(const T& value) {
  const auto once = model::to_json(value);
  const auto document = format::JsonDocument::parse(once);
  require(document.has_value());
  const auto back = model::from_json<T>(document->root());
  require(back.has_value());
  require(model::to_json(*back) == once);
}

void try_labels(const model::Labels& labels) {
  explained(model::decode_container_labels(labels));
  const auto config = model::decode_labels(labels);
  if (!explained(config)) return;
  require_round_trip(*config);
  model::unsupported_options(*config);
  for (const auto& [name, router] : config->http.routers) explained(model::check(router));
  for (const auto& [name, service] : config->http.services) explained(model::check(service));
  for (const auto& [name, middleware] : config->http.middlewares) explained(model::check(middleware));
  for (const auto& [name, router] : config->tcp.routers) explained(model::check(router));
  for (const auto& [name, service] : config->tcp.services) explained(model::check(service));
  for (const auto& [name, middleware] : config->tcp.middlewares) explained(model::check(middleware));
}

void try_static(const model::StaticSources& sources) {
  const auto result = model::load_static(sources);
  if (!explained(result)) return;
  require_round_trip(result->config);
  model::unsupported_options(result->config);
  explained(model::check(result->config));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  model::Labels labels;
  model::StaticSources sources;
  const auto lines = base::split(text, '\n');
  for (const auto& line : lines) {
    if (&line == &lines.front()) continue;
    const auto equals = line.find('=');
    const std::string name(line.substr(0, equals));
    const std::string value(equals == std::string_view::npos ? std::string_view() : line.substr(equals + 1));
    labels[name] = value;
    sources.environment.emplace_back(name, value);
    sources.arguments.emplace_back(line);
  }
  if (lines.front() == "labels") {
    try_labels(labels);
  } else if (lines.front() == "flags") {
    sources.environment.clear();
    try_static(sources);
  } else {
    sources.arguments.clear();
    try_static(sources);
  }
  return 0;
}
