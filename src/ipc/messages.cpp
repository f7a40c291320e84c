#include "ipc/messages.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "format/json.h"

namespace gatehouse::ipc {

using base::ErrorCode;
using base::fail;
using base::Fault;
using base::Result;
using format::JsonDocument;
using format::JsonValue;
using format::JsonWriter;

namespace {

Message make(Type type, JsonWriter& writer) { return {.type = type, .payload = writer.take(), .descriptors = {}}; }

base::Failure malformed(std::string_view what) {
  return fail(ErrorCode::kInvalid, Fault::kInternal,
              "the other process sent a malformed message: " + std::string(what));
}

// Reads the members of a payload; remembers that one was missing, so that there is one check at the end.
class Reader {
 public:
  static Result<Reader> open(const Message& message, Type type) {
    if (message.type != type) return malformed("of another type than expected");
    auto document = JsonDocument::parse(message.payload);
    if (!document) return malformed(document.error().message);
    return Reader(*std::move(document));
  }

  std::string text(std::string_view name) { return std::string(take(document_.root().find(name).string())); }
  std::uint64_t count(std::string_view name) { return take(document_.root().find(name).unsigned_integer()); }
  std::int64_t number(std::string_view name) { return take(document_.root().find(name).integer()); }
  bool truth(std::string_view name) { return take(document_.root().find(name).boolean()); }
  [[nodiscard]] JsonValue member(std::string_view name) const { return document_.root().find(name); }
  std::string text_of(JsonValue value) { return std::string(take(value.string())); }
  std::uint64_t count_of(JsonValue value) { return take(value.unsigned_integer()); }
  std::int64_t number_of(JsonValue value) { return take(value.integer()); }

  template <class T>
  Result<T> finish(T value) {
    if (!complete_) return malformed("a member is missing or of another kind");
    return value;
  }

 private:
  explicit Reader(JsonDocument document) : document_(std::move(document)) {}

  template <class T>
  T take(std::optional<T> value) {
    complete_ = complete_ && value.has_value();
    return value.value_or(T{});
  }

  JsonDocument document_;
  bool complete_ = true;
};

}  // namespace

Message Hello::to_message() const {
  JsonWriter writer;
  writer.begin_object().key("role").string(role).key("version").string(version).key("build").string(build);
  writer.key("pid").integer(pid).key("snapshotId").unsigned_integer(snapshot_id).end_object();
  return make(Type::kHello, writer);
}

Result<Hello> Hello::from(const Message& message) {
  BASE_TRY(auto reader, Reader::open(message, Type::kHello));
  Hello hello{.role = reader.text("role"),
              .version = reader.text("version"),
              .build = reader.text("build"),
              .pid = reader.number("pid"),
              .snapshot_id = reader.count("snapshotId")};
  return reader.finish(std::move(hello));
}

Message Listeners::to_message() && {
  JsonWriter writer;
  std::vector<sys::Fd> descriptors;
  writer.begin_object().key("entries").begin_array();
  for (auto& entry : entries) {
    writer.begin_object().key("entryPoint").string(entry.entry_point);
    writer.key("sockets").unsigned_integer(entry.sockets.size()).end_object();
    std::ranges::move(entry.sockets, std::back_inserter(descriptors));
  }
  writer.end_array().end_object();
  Message message = make(Type::kListeners, writer);
  message.descriptors = std::move(descriptors);
  return message;
}

Result<Listeners> Listeners::from(Message message) {
  BASE_TRY(auto reader, Reader::open(message, Type::kListeners));
  Listeners listeners;
  std::size_t next = 0;
  const auto entries = reader.member("entries");
  for (std::size_t i = 0; i < entries.size(); ++i) {
    Entry entry{.entry_point = reader.text_of(entries.at(i).find("entryPoint")), .sockets = {}};
    const auto count = reader.count_of(entries.at(i).find("sockets"));
    if (count > message.descriptors.size() - next) return malformed("fewer descriptors than names");
    for (std::uint64_t n = 0; n < count; ++n) entry.sockets.push_back(std::move(message.descriptors[next++]));
    listeners.entries.push_back(std::move(entry));
  }
  return reader.finish(std::move(listeners));
}

Message StopListening::to_message() const {
  JsonWriter writer;
  writer.begin_object().key("entryPoints").begin_array();
  for (const auto& name : entry_points) writer.string(name);
  writer.end_array().end_object();
  return make(Type::kStopListening, writer);
}

Result<StopListening> StopListening::from(const Message& message) {
  BASE_TRY(auto reader, Reader::open(message, Type::kStopListening));
  StopListening result;
  const auto names = reader.member("entryPoints");
  for (std::size_t i = 0; i < names.size(); ++i) result.entry_points.push_back(reader.text_of(names.at(i)));
  return reader.finish(std::move(result));
}

Message SnapshotApplied::to_message() const {
  JsonWriter writer;
  writer.begin_object().key("id").unsigned_integer(id).key("error").string(error).key("problems").begin_array();
  for (const auto& problem : problems) {
    writer.begin_object().key("object").string(problem.object).key("message").string(problem.message).end_object();
  }
  writer.end_array().end_object();
  return make(Type::kSnapshotApplied, writer);
}

Result<SnapshotApplied> SnapshotApplied::from(const Message& message) {
  BASE_TRY(auto reader, Reader::open(message, Type::kSnapshotApplied));
  SnapshotApplied applied{.id = reader.count("id"), .error = reader.text("error"), .problems = {}};
  const auto problems = reader.member("problems");
  for (std::size_t i = 0; i < problems.size(); ++i) {
    applied.problems.push_back(
        {reader.text_of(problems.at(i).find("object")), reader.text_of(problems.at(i).find("message"))});
  }
  return reader.finish(std::move(applied));
}

Message Drain::to_message() const {
  JsonWriter writer;
  writer.begin_object().key("graceMs").integer(grace_ms).end_object();
  return make(Type::kDrain, writer);
}

Result<Drain> Drain::from(const Message& message) {
  BASE_TRY(auto reader, Reader::open(message, Type::kDrain));
  const Drain drain{.grace_ms = reader.number("graceMs")};
  return reader.finish(drain);
}

Message Stats::to_message() const {
  JsonWriter writer;
  writer.begin_object().key("openConnections").unsigned_integer(open_connections);
  writer.key("requests").unsigned_integer(requests);
  writer.key("accessLinesDropped").unsigned_integer(access_lines_dropped).end_object();
  return make(Type::kStats, writer);
}

Result<Stats> Stats::from(const Message& message) {
  BASE_TRY(auto reader, Reader::open(message, Type::kStats));
  const Stats stats{.open_connections = reader.count("openConnections"),
                    .requests = reader.count("requests"),
                    .access_lines_dropped = reader.count("accessLinesDropped")};
  return reader.finish(stats);
}

Message ControlFacts::to_message() const {
  JsonWriter writer;
  writer.begin_object().key("reloads").unsigned_integer(reloads);
  writer.key("reloadFailures").unsigned_integer(reload_failures);
  writer.key("edgesStarted").unsigned_integer(edges_started);
  writer.key("followsEngine").boolean(follows_engine).key("engineReached").boolean(engine_reached);
  writer.key("certificates").begin_array();
  for (const auto& certificate : certificates) {
    writer.begin_object().key("name").string(certificate.name).key("source").string(certificate.source);
    writer.key("stage").string(certificate.stage).key("notAfter").integer(certificate.not_after);
    writer.key("problem").string(certificate.problem).end_object();
  }
  writer.end_array().end_object();
  return make(Type::kControlFacts, writer);
}

Result<ControlFacts> ControlFacts::from(const Message& message) {
  BASE_TRY(auto reader, Reader::open(message, Type::kControlFacts));
  ControlFacts facts{.reloads = reader.count("reloads"),
                     .reload_failures = reader.count("reloadFailures"),
                     .edges_started = reader.count("edgesStarted"),
                     .follows_engine = reader.truth("followsEngine"),
                     .engine_reached = reader.truth("engineReached"),
                     .certificates = {}};
  const auto certificates = reader.member("certificates");
  for (std::size_t i = 0; i < certificates.size(); ++i) {
    const auto item = certificates.at(i);
    facts.certificates.push_back({.name = reader.text_of(item.find("name")),
                                  .source = reader.text_of(item.find("source")),
                                  .stage = reader.text_of(item.find("stage")),
                                  .not_after = reader.number_of(item.find("notAfter")),
                                  .problem = reader.text_of(item.find("problem"))});
  }
  return reader.finish(std::move(facts));
}

Message snapshot_message(std::string encoded_snapshot) {
  return {.type = Type::kSnapshot, .payload = std::move(encoded_snapshot), .descriptors = {}};
}

Message access_log_message(sys::Fd file) {
  Message message{.type = Type::kAccessLogFile, .payload = {}, .descriptors = {}};
  message.descriptors.push_back(std::move(file));
  return message;
}

Message empty_message(Type type) { return {.type = type, .payload = {}, .descriptors = {}}; }

}  // namespace gatehouse::ipc
