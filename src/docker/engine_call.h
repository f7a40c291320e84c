// Engine::Call: one request to the engine, before it is versioned and sent. Used by engine*.cpp only.
#pragma once

#include "docker/engine.h"

namespace gatehouse::docker {

struct Engine::Call {
  std::string attempted = {};  // "start container web-1": what the engine could not do, for errors
  http::MethodId method = http::MethodId::kGet;
  std::string path = {};                  // "/containers/web-1/start?...", escaped
  std::string json = {};                  // content; empty: none
  std::unique_ptr<http::Body> body = {};  // or this, of content_type
  std::string_view content_type = {};
  base::Secret registry_auth = {};
  async::Deadline deadline = async::Deadline::after(kCallTimeout);
};

// "?a=b&c=d": values are escaped here, empty ones are left out.
class QueryWriter {
 public:
  QueryWriter& add(std::string_view name, std::string_view value) {
    if (value.empty()) return *this;
    text_ += text_.empty() ? '?' : '&';
    text_.append(name).append("=").append(http::percent_encoded(value));
    return *this;
  }
  QueryWriter& flag(std::string_view name, bool value) { return value ? add(name, "1") : *this; }
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  std::string text_;
};

// {"label": ["a", "b"]}, as the engine's filters are written; empty without values.
inline std::string filter_json(std::string_view name, const std::vector<std::string>& values) {
  if (values.empty()) return {};
  format::JsonWriter writer;
  writer.begin_object().key(name).begin_array();
  for (const auto& value : values) writer.string(value);
  writer.end_array().end_object();
  return writer.take();
}

}  // namespace gatehouse::docker
