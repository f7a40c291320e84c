#include "model/json.h"

#include "model/dynamic.h"
#include "model/json_codec.h"
#include "model/snapshot.h"
#include "model/static.h"

namespace gatehouse::model {

template <class T>
void write_api(format::JsonWriter& writer, const T& value) {
  write_members(writer, type_of<T>(), &value, JsonStyle::kApi);
}

template <class T>
std::string to_json(const T& value) {
  format::JsonWriter writer;
  writer.begin_object();
  write_members(writer, type_of<T>(), &value, JsonStyle::kWire);
  writer.end_object();
  return writer.take();
}

template <class T>
base::Result<T> from_json(format::JsonValue json) {
  T value;
  if (const auto problem = read_members(type_of<T>(), &value, json); !problem.empty()) {
    return base::fail(base::ErrorCode::kInvalid, base::Fault::kInternal,
                      "the configuration as JSON: " + named(problem));
  }
  return value;
}

#define MODEL_JSON(T)                                        \
  template void write_api<T>(format::JsonWriter&, const T&); \
  template std::string to_json<T>(const T&);                 \
  template base::Result<T> from_json<T>(format::JsonValue json)

MODEL_JSON(DynamicConfig);
MODEL_JSON(EntryPoint);
MODEL_JSON(HealthCheck);
MODEL_JSON(HttpRouter);
MODEL_JSON(HttpService);
MODEL_JSON(Middleware);
MODEL_JSON(ServersTransport);
MODEL_JSON(SnapshotRouter);
MODEL_JSON(StaticConfig);
MODEL_JSON(TcpMiddleware);
MODEL_JSON(TcpRouter);
MODEL_JSON(TcpServersTransport);
MODEL_JSON(TcpService);
MODEL_JSON(TlsConfig);
MODEL_JSON(TlsOptions);
MODEL_JSON(UdpRouter);
MODEL_JSON(UdpService);

#undef MODEL_JSON

}  // namespace gatehouse::model
