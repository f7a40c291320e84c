#include "docker/engine_call.h"

namespace gatehouse::docker {

using async::Deadline;
using base::Result;
using http::MethodId;
using http::percent_encoded;

namespace {

std::string container_path(std::string_view id, std::string_view rest) {
  return "/containers/" + percent_encoded(id) + std::string(rest);
}

}  // namespace

async::Task<Result<std::vector<ContainerSummary>>> Engine::list_containers(ContainerQuery query) {
  QueryWriter parameters;
  parameters.flag("all", query.all).add("filters", filter_json("label", query.labels));
  BASE_CO_TRY(const auto document,
              co_await ask({.attempted = "list containers", .path = "/containers/json" + parameters.text()}));
  std::vector<ContainerSummary> containers;
  for (std::size_t i = 0; i < document.root().size(); ++i) {
    BASE_CO_TRY(auto container, decode_container_summary(document.root().at(i)));
    containers.push_back(std::move(container));
  }
  co_return containers;
}

async::Task<Result<Container>> Engine::inspect_container(std::string id) {
  BASE_CO_TRY(const auto document,
              co_await ask({.attempted = "inspect container " + id, .path = container_path(id, "/json")}));
  co_return decode_container(document.root());
}

async::Task<Result<std::string>> Engine::create_container(std::string name, ContainerSpec spec) {
  if (api_minor_ == 0) BASE_CO_CHECK(co_await negotiate());
  QueryWriter parameters;
  parameters.add("name", name).add("platform", spec.platform);
  BASE_CO_TRY(const auto document, co_await ask({.attempted = "create container " + name,
                                                 .method = MethodId::kPost,
                                                 .path = "/containers/create" + parameters.text(),
                                                 .json = to_json(spec, api_minor_)}));
  AnswerReader reader(document.root(), "the container that it created");
  auto id = reader.required_text("Id");
  BASE_CO_CHECK(reader.finish());
  co_return id;
}

async::Task<Result<void>> Engine::start_container(std::string id) {
  co_return co_await tell(
      {.attempted = "start container " + id, .method = MethodId::kPost, .path = container_path(id, "/start")});
}

async::Task<Result<void>> Engine::stop_container(std::string id, std::optional<std::chrono::seconds> grace) {
  constexpr std::chrono::minutes kGraceMax{10};
  QueryWriter parameters;
  if (grace) parameters.add("t", std::to_string(grace->count()));
  co_return co_await tell({.attempted = "stop container " + id,
                           .method = MethodId::kPost,
                           .path = container_path(id, "/stop" + parameters.text()),
                           .deadline = Deadline::after(grace.value_or(kGraceMax) + kCallTimeout)});
}

async::Task<Result<void>> Engine::kill_container(std::string id, std::string signal) {
  co_return co_await tell({.attempted = "signal container " + id,
                           .method = MethodId::kPost,
                           .path = container_path(id, "/kill" + QueryWriter().add("signal", signal).text())});
}

async::Task<Result<void>> Engine::rename_container(std::string id, std::string name) {
  co_return co_await tell({.attempted = "rename container " + id + " to " + name,
                           .method = MethodId::kPost,
                           .path = container_path(id, "/rename" + QueryWriter().add("name", name).text())});
}

async::Task<Result<void>> Engine::remove_container(std::string id, RemoveOptions options) {
  QueryWriter parameters;
  parameters.flag("force", options.force).flag("v", options.volumes);
  co_return co_await tell({.attempted = "remove container " + id,
                           .method = MethodId::kDelete,
                           .path = container_path(id, parameters.text())});
}

async::Task<Result<std::int64_t>> Engine::wait_container(std::string id, Deadline deadline) {
  BASE_CO_TRY(const auto document, co_await ask({.attempted = "wait for container " + id,
                                                 .method = MethodId::kPost,
                                                 .path = container_path(id, "/wait"),
                                                 .deadline = deadline}));
  AnswerReader reader(document.root(), "the end of a container");
  const auto exit_code = reader.integer("StatusCode");
  BASE_CO_CHECK(reader.finish());
  co_return exit_code;
}

// Whether the stream is framed is said by its content type since API 1.42; before that the terminal decides.
async::Task<Result<LogReader>> Engine::container_logs(std::string id, LogOptions options) {
  BASE_CO_TRY(const auto document,
              co_await ask({.attempted = "inspect container " + id, .path = container_path(id, "/json")}));
  const bool has_terminal = document.root().find("Config").find("Tty").boolean().value_or(false);
  QueryWriter parameters;
  parameters.add("stdout", "1").add("stderr", "1").flag("follow", options.follow);
  parameters.flag("timestamps", options.timestamps).add("tail", options.tail).add("since", options.since);
  BASE_CO_TRY(auto response, co_await send({.attempted = "show the logs of container " + id,
                                            .path = container_path(id, "/logs" + parameters.text())}));
  if (options.follow) response.body->set_deadline(Deadline::never());
  co_return LogReader(std::move(response.body), has_terminal ? LogFraming::kPlain : LogFraming::kMultiplexed);
}

async::Task<Result<void>> Engine::put_archive(std::string id, std::string folder, std::string tar) {
  co_return co_await tell({.attempted = "copy files into container " + id,
                           .method = MethodId::kPut,
                           .path = container_path(id, "/archive" + QueryWriter().add("path", folder).text()),
                           .body = std::make_unique<http::TextBody>(std::move(tar)),
                           .content_type = "application/x-tar"});
}

async::Task<Result<ExecResult>> Engine::exec(std::string id, Texts command, Deadline deadline) {
  format::JsonWriter writer;
  writer.begin_object().key("AttachStdout").boolean(true).key("AttachStderr").boolean(true).key("Cmd").begin_array();
  for (const auto& word : command) writer.string(word);
  writer.end_array().end_object();
  BASE_CO_TRY(const auto created, co_await ask({.attempted = "run a command in container " + id,
                                                .method = MethodId::kPost,
                                                .path = container_path(id, "/exec"),
                                                .json = writer.take()}));
  AnswerReader reader(created.root(), "a command");
  const auto exec_id = reader.required_text("Id");
  BASE_CO_CHECK(reader.finish());
  BASE_CO_TRY(auto response, co_await send({.attempted = "run a command in container " + id,
                                            .method = MethodId::kPost,
                                            .path = "/exec/" + percent_encoded(exec_id) + "/start",
                                            .json = R"({"Detach":false,"Tty":false})",
                                            .deadline = deadline}));
  LogReader output(std::move(response.body), LogFraming::kMultiplexed);
  ExecResult result;
  for (;;) {
    BASE_CO_TRY(const auto pieces, co_await output.next());
    if (pieces.empty()) break;
    for (const auto& piece : pieces)
      (piece.stream == LogStream::kStdout ? result.output : result.errors) += piece.bytes;
  }
  BASE_CO_TRY(const auto ended, co_await ask({.attempted = "look at a command in container " + id,
                                              .path = "/exec/" + percent_encoded(exec_id) + "/json"}));
  result.exit_code = ended.root().find("ExitCode").integer().value_or(-1);
  co_return result;
}

}  // namespace gatehouse::docker
