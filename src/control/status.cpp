#include "control/status.h"

#include <chrono>

#include "format/json.h"

namespace gatehouse::control {

using format::JsonWriter;

namespace {

void write_texts(JsonWriter& writer, std::string_view name, const std::vector<std::string>& texts) {
  writer.key(name).begin_array();
  for (const auto& text : texts) writer.string(text);
  writer.end_array();
}

void write_router(JsonWriter& writer, const model::SnapshotRouter& router) {
  writer.begin_object().key("name").string(router.name).key("rule").string(router.rule);
  writer.key("service").string(router.service).key("tls").boolean(router.tls);
  writer.key("priority").integer(router.priority);
  write_texts(writer, "entryPoints", router.entry_points);
  write_texts(writer, "middlewares", router.middlewares);
  writer.end_object();
}

void write_certificate(JsonWriter& writer, const acme::CertificateState& state) {
  writer.begin_object().key("source").string(state.source).key("stage").string(to_string(state.stage));
  write_texts(writer, "names", state.names);
  if (state.not_after) {
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(state.not_after->time_since_epoch());
    writer.key("notAfter").integer(seconds.count());  // Unix time
  }
  if (!state.problem.empty()) writer.key("problem").string(state.problem);
  writer.end_object();
}

}  // namespace

std::string encode(const Status& status) {
  JsonWriter writer;
  writer.begin_object().key("version").string(status.version).key("pid").integer(status.pid);
  if (status.edge_pid) writer.key("edgePid").integer(*status.edge_pid);
  writer.key("snapshotId").unsigned_integer(status.snapshot_id).key("localRoot").string(status.local_root);
  writer.key("entryPoints").begin_array();
  for (const auto& [name, entry_point] : status.snapshot.entry_points) {
    writer.begin_object().key("name").string(name).key("address").string(entry_point.address).end_object();
  }
  writer.end_array().key("routers").begin_array();
  for (const auto& router : status.snapshot.routers) write_router(writer, router);
  writer.end_array().key("certificates").begin_array();
  for (const auto& state : status.certificates) write_certificate(writer, state);
  writer.end_array().key("problems").begin_array();
  for (const auto& [source, lines] : status.problems) {
    for (const auto& line : lines) {
      writer.begin_object().key("source").string(source).key("message").string(line).end_object();
    }
  }
  writer.end_array().end_object();
  return writer.take();
}

}  // namespace gatehouse::control
