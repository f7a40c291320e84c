#include "app/cli/console.h"

#include <cstdio>
#include <cstdlib>

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/text.h"

namespace gatehouse::app {

using deploy::Progress;

namespace {

std::size_t terminal_width() {
  constexpr std::size_t kDefault = 100;
  winsize size{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return kDefault;
  return size.ws_col;
}

struct Mark {
  std::string_view text;
  Colour colour;
};

Mark mark_of(Progress progress) {
  switch (progress) {
    case Progress::kHeading:
      return {"", Colour::kBold};
    case Progress::kNotice:
      return {"  ", Colour::kPlain};
    case Progress::kWarning:
      return {"  ! ", Colour::kYellow};
    case Progress::kDoing:
      return {"  . ", Colour::kDim};
    case Progress::kDone:
      return {"  + ", Colour::kGreen};
    case Progress::kSame:
      return {"  = ", Colour::kDim};
    case Progress::kFailed:
      return {"  x ", Colour::kRed};
    case Progress::kDetail:
      return {"    ", Colour::kDim};
  }
  return {"", Colour::kPlain};
}

}  // namespace

bool may_colour(int fd) {
  const char* const no_colour = std::getenv("NO_COLOR");
  const char* const terminal = std::getenv("TERM");
  if (no_colour != nullptr && *no_colour != '\0') return false;
  return ::isatty(fd) == 1 && terminal != nullptr && std::string_view(terminal) != "dumb";
}

std::string coloured(Colour colour, std::string_view text, bool on) {
  constexpr std::string_view kCodes[] = {"", "1", "2", "31", "32", "33"};
  const auto code = kCodes[static_cast<std::size_t>(colour)];
  if (!on || code.empty()) return std::string(text);
  return fmt::format("\x1b[{}m{}\x1b[0m", code, text);
}

void print_error(std::string_view verb, const base::Error& error) {
  const bool colour = may_colour(STDERR_FILENO);
  std::fflush(stdout);
  // Several lines of a kind are all in the detail, the first of them is the message.
  const bool is_list = error.detail.starts_with(error.message);
  const auto label = coloured(Colour::kRed, fmt::format("gatehouse {}:", verb), colour);
  fmt::print(stderr, "{} {}\n", label, is_list ? base::trim(error.detail) : error.message);
  if (!is_list && !error.detail.empty())
    fmt::print(stderr, "{}{}", error.detail, error.detail.ends_with('\n') ? "" : "\n");
}

ConsoleReport::ConsoleReport()
    : is_terminal_(::isatty(STDOUT_FILENO) == 1), colour_(may_colour(STDOUT_FILENO)), width_(terminal_width()) {}

ConsoleReport::~ConsoleReport() { clear_passing(); }

void ConsoleReport::clear_passing() {
  if (has_passing_) fmt::print("\r\x1b[K");
  has_passing_ = false;
  std::fflush(stdout);
}

void ConsoleReport::show(const deploy::ReportLine& line) {
  const bool passes = line.progress == Progress::kDoing;
  if (passes && !is_terminal_) return;
  clear_passing();
  const auto mark = mark_of(line.progress);
  auto text = line.object.empty() ? line.text : line.object + ": " + line.text;
  if (passes) {
    const auto room = width_ - mark.text.size() - 1;
    if (text.size() > room) text.resize(room);
    fmt::print("{}", coloured(mark.colour, fmt::format("{}{}", mark.text, text), colour_));
    has_passing_ = true;
  } else {
    const bool whole = line.progress == Progress::kHeading || line.progress == Progress::kSame;
    const auto head = coloured(mark.colour, whole ? fmt::format("{}{}", mark.text, text) : mark.text, colour_);
    fmt::print("{}{}\n", head, whole ? "" : text);
  }
  std::fflush(stdout);
}

}  // namespace gatehouse::app
