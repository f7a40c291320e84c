// Spans as OTLP/HTTP sends them in JSON (opentelemetry-proto 1.x, ExportTraceServiceRequest): ids are hexadecimal, 64
// bit numbers are strings. Pure.
#pragma once

#include <map>
#include <span>
#include <string>

#include "observe/span.h"

namespace gatehouse::observe {

// What sends the spans: service.name and the like.
using Resource = std::map<std::string, std::string>;

std::string to_otlp_json(const Resource& resource, std::span<const Span> spans);

}  // namespace gatehouse::observe
