#include "app/cli/manual.h"

#include <fmt/format.h>

#include "app/cli/verbs.h"
#include "app/cli/version.h"
#include "base/text.h"

namespace gatehouse::app {

namespace {

// A line of text as troff takes it: no requests, no escapes.
std::string escaped(std::string_view line) {
  std::string result = line.starts_with('.') || line.starts_with('\'') ? "\\&" : "";
  for (const char c : line) {
    if (c == '\\')
      result += "\\e";
    else if (c == '-')
      result += "\\-";
    else
      result += c;
  }
  return result;
}

// Help texts are laid out already.
std::string as_it_is(std::string_view text) {
  std::string result = ".nf\n";
  for (const auto line : base::split(text, '\n')) result += escaped(line) + "\n";
  return result + ".fi\n";
}

constexpr std::string_view kHead =
    ".SH NAME\n"
    "gatehouse \\- edge, operator and guard of one server\n"
    ".SH SYNOPSIS\n"
    ".B gatehouse\n"
    ".I VERB\n"
    "[\\fIARGUMENT\\fR]...\n"
    ".SH DESCRIPTION\n"
    "Serves the traffic of a machine's containers over HTTPS, and deploys the stacks that they make up.\n"
    "It takes Traefik's labels, files and options.\n"
    ".SH VERBS\n";

constexpr std::string_view kFoot =
    ".SH EXIT STATUS\n"
    "0 when it was done, 1 when it was tried and failed, 2 for wrong arguments or a wrong configuration.\n"
    ".SH FILES\n"
    "/var/lib/gatehouse holds the state: the lock, the local certificate authority (ca/root.pem), what was adopted.\n";

}  // namespace

std::string manual_page() {
  std::string text = fmt::format(".TH GATEHOUSE 1 \"\" \"gatehouse {}\"\n", version()).append(kHead);
  for (const auto* command : verbs()) {
    if (!command->hidden) {
      text += fmt::format(".SS {}\n{}\n{}", command->name, escaped(command->summary), as_it_is(command->help));
    }
  }
  return text.append(kFoot);
}

}  // namespace gatehouse::app
