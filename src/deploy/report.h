// Report: where deploying says what it does, a line at a time. Implemented by the command line, later by the API;
// called on the loop's thread. Never given a secret.
#pragma once

#include <string>

namespace gatehouse::deploy {

enum class Progress {
  kHeading,  // of a stack or a phase
  kNotice,   // worth knowing
  kWarning,
  kDoing,  // goes on; a later line about the same object takes its place on a terminal
  kDone,
  kSame,  // nothing had to be done
  kFailed,
  kDetail,  // quoted lines: logs, the output of a probe
};

struct ReportLine {
  Progress progress = Progress::kNotice;
  std::string object;  // "network traefik-net", "service app"; may be empty
  std::string text;
};

class Report {
 public:
  virtual ~Report() = default;
  virtual void show(const ReportLine& line) = 0;

  void heading(std::string text) { show({Progress::kHeading, {}, std::move(text)}); }
  void notice(std::string text) { show({Progress::kNotice, {}, std::move(text)}); }
  void warning(std::string text) { show({Progress::kWarning, {}, std::move(text)}); }
  void doing(std::string object, std::string text) { show({Progress::kDoing, std::move(object), std::move(text)}); }
  void done(std::string object, std::string text) { show({Progress::kDone, std::move(object), std::move(text)}); }
  void same(std::string object, std::string text) { show({Progress::kSame, std::move(object), std::move(text)}); }
  void failed(std::string object, std::string text) { show({Progress::kFailed, std::move(object), std::move(text)}); }
  void detail(std::string text) { show({Progress::kDetail, {}, std::move(text)}); }
};

}  // namespace gatehouse::deploy
