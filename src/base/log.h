// The log of a process: lines with a level and a time, to standard error or a file, as text or JSON.
// Made by app/main.cpp from --log.*, passed by reference to whoever has something to say; safe from any thread.
// Messages name the object, the cause and the next step; secrets print as *** because their type does.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "base/result.h"

namespace gatehouse::base {

enum class LogLevel { kTrace, kDebug, kInfo, kWarn, kError, kOff };

// Traefik's names: TRACE, DEBUG, INFO, WARN, ERROR, FATAL, PANIC in any case.
Result<LogLevel> parse_log_level(std::string_view name);

struct LogOptions {
  LogLevel level = LogLevel::kInfo;
  bool json = false;
  bool colour = false;
  std::string file_path;  // empty: standard error
  std::string process;    // "control", "edge"; named in each line
};

class Log {
 public:
  // Fails when the file cannot be opened.
  static Result<Log> open(const LogOptions& options);
  // Drops everything; for tests.
  static Log none();
  ~Log();
  Log(Log&&) noexcept;
  Log& operator=(Log&&) noexcept;

  [[nodiscard]] bool enabled(LogLevel level) const { return level >= level_; }
  void reopen();  // after the file was rotated

  template <class... Args>
  void trace(fmt::format_string<Args...> format, Args&&... args) {
    say(LogLevel::kTrace, format, std::forward<Args>(args)...);
  }
  template <class... Args>
  void debug(fmt::format_string<Args...> format, Args&&... args) {
    say(LogLevel::kDebug, format, std::forward<Args>(args)...);
  }
  template <class... Args>
  void info(fmt::format_string<Args...> format, Args&&... args) {
    say(LogLevel::kInfo, format, std::forward<Args>(args)...);
  }
  template <class... Args>
  void warn(fmt::format_string<Args...> format, Args&&... args) {
    say(LogLevel::kWarn, format, std::forward<Args>(args)...);
  }
  template <class... Args>
  void error(fmt::format_string<Args...> format, Args&&... args) {
    say(LogLevel::kError, format, std::forward<Args>(args)...);
  }
  void write(LogLevel level, std::string_view line);

 private:
  struct Sink;
  Log(LogLevel level, std::unique_ptr<Sink> sink);

  template <class... Args>
  void say(LogLevel level, fmt::format_string<Args...> format, Args&&... args) {
    if (enabled(level)) write(level, fmt::format(format, std::forward<Args>(args)...));
  }

  LogLevel level_;
  std::unique_ptr<Sink> sink_;
};

}  // namespace gatehouse::base
