// Events, pulls and builds: answers that go on for long.
#include <fmt/format.h>

#include "docker/engine_call.h"

namespace gatehouse::docker {

using async::Deadline;
using base::ErrorCode;
using base::fail;
using base::Fault;
using base::Result;
using http::MethodId;

namespace {

std::string map_json(const Labels& values) {
  if (values.empty()) return {};
  format::JsonWriter writer;
  writer.begin_object();
  for (const auto& [key, value] : values) writer.key(key).string(value);
  writer.end_object();
  return writer.take();
}

std::string list_json(const Texts& values) {
  if (values.empty()) return {};
  format::JsonWriter writer;
  writer.begin_array();
  for (const auto& value : values) writer.string(value);
  writer.end_array();
  return writer.take();
}

}  // namespace

async::Task<Result<EventReader>> Engine::events(EventQuery query) {
  QueryWriter parameters;
  constexpr std::int64_t kNanoseconds = 1'000'000'000;
  if (query.since_ns > 0) {
    // Inclusive: the nanosecond after the last event that was seen.
    const auto since = query.since_ns + 1;
    parameters.add("since", fmt::format("{}.{:09}", since / kNanoseconds, since % kNanoseconds));
  }
  parameters.add("filters", filter_json("type", query.types));
  BASE_CO_TRY(auto response, co_await send({.attempted = "send events", .path = "/events" + parameters.text()}));
  response.body->set_deadline(Deadline::never());
  co_return EventReader(JsonLines(std::move(response.body)));
}

async::Task<Result<Event>> EventReader::next() {
  BASE_CO_TRY(const auto document, co_await lines_.next());
  if (!document) {
    co_return fail(ErrorCode::kClosed, Fault::kBackend, "the Docker engine has ended its stream of events",
                   base::Retry::kYes);
  }
  co_return decode_event(document->root());
}

async::Task<Result<ProgressReader>> Engine::pull_image(std::string reference, std::string platform, base::Secret auth) {
  const auto parsed = parse_image_reference(reference);
  QueryWriter parameters;
  parameters.add("fromImage", parsed.name).add("tag", parsed.tag).add("platform", platform);
  BASE_CO_TRY(auto response, co_await send({.attempted = "pull image " + reference,
                                            .method = MethodId::kPost,
                                            .path = "/images/create" + parameters.text(),
                                            .registry_auth = std::move(auth),
                                            .deadline = Deadline::never()}));
  co_return ProgressReader(JsonLines(std::move(response.body)), "pull image " + reference);
}

async::Task<Result<ProgressReader>> Engine::build_image(BuildOptions options, std::unique_ptr<http::Body> context) {
  QueryWriter parameters;
  for (const auto& tag : options.tags) parameters.add("t", tag);
  parameters.add("dockerfile", options.dockerfile).add("target", options.target);
  parameters.add("networkmode", options.network_mode).add("platform", options.platform);
  parameters.add("buildargs", map_json(options.build_args)).add("labels", map_json(options.labels));
  parameters.add("cachefrom", list_json(options.cache_from));
  for (const auto& host : options.extra_hosts) parameters.add("extrahosts", host);
  if (options.shm_size) parameters.add("shmsize", std::to_string(*options.shm_size));
  parameters.flag("nocache", options.no_cache).flag("pull", options.pull).add("rm", "1");
  const std::string what = "build image " + (options.tags.empty() ? std::string("without a name") : options.tags[0]);
  BASE_CO_TRY(auto response, co_await send({.attempted = what,
                                            .method = MethodId::kPost,
                                            .path = "/build" + parameters.text(),
                                            .body = std::move(context),
                                            .content_type = "application/x-tar",
                                            .deadline = Deadline::never()}));
  co_return ProgressReader(JsonLines(std::move(response.body)), what);
}

async::Task<Result<std::optional<Progress>>> ProgressReader::next() {
  for (;;) {
    BASE_CO_TRY(const auto document, co_await lines_.next());
    if (!document) co_return std::nullopt;
    const auto root = document->root();
    if (const auto error = root.find("error").string()) {
      co_return fail(ErrorCode::kIo, Fault::kOperator,
                     "Docker cannot " + what_ + ": " + std::string(base::trim(*error)));
    }
    if (const auto id = root.find("aux").find("ID").string()) {
      image_id_ = *id;
      continue;
    }
    AnswerReader reader(root, "its progress");
    Progress progress{reader.text("id"), reader.text("status") + reader.text("stream"), 0, 0};
    if (const auto detail = reader.object("progressDetail"); detail.exists()) {
      progress.current = detail.find("current").integer().value_or(0);
      progress.total = detail.find("total").integer().value_or(0);
    }
    BASE_CO_CHECK(reader.finish());
    co_return progress;
  }
}

}  // namespace gatehouse::docker
