#include "model/unsupported.h"

#include "model/reflect.h"

namespace gatehouse::model {

namespace {

void collect(const Type& type, const void* value, const std::string& path, std::vector<std::string>& found) {
  if (type.kind == Kind::kStruct) {
    for (const auto& field : type.fields) {
      const auto* part = member(field, value);
      if (field.type->equal(part, member(field, type.initial))) continue;
      auto name = path.empty() ? std::string(field.name) : path + "." + std::string(field.name);
      if (field.has(trait::kUnsupported)) {
        found.push_back(std::move(name));
      } else {
        collect(*field.type, part, name, found);
      }
    }
  } else if (type.kind == Kind::kMap) {
    type.each(value,
              [&](const std::string& key, const void* item) { collect(*type.element, item, path + "." + key, found); });
  } else if (type.kind == Kind::kList) {
    std::size_t index = 0;
    type.each(value, [&](const std::string&, const void* item) {
      collect(*type.element, item, path + "[" + std::to_string(index++) + "]", found);
    });
  } else if (type.kind == Kind::kOptional) {
    type.each(value, [&](const std::string&, const void* item) { collect(*type.element, item, path, found); });
  }
}

template <class T>
std::vector<std::string> collect_from(const T& value) {
  std::vector<std::string> found;
  collect(type_of<T>(), &value, {}, found);
  return found;
}

// An option of which only some values are done.
void add_health_mode(const HttpService& service, const std::string& path, std::vector<std::string>& found) {
  if (!service.load_balancer || !service.load_balancer->health_check) return;
  const auto& mode = service.load_balancer->health_check->mode;
  if (mode != "http") found.push_back(path + "loadBalancer.healthCheck.mode=" + mode);
}

}  // namespace

std::vector<std::string> unsupported_options(const StaticConfig& config) { return collect_from(config); }
std::vector<std::string> unsupported_options(const HttpRouter& router) { return collect_from(router); }
std::vector<std::string> unsupported_options(const Middleware& middleware) { return collect_from(middleware); }

std::vector<std::string> unsupported_options(const HttpService& service) {
  auto found = collect_from(service);
  add_health_mode(service, "", found);
  return found;
}

std::vector<std::string> unsupported_options(const DynamicConfig& config) {
  auto found = collect_from(config);
  for (const auto& [name, service] : config.http.services) {
    add_health_mode(service, "http.services." + name + ".", found);
  }
  return found;
}

}  // namespace gatehouse::model
