#include "compose/decode.h"

namespace gatehouse::compose {

using format::YamlNode;

namespace {

Resources decode_resources(const FieldReader& reader) {
  Resources resources;
  reader.number("cpus", resources.cpus);
  reader.size("memory", resources.memory_bytes);
  reader.integer("pids", resources.pids);
  if (const auto* devices = reader.find("devices")) {
    resources.devices = decode_device_requests(*devices, reader.path_of("devices"), reader.decoding());
  }
  return resources;
}

UpdateConfig decode_update_config(const FieldReader& reader) {
  UpdateConfig config;
  reader.integer("parallelism", config.parallelism);
  reader.duration("delay", config.delay);
  reader.duration("monitor", config.monitor);
  reader.text("failure_action", config.failure_action);
  reader.number("max_failure_ratio", config.max_failure_ratio);
  reader.text("order", config.order);
  if (!config.order.empty() && config.order != "start-first" && config.order != "stop-first") {
    reader.fail(*reader.find("order"), "order", "is neither start-first nor stop-first");
  }
  return config;
}

RestartPolicy decode_restart_policy(const FieldReader& reader) {
  RestartPolicy policy;
  reader.text("condition", policy.condition);
  reader.duration("delay", policy.delay);
  reader.duration("window", policy.window);
  reader.integer("max_attempts", policy.max_attempts);
  return policy;
}

}  // namespace

std::vector<DeviceRequest> decode_device_requests(const YamlNode& list, const std::string& path, Decoding decoding) {
  std::vector<DeviceRequest> requests;
  if (list.is_scalar()) {  // gpus: all
    if (list.text != "all") decoding.problems.error(list.at, path + " has to be 'all' or a list");
    DeviceRequest all;
    all.count = -1;
    all.capabilities = {"gpu"};
    requests.push_back(std::move(all));
    return requests;
  }
  for (const auto& item : list.items) {
    const FieldReader reader(item, path, decoding);
    DeviceRequest request;
    reader.text("driver", request.driver);
    const auto* count = reader.find("count");
    if (count != nullptr && count->text == "all") {
      request.count = -1;
    } else {
      reader.integer("count", request.count);
    }
    reader.texts("device_ids", request.device_ids);
    reader.texts("capabilities", request.capabilities);
    reader.options("options", request.options);
    requests.push_back(std::move(request));
  }
  return requests;
}

Deploy decode_deploy(const FieldReader& deploy) {
  Deploy result;
  result.at = deploy.at();
  deploy.text("mode", result.mode);
  deploy.text("endpoint_mode", result.endpoint_mode);
  deploy.integer("replicas", result.replicas);
  deploy.labels("labels", result.labels);
  const auto resources = deploy.under("resources");
  result.limits = decode_resources(resources.under("limits"));
  result.reservations = decode_resources(resources.under("reservations"));
  if (deploy.has("update_config")) result.update_config = decode_update_config(deploy.under("update_config"));
  if (deploy.has("rollback_config")) result.rollback_config = decode_update_config(deploy.under("rollback_config"));
  if (deploy.has("restart_policy")) result.restart_policy = decode_restart_policy(deploy.under("restart_policy"));
  const auto placement = deploy.under("placement");
  placement.texts("constraints", result.placement_constraints);
  placement.integer("max_replicas_per_node", result.max_replicas_per_node);
  if (const auto* preferences = placement.find("preferences")) {
    for (const auto& item : preferences->items) {
      if (const auto* spread = item.find("spread")) result.placement_spread.push_back(spread->text);
    }
  }
  return result;
}

}  // namespace gatehouse::compose
