// The terminal: what verbs print, with colour where a person looks at it, and the Report of a deploy. One thread.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "deploy/report.h"

namespace gatehouse::app {

// Colours are written to a terminal only, and never with NO_COLOR set or TERM=dumb.
bool may_colour(int fd);

enum class Colour { kPlain, kBold, kDim, kRed, kGreen, kYellow };
std::string coloured(Colour colour, std::string_view text, bool on);

// The error and its detail, to standard error.
void print_error(std::string_view verb, const base::Error& error);

// Lines to standard output; on a terminal what goes on is shown in one line that changes.
class ConsoleReport final : public deploy::Report {
 public:
  ConsoleReport();
  ~ConsoleReport() override;

  void show(const deploy::ReportLine& line) override;

 private:
  void clear_passing();

  bool is_terminal_;
  bool colour_;
  std::size_t width_;
  bool has_passing_ = false;  // a line is on the screen that the next one replaces
};

// Nothing at all: for output that programs read.
class SilentReport final : public deploy::Report {
 public:
  void show(const deploy::ReportLine&) override {}
};

}  // namespace gatehouse::app
