#include "base/log.h"

#include <spdlog/logger.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/sinks/stdout_sinks.h>

#include "base/text.h"

namespace gatehouse::base {

struct Log::Sink {
  std::shared_ptr<spdlog::sinks::sink> destination;
  spdlog::logger logger;
  bool json;
};

namespace {

spdlog::level::level_enum to_spdlog(LogLevel level) {
  switch (level) {
    case LogLevel::kTrace:
      return spdlog::level::trace;
    case LogLevel::kDebug:
      return spdlog::level::debug;
    case LogLevel::kInfo:
      return spdlog::level::info;
    case LogLevel::kWarn:
      return spdlog::level::warn;
    case LogLevel::kError:
      return spdlog::level::err;
    case LogLevel::kOff:
      return spdlog::level::off;
  }
  return spdlog::level::info;
}

// A message may quote bytes from outside: a line stays one line, and a terminal sees no control characters.
std::string escape_controls(std::string_view line, bool json) {
  std::string result;
  result.reserve(line.size());
  for (const char c : line) {
    const auto byte = static_cast<unsigned char>(c);
    if (json && (c == '"' || c == '\\')) {
      result += '\\';
      result += c;
    } else if (byte < 0x20 || byte == 0x7f) {
      if (c == '\n')
        result += "\\n";
      else if (c == '\t' && !json)
        result += c;
      else
        result += json ? fmt::format("\\u{:04x}", byte) : fmt::format("\\x{:02x}", byte);
    } else {
      result += c;
    }
  }
  return result;
}

}  // namespace

Result<LogLevel> parse_log_level(std::string_view name) {
  const std::string lower = to_lower(name);
  if (lower == "trace") return LogLevel::kTrace;
  if (lower == "debug") return LogLevel::kDebug;
  if (lower == "info") return LogLevel::kInfo;
  if (lower == "warn" || lower == "warning") return LogLevel::kWarn;
  if (lower == "error" || lower == "fatal" || lower == "panic") return LogLevel::kError;
  return fail(ErrorCode::kInvalid, Fault::kOperator,
              fmt::format("log level \"{}\" is unknown: use TRACE, DEBUG, INFO, WARN, ERROR, FATAL or PANIC", name));
}

Log::Log(LogLevel level, std::unique_ptr<Sink> sink) : level_(level), sink_(std::move(sink)) {}
Log::~Log() = default;
Log::Log(Log&&) noexcept = default;
Log& Log::operator=(Log&&) noexcept = default;

Result<Log> Log::open(const LogOptions& options) {
  std::shared_ptr<spdlog::sinks::sink> destination;
  try {
    if (!options.file_path.empty()) {
      destination = std::make_shared<spdlog::sinks::basic_file_sink_mt>(options.file_path);
    } else if (options.colour) {
      destination = std::make_shared<spdlog::sinks::stderr_color_sink_mt>();
    } else {
      destination = std::make_shared<spdlog::sinks::stderr_sink_mt>();
    }
  } catch (const spdlog::spdlog_ex& error) {
    return fail(ErrorCode::kIo, Fault::kOperator, fmt::format("log file {}: {}", options.file_path, error.what()));
  }
  const std::string process = options.process.empty() ? "gatehouse" : options.process;
  destination->set_pattern(options.json ? R"({"level":"%l","process":")" + process +
                                              R"(","time":"%Y-%m-%dT%H:%M:%S.%e%z","message":"%v"})"
                                        : "%Y-%m-%dT%H:%M:%S.%e%z %^%L%$ " + process + " %v");
  auto sink = std::make_unique<Sink>(Sink{destination, spdlog::logger(process, destination), options.json});
  sink->logger.set_level(spdlog::level::trace);
  sink->logger.flush_on(spdlog::level::trace);
  return Log(options.level, std::move(sink));
}

Log Log::none() { return Log(LogLevel::kOff, nullptr); }

void Log::write(LogLevel level, std::string_view line) {
  if (sink_) sink_->logger.log(to_spdlog(level), "{}", escape_controls(line, sink_->json));
}

void Log::reopen() {
  if (!sink_) return;
  if (auto* file = dynamic_cast<spdlog::sinks::basic_file_sink_mt*>(sink_->destination.get())) {
    const auto path = file->filename();
    auto fresh = std::make_shared<spdlog::sinks::basic_file_sink_mt>(path);
    sink_->logger.sinks() = {fresh};
    sink_->destination = std::move(fresh);
  }
}

}  // namespace gatehouse::base
