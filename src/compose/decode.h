// From a checked, merged tree of YAML values to the typed model. The trees' kinds were checked against the schema.
// Used by load() alone; pure.
#pragma once

#include "compose/field_reader.h"
#include "compose/project.h"

namespace gatehouse::compose {

// Every section of the file; services go to project.services, active or not. Errors go to decoding.problems.
void decode_project(const format::YamlNode& file, Decoding decoding, Project& project);

Service decode_service(const std::string& name, const format::YamlNode& node, Position at, Decoding decoding);

// Parts of a service, each from the reader of the mapping that holds it.
Build decode_build(const format::YamlNode& node, const std::string& path, Decoding decoding);
Deploy decode_deploy(const FieldReader& deploy);
std::vector<DeviceRequest> decode_device_requests(const format::YamlNode& list, const std::string& path,
                                                  Decoding decoding);
HealthCheck decode_health_check(const FieldReader& check);
std::vector<Port> decode_ports(const FieldReader& service);
std::vector<Mount> decode_mounts(const FieldReader& service);
// folder: where a target that is no absolute path lies.
std::vector<FileMount> decode_file_mounts(const FieldReader& service, std::string_view key, std::string_view folder);

}  // namespace gatehouse::compose
