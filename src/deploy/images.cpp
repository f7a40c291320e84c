#include "deploy/images.h"

#include <fmt/format.h>

#include "base/text.h"
#include "deploy/registry_auth.h"
#include "docker/build_context.h"

namespace gatehouse::deploy {

using base::ErrorCode;
using base::fail;
using base::Fault;
using base::Result;

namespace {

// The layers of a pull, added up.
class PullProgress {
 public:
  void add(const docker::Progress& progress) {
    if (progress.id.empty() || progress.total <= 0) return;
    layers_[progress.id] = {progress.current, progress.total};
  }
  // "12.3 of 45.6 MB"; empty as long as nothing is known.
  [[nodiscard]] std::string text() const {
    double current = 0;
    double total = 0;
    for (const auto& [id, layer] : layers_) {
      current += static_cast<double>(layer.first);
      total += static_cast<double>(layer.second);
    }
    constexpr double kMegabyte = 1e6;
    if (total == 0) return {};
    return fmt::format("{:.1f} of {:.1f} MB", current / kMegabyte, total / kMegabyte);
  }

 private:
  std::map<std::string, std::pair<std::int64_t, std::int64_t>> layers_;
};

async::Task<Result<void>> pull(docker::Engine& engine, const ImagePlan& image, Report& report) {
  const std::string object = "image " + image.reference;
  report.doing(object, "pulling");
  BASE_CO_TRY(auto reader,
              co_await engine.pull_image(image.reference, image.service->platform, registry_auth(image.reference)));
  PullProgress progress;
  std::string shown;
  for (;;) {
    BASE_CO_TRY(const auto step, co_await reader.next());
    if (!step) break;
    progress.add(*step);
    if (const auto text = progress.text(); !text.empty() && text != shown) {
      shown = text;
      report.doing(object, "pulling " + text);
    }
  }
  report.done(object, "pulled");
  co_return Result<void>{};
}

docker::BuildOptions make_options(const ImagePlan& image, const compose::Build& build) {
  docker::BuildOptions options;
  options.tags = {image.reference};
  options.tags.insert(options.tags.end(), build.tags.begin(), build.tags.end());
  options.target = build.target;
  options.network_mode = build.network;
  options.platform = image.service->platform;
  for (const auto& [name, variable] : build.args) {
    if (variable.value) options.build_args.emplace(name, *variable.value);
  }
  for (const auto& [name, value] : build.labels) options.labels.emplace(name, value.text);
  options.cache_from = build.cache_from;
  for (const auto& [name, addresses] : build.extra_hosts) {
    for (const auto& address : addresses) options.extra_hosts.push_back(name + ":" + address);
  }
  options.shm_size = build.shm_size_bytes;
  options.no_cache = build.no_cache;
  options.pull = build.pull;
  return options;
}

async::Task<Result<void>> build(docker::Engine& engine, const Stack& stack, const ImagePlan& image, Report& report) {
  const auto& settings = *image.service->build;
  const std::string object = "image " + image.reference;
  const auto where = stack.project.locate(settings.at);
  report.doing(object, "building");
  docker::BuildContextOptions source{settings.context, settings.dockerfile, settings.dockerfile_inline};
  auto context = docker::open_build_context(source);
  if (!context) co_return fail(context.error().within(where + ": building " + image.reference));
  auto options = make_options(image, settings);
  options.dockerfile = context->dockerfile;
  BASE_CO_TRY(auto reader, co_await engine.build_image(std::move(options), std::move(context->body)));
  std::string output;
  for (;;) {
    auto step = co_await reader.next();
    if (!step) {
      auto error = std::move(step).error().within(where);
      error.detail = output;
      co_return fail(std::move(error));
    }
    if (!*step) break;
    const auto line = base::trim((*step)->status);
    if (line.empty()) continue;
    output.append("  | ").append(line).append("\n");
    report.doing(object, "building: " + std::string(line.substr(0, line.find('\n'))));
  }
  report.done(object, "built");
  co_return Result<void>{};
}

}  // namespace

async::Task<Result<void>> get_images(docker::Engine& engine, const Stack& stack, const Plan& plan, Report& report) {
  for (const auto& image : plan.images) {
    if (image.source == ImageSource::kPresent) continue;
    if (image.source == ImageSource::kBuild) {
      BASE_CO_CHECK(co_await build(engine, stack, image, report));
      continue;
    }
    const auto pulled = co_await pull(engine, image, report);
    if (pulled) continue;
    const bool is_here = image.reason != "not on this machine";
    if (!is_here) {
      const auto where = stack.project.locate(image.service->position_of("image"));
      co_return fail(pulled.error().within(where));
    }
    report.warning(fmt::format("image {} could not be pulled, the one on this machine is used: {}", image.reference,
                               pulled.error().message));
  }
  co_return Result<void>{};
}

}  // namespace gatehouse::deploy
