#include <algorithm>

#include "compose/schema.h"

namespace gatehouse::compose {

namespace {

using Words = std::string_view;
constexpr auto kUnsupported = Support::kNone;

constexpr Schema kAnyText{.forms = kText};
constexpr Schema kTextOrNull{.forms = kText | kNull};
constexpr Schema kFlag{.forms = kBoolean | kText};
constexpr Schema kCount{.forms = kNumber | kText};
constexpr Schema kSize{.forms = kNumber | kText};
constexpr Schema kScalar{.forms = kText | kNumber | kBoolean | kNull};
constexpr Schema kTexts{.forms = kList, .item = &kAnyText};
constexpr Schema kTextOrTexts{.forms = kText | kList, .item = &kAnyText};
constexpr Schema kTextsOrNumbers{.forms = kList, .item = &kCount};
constexpr Schema kOptions{.forms = kMapping, .key_rule = Keys::kAny, .value = &kScalar};
constexpr Schema kTextOptions{.forms = kMapping, .key_rule = Keys::kAny, .value = &kCount};
constexpr Schema kListOrMapping{
    .forms = kList | kMapping, .key_rule = Keys::kAny, .value = &kScalar, .item = &kAnyText};
constexpr Schema kHosts{.forms = kList | kMapping, .key_rule = Keys::kAny, .value = &kTextOrTexts, .item = &kAnyText};
constexpr Schema kCommand{.forms = kText | kList | kNull, .item = &kAnyText};
constexpr Schema kAnything{.forms = kText | kNumber | kBoolean | kNull | kList | kMapping, .key_rule = Keys::kAny};

constexpr SchemaKey kUlimitKeys[] = {{"soft", &kCount, Support::kYes, true}, {"hard", &kCount, Support::kYes, true}};
constexpr Schema kUlimit{.forms = kNumber | kText | kMapping, .keys = kUlimitKeys, .key_rule = Keys::kExtensible};
constexpr Schema kUlimits{.forms = kMapping, .key_rule = Keys::kAny, .value = &kUlimit};

constexpr SchemaKey kFileMountKeys[] = {
    {"source", &kAnyText}, {"target", &kAnyText}, {"uid", &kAnyText}, {"gid", &kAnyText}, {"mode", &kCount}};
constexpr Schema kFileMount{.forms = kText | kMapping, .keys = kFileMountKeys, .key_rule = Keys::kExtensible};
constexpr Schema kFileMounts{.forms = kList, .item = &kFileMount};

constexpr SchemaKey kBuildKeys[] = {
    {"context", &kAnyText},
    {"dockerfile", &kAnyText},
    {"dockerfile_inline", &kAnyText},
    {"entitlements", &kTexts},
    {"args", &kListOrMapping},
    {"ssh", &kListOrMapping},
    {"labels", &kListOrMapping},
    {"cache_from", &kTexts},
    {"cache_to", &kTexts},
    {"no_cache", &kFlag},
    {"additional_contexts", &kListOrMapping},
    {"network", &kAnyText},
    {"provenance", &kFlag, kUnsupported},
    {"sbom", &kFlag, kUnsupported},
    {"pull", &kFlag},
    {"target", &kAnyText},
    {"shm_size", &kSize},
    {"extra_hosts", &kHosts},
    {"isolation", &kAnyText},
    {"privileged", &kFlag},
    {"secrets", &kFileMounts},
    {"tags", &kTexts},
    {"ulimits", &kUlimits},
    {"platforms", &kTexts},
};
constexpr Schema kBuild{.forms = kText | kMapping, .keys = kBuildKeys, .key_rule = Keys::kExtensible};

constexpr Words kConditions[] = {"service_started", "service_healthy", "service_completed_successfully"};
constexpr Schema kCondition{.forms = kText, .words = kConditions};
constexpr SchemaKey kDependencyKeys[] = {
    {"condition", &kCondition, Support::kYes, true}, {"restart", &kFlag}, {"required", &kFlag}};
constexpr Schema kDependency{.forms = kMapping, .keys = kDependencyKeys, .key_rule = Keys::kExtensible};
constexpr Schema kDependsOn{
    .forms = kList | kMapping, .key_rule = Keys::kNames, .value = &kDependency, .item = &kAnyText};

constexpr SchemaKey kDeviceKeys[] = {
    {"source", &kAnyText, Support::kYes, true}, {"target", &kAnyText}, {"permissions", &kAnyText}};
constexpr Schema kDevice{.forms = kText | kMapping, .keys = kDeviceKeys, .key_rule = Keys::kExtensible};
constexpr Schema kDevices{.forms = kList, .item = &kDevice};

constexpr SchemaKey kEnvFileKeys[] = {
    {"path", &kAnyText, Support::kYes, true}, {"format", &kAnyText}, {"required", &kFlag}};
constexpr Schema kEnvFile{.forms = kText | kMapping, .keys = kEnvFileKeys};
constexpr Schema kEnvFiles{.forms = kText | kList, .item = &kEnvFile};

constexpr SchemaKey kExtendsKeys[] = {{"service", &kAnyText, Support::kYes, true}, {"file", &kAnyText}};
constexpr Schema kExtends{.forms = kText | kMapping, .keys = kExtendsKeys};

constexpr SchemaKey kHealthCheckKeys[] = {
    {"disable", &kFlag},    {"interval", &kAnyText},     {"retries", &kCount},          {"test", &kTextOrTexts},
    {"timeout", &kAnyText}, {"start_period", &kAnyText}, {"start_interval", &kAnyText},
};
constexpr Schema kHealthCheck{.forms = kMapping, .keys = kHealthCheckKeys, .key_rule = Keys::kExtensible};

constexpr SchemaKey kLoggingKeys[] = {{"driver", &kAnyText}, {"options", &kOptions}};
constexpr Schema kLogging{.forms = kMapping, .keys = kLoggingKeys, .key_rule = Keys::kExtensible};

constexpr SchemaKey kAttachmentKeys[] = {
    {"aliases", &kTexts},           {"interface_name", &kAnyText}, {"ipv4_address", &kAnyText},
    {"ipv6_address", &kAnyText},    {"link_local_ips", &kTexts},   {"mac_address", &kAnyText},
    {"driver_opts", &kTextOptions}, {"priority", &kCount},         {"gw_priority", &kCount},
};
constexpr Schema kAttachment{.forms = kMapping | kNull, .keys = kAttachmentKeys, .key_rule = Keys::kExtensible};
constexpr Schema kAttachments{
    .forms = kList | kMapping, .key_rule = Keys::kNames, .value = &kAttachment, .item = &kAnyText};

constexpr SchemaKey kPortKeys[] = {
    {"name", &kAnyText},    {"mode", &kAnyText},     {"host_ip", &kAnyText},      {"target", &kCount},
    {"published", &kCount}, {"protocol", &kAnyText}, {"app_protocol", &kAnyText},
};
constexpr Schema kPort{.forms = kNumber | kText | kMapping, .keys = kPortKeys, .key_rule = Keys::kExtensible};
constexpr Schema kPorts{.forms = kList, .item = &kPort};

constexpr Words kMountTypes[] = {"bind", "volume", "tmpfs", "cluster", "npipe", "image"};
constexpr Schema kMountType{.forms = kText, .words = kMountTypes};
constexpr Words kRecursions[] = {"enabled", "disabled", "writable", "readonly"};
constexpr Schema kRecursion{.forms = kText, .words = kRecursions};
constexpr Words kSelinuxLabels[] = {"z", "Z"};
constexpr Schema kSelinuxLabel{.forms = kText, .words = kSelinuxLabels};
constexpr SchemaKey kBindKeys[] = {
    {"propagation", &kAnyText}, {"create_host_path", &kFlag}, {"recursive", &kRecursion}, {"selinux", &kSelinuxLabel}};
constexpr Schema kBind{.forms = kMapping, .keys = kBindKeys, .key_rule = Keys::kExtensible};
constexpr SchemaKey kMountVolumeKeys[] = {{"labels", &kListOrMapping}, {"nocopy", &kFlag}, {"subpath", &kAnyText}};
constexpr Schema kMountVolume{.forms = kMapping, .keys = kMountVolumeKeys, .key_rule = Keys::kExtensible};
constexpr SchemaKey kMountTmpfsKeys[] = {{"size", &kSize}, {"mode", &kCount}};
constexpr Schema kMountTmpfs{.forms = kMapping, .keys = kMountTmpfsKeys, .key_rule = Keys::kExtensible};
constexpr SchemaKey kMountImageKeys[] = {{"subpath", &kAnyText}};
constexpr Schema kMountImage{.forms = kMapping, .keys = kMountImageKeys, .key_rule = Keys::kExtensible};
constexpr SchemaKey kMountKeys[] = {
    {"type", &kMountType, Support::kYes, true},
    {"source", &kAnyText},
    {"target", &kAnyText},
    {"read_only", &kFlag},
    {"consistency", &kAnyText},
    {"bind", &kBind},
    {"volume", &kMountVolume},
    {"tmpfs", &kMountTmpfs},
    {"image", &kMountImage},
};
constexpr Schema kMount{.forms = kText | kMapping, .keys = kMountKeys, .key_rule = Keys::kExtensible};
constexpr Schema kMounts{.forms = kList, .item = &kMount};

constexpr SchemaKey kUpdateKeys[] = {
    {"parallelism", &kCount}, {"delay", &kAnyText},           {"failure_action", &kAnyText},
    {"monitor", &kAnyText},   {"max_failure_ratio", &kCount}, {"order", &kAnyText},
};
constexpr Schema kUpdate{.forms = kMapping, .keys = kUpdateKeys, .key_rule = Keys::kExtensible};
constexpr SchemaKey kLimitsKeys[] = {{"cpus", &kCount}, {"memory", &kAnyText}, {"pids", &kCount}};
constexpr Schema kLimits{.forms = kMapping, .keys = kLimitsKeys, .key_rule = Keys::kExtensible};
constexpr SchemaKey kDeviceRequestKeys[] = {
    {"capabilities", &kTexts}, {"count", &kCount},           {"device_ids", &kTexts},
    {"driver", &kAnyText},     {"options", &kListOrMapping},
};
constexpr Schema kDeviceRequest{.forms = kMapping, .keys = kDeviceRequestKeys, .key_rule = Keys::kExtensible};
constexpr Schema kDeviceRequests{.forms = kList, .item = &kDeviceRequest};
constexpr SchemaKey kReservationsKeys[] = {
    {"cpus", &kCount},
    {"memory", &kAnyText},
    {"generic_resources", &kAnything, kUnsupported},
    {"devices", &kDeviceRequests},
};
constexpr Schema kReservations{.forms = kMapping, .keys = kReservationsKeys, .key_rule = Keys::kExtensible};
constexpr SchemaKey kResourcesKeys[] = {{"limits", &kLimits}, {"reservations", &kReservations}};
constexpr Schema kResources{.forms = kMapping, .keys = kResourcesKeys, .key_rule = Keys::kExtensible};
constexpr SchemaKey kRestartPolicyKeys[] = {
    {"condition", &kAnyText}, {"delay", &kAnyText}, {"max_attempts", &kCount}, {"window", &kAnyText}};
constexpr Schema kRestartPolicy{.forms = kMapping, .keys = kRestartPolicyKeys, .key_rule = Keys::kExtensible};
constexpr SchemaKey kPreferenceKeys[] = {{"spread", &kAnyText}};
constexpr Schema kPreference{.forms = kMapping, .keys = kPreferenceKeys, .key_rule = Keys::kExtensible};
constexpr Schema kPreferences{.forms = kList, .item = &kPreference};
constexpr SchemaKey kPlacementKeys[] = {
    {"constraints", &kTexts}, {"preferences", &kPreferences}, {"max_replicas_per_node", &kCount}};
constexpr Schema kPlacement{.forms = kMapping, .keys = kPlacementKeys, .key_rule = Keys::kExtensible};
constexpr SchemaKey kDeployKeys[] = {
    {"mode", &kAnyText},         {"endpoint_mode", &kAnyText},        {"replicas", &kCount},
    {"labels", &kListOrMapping}, {"rollback_config", &kUpdate},       {"update_config", &kUpdate},
    {"resources", &kResources},  {"restart_policy", &kRestartPolicy}, {"placement", &kPlacement},
};
constexpr Schema kDeploy{.forms = kMapping | kNull, .keys = kDeployKeys, .key_rule = Keys::kExtensible};

constexpr Words kCgroupModes[] = {"host", "private"};
constexpr Schema kCgroup{.forms = kText, .words = kCgroupModes};
constexpr Schema kGpus{.forms = kText | kList, .item = &kDeviceRequest};

constexpr SchemaKey kServiceKeys[] = {
    {"annotations", &kListOrMapping},
    {"attach", &kFlag, kUnsupported},
    {"blkio_config", &kAnything, kUnsupported},
    {"build", &kBuild},
    {"cap_add", &kTexts},
    {"cap_drop", &kTexts},
    {"cgroup", &kCgroup},
    {"cgroup_parent", &kAnyText},
    {"command", &kCommand},
    {"configs", &kFileMounts},
    {"container_name", &kAnyText},
    {"cpu_count", &kCount, kUnsupported},
    {"cpu_percent", &kCount, kUnsupported},
    {"cpu_period", &kCount},
    {"cpu_quota", &kCount},
    {"cpu_rt_period", &kCount, kUnsupported},
    {"cpu_rt_runtime", &kCount, kUnsupported},
    {"cpu_shares", &kCount},
    {"cpus", &kCount},
    {"cpuset", &kAnyText},
    {"credential_spec", &kAnything, kUnsupported},
    {"depends_on", &kDependsOn},
    {"deploy", &kDeploy},
    {"develop", &kAnything, kUnsupported},
    {"device_cgroup_rules", &kTexts},
    {"devices", &kDevices},
    {"dns", &kTextOrTexts},
    {"dns_opt", &kTexts},
    {"dns_search", &kTextOrTexts},
    {"domainname", &kAnyText},
    {"entrypoint", &kCommand},
    {"env_file", &kEnvFiles},
    {"environment", &kListOrMapping},
    {"expose", &kTextsOrNumbers},
    {"extends", &kExtends},
    {"external_links", &kTexts},
    {"extra_hosts", &kHosts},
    {"gpus", &kGpus},
    {"group_add", &kTextsOrNumbers},
    {"healthcheck", &kHealthCheck},
    {"hostname", &kAnyText},
    {"image", &kAnyText},
    {"init", &kFlag},
    {"ipc", &kAnyText},
    {"isolation", &kAnyText},
    {"label_file", &kTextOrTexts},
    {"labels", &kListOrMapping},
    {"links", &kTexts},
    {"logging", &kLogging},
    {"mac_address", &kAnyText},
    {"mem_limit", &kSize},
    {"mem_reservation", &kSize},
    {"mem_swappiness", &kCount},
    {"memswap_limit", &kSize},
    {"models", &kAnything, kUnsupported},
    {"network_mode", &kAnyText},
    {"networks", &kAttachments},
    {"oom_kill_disable", &kFlag},
    {"oom_score_adj", &kCount},
    {"pid", &kTextOrNull},
    {"pids_limit", &kCount},
    {"platform", &kAnyText},
    {"ports", &kPorts},
    {"post_start", &kAnything, kUnsupported},
    {"pre_start", &kAnything, kUnsupported},
    {"pre_stop", &kAnything, kUnsupported},
    {"privileged", &kFlag},
    {"profiles", &kTexts},
    {"provider", &kAnything, kUnsupported},
    {"pull_policy", &kAnyText},
    {"pull_refresh_after", &kAnyText, kUnsupported},
    {"read_only", &kFlag},
    {"restart", &kAnyText},
    {"runtime", &kAnyText},
    {"scale", &kCount},
    {"secrets", &kFileMounts},
    {"security_opt", &kTexts},
    {"shm_size", &kSize},
    {"stdin_open", &kFlag},
    {"stop_grace_period", &kAnyText},
    {"stop_signal", &kAnyText},
    {"storage_opt", &kOptions},
    {"sysctls", &kListOrMapping},
    {"tmpfs", &kTextOrTexts},
    {"tty", &kFlag},
    {"ulimits", &kUlimits},
    {"use_api_socket", &kFlag, kUnsupported},
    {"user", &kAnyText},
    {"userns_mode", &kAnyText},
    {"uts", &kAnyText},
    {"volumes", &kMounts},
    {"volumes_from", &kTexts},
    {"working_dir", &kAnyText},
};
constexpr Schema kService{.forms = kMapping, .keys = kServiceKeys, .key_rule = Keys::kExtensible};
constexpr Schema kServices{.forms = kMapping, .key_rule = Keys::kNames, .value = &kService};

constexpr SchemaKey kExternalKeys[] = {{"name", &kAnyText}};
constexpr Schema kExternal{.forms = kBoolean | kText | kMapping, .keys = kExternalKeys, .key_rule = Keys::kExtensible};

constexpr SchemaKey kIpamConfigKeys[] = {
    {"subnet", &kAnyText}, {"ip_range", &kAnyText}, {"gateway", &kAnyText}, {"aux_addresses", &kOptions}};
constexpr Schema kIpamConfig{.forms = kMapping, .keys = kIpamConfigKeys, .key_rule = Keys::kExtensible};
constexpr Schema kIpamConfigs{.forms = kList, .item = &kIpamConfig};
constexpr SchemaKey kIpamKeys[] = {{"driver", &kAnyText}, {"config", &kIpamConfigs}, {"options", &kOptions}};
constexpr Schema kIpam{.forms = kMapping, .keys = kIpamKeys, .key_rule = Keys::kExtensible};
constexpr SchemaKey kNetworkKeys[] = {
    {"name", &kAnyText},      {"driver", &kAnyText},       {"driver_opts", &kTextOptions}, {"ipam", &kIpam},
    {"external", &kExternal}, {"internal", &kFlag},        {"enable_ipv4", &kFlag},        {"enable_ipv6", &kFlag},
    {"attachable", &kFlag},   {"labels", &kListOrMapping},
};
constexpr Schema kNetwork{.forms = kMapping | kNull, .keys = kNetworkKeys, .key_rule = Keys::kExtensible};
// compose lets any name pass here, which keys such as ${NETWORK} rely on.
constexpr Schema kNetworks{.forms = kMapping, .key_rule = Keys::kAny, .value = &kNetwork};

constexpr SchemaKey kVolumeKeys[] = {
    {"name", &kAnyText},      {"driver", &kAnyText},       {"driver_opts", &kTextOptions},
    {"external", &kExternal}, {"labels", &kListOrMapping},
};
constexpr Schema kVolume{.forms = kMapping | kNull, .keys = kVolumeKeys, .key_rule = Keys::kExtensible};
constexpr Schema kVolumes{.forms = kMapping, .key_rule = Keys::kNames, .value = &kVolume};

constexpr SchemaKey kSecretKeys[] = {
    {"name", &kAnyText},
    {"environment", &kAnyText},
    {"file", &kAnyText},
    {"external", &kExternal},
    {"labels", &kListOrMapping},
    {"driver", &kAnyText},
    {"driver_opts", &kTextOptions},
    {"template_driver", &kAnyText},
};
constexpr Schema kSecret{.forms = kMapping, .keys = kSecretKeys, .key_rule = Keys::kExtensible};
constexpr Schema kSecrets{.forms = kMapping, .key_rule = Keys::kNames, .value = &kSecret};

constexpr SchemaKey kConfigKeys[] = {
    {"name", &kAnyText},      {"content", &kAnyText},      {"environment", &kAnyText},     {"file", &kAnyText},
    {"external", &kExternal}, {"labels", &kListOrMapping}, {"template_driver", &kAnyText},
};
constexpr Schema kConfig{.forms = kMapping, .keys = kConfigKeys, .key_rule = Keys::kExtensible};
constexpr Schema kConfigs{.forms = kMapping, .key_rule = Keys::kNames, .value = &kConfig};

constexpr SchemaKey kIncludeKeys[] = {
    {"path", &kTextOrTexts}, {"env_file", &kTextOrTexts}, {"project_directory", &kAnyText}};
constexpr Schema kInclude{.forms = kText | kMapping, .keys = kIncludeKeys};
constexpr Schema kIncludes{.forms = kList, .item = &kInclude};

constexpr Schema kVersion{.forms = kText | kNumber};
constexpr SchemaKey kFileKeys[] = {
    {"version", &kVersion},
    {"name", &kAnyText},
    {"include", &kIncludes},
    {"services", &kServices},
    {"models", &kAnything, kUnsupported},
    {"networks", &kNetworks},
    {"volumes", &kVolumes},
    {"secrets", &kSecrets},
    {"configs", &kConfigs},
};
constexpr Schema kFile{.forms = kMapping, .keys = kFileKeys, .key_rule = Keys::kExtensible};

}  // namespace

const Schema& file_schema() { return kFile; }
const Schema& service_schema() { return kService; }

Support support_of_service_key(std::string_view key) {
  const auto known = std::ranges::find(kServiceKeys, key, &SchemaKey::name);
  return known == std::end(kServiceKeys) ? Support::kNone : known->support;
}

}  // namespace gatehouse::compose
