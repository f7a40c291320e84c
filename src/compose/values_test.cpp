#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "compose/quantity.h"
#include "compose/shell_words.h"
#include "compose/short_form.h"

namespace gatehouse::compose {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using namespace std::chrono_literals;

TEST(Quantity, ReadsSizes) {
  const std::pair<std::string_view, std::int64_t> sizes[] = {
      {"0", 0},           {"32", 32},          {"32b", 32},       {"32B", 32},         {"1k", 1024},
      {"1K", 1024},       {"1kb", 1024},       {"1KiB", 1024},    {"512m", 512 << 20}, {"1g", 1 << 30},
      {"1.5g", 3 << 29},  {"2 GB", 2LL << 30}, {"1t", 1LL << 40}, {"-1", -1},          {"0.5k", 512},
      {" 64M ", 64 << 20}};
  for (const auto& [text, bytes] : sizes) EXPECT_EQ(parse_size(text), bytes) << text;
  for (auto text : {"", "m", "1x", "1.2.3m", "1mm", "-2", "1  m", "0x10", "1ib", "99999999999g", ".", "1e3"}) {
    EXPECT_EQ(parse_size(text), std::nullopt) << text;
  }
}

TEST(Quantity, ReadsDurations) {
  const std::pair<std::string_view, std::chrono::nanoseconds> durations[] = {
      {"0", 0ns},      {"0s", 0ns},  {"30s", 30s}, {"1m30s", 90s}, {"1.5h", 90min}, {"100ms", 100ms}, {"2us", 2000ns},
      {"2µs", 2000ns}, {"5ns", 5ns}, {"1d", 24h},  {"1w2d", 216h}, {"-5s", -5s},    {"+1s", 1s}};
  for (const auto& [text, value] : durations) EXPECT_EQ(parse_duration(text), value) << text;
  for (auto text : {"", "30", "s", "1x", "1m30", "1 m", "1..5s", "-", "99999999w"}) {
    EXPECT_EQ(parse_duration(text), std::nullopt) << text;
  }
}

TEST(Quantity, PrintsDurationsAsGoDoes) {
  EXPECT_EQ(format_duration(0ns), "0s");
  EXPECT_EQ(format_duration(90s), "1m30s");
  EXPECT_EQ(format_duration(1500ms), "1.5s");
  EXPECT_EQ(format_duration(1h), "1h0m0s");
  EXPECT_EQ(format_duration(100ms), "100ms");
  EXPECT_EQ(format_duration(1050us), "1.05ms");
  EXPECT_EQ(format_duration(7ns), "7ns");
  EXPECT_EQ(format_duration(-90s), "-1m30s");
  for (auto value : {std::chrono::nanoseconds(1), 61001ms + 0ns, 25h + 0ns, 999'999'999ns}) {
    EXPECT_EQ(parse_duration(format_duration(value)), value);
  }
}

TEST(Quantity, PrintsScalarsAsGoDoes) {
  const std::pair<std::string_view, std::string_view> scalars[] = {{"1.10", "1.1"},
                                                                   {"0644", "420"},
                                                                   {"0x1F", "31"},
                                                                   {"1.0", "1"},
                                                                   {"True", "true"},
                                                                   {"yes", "yes"},
                                                                   {"1e6", "1e+06"},
                                                                   {"100000.0", "100000"},
                                                                   {"1234567.0", "1.234567e+06"},
                                                                   {"0.0001", "0.0001"},
                                                                   {"0.00001", "1e-05"},
                                                                   {"1_000", "1000"},
                                                                   {"~", ""},
                                                                   {".inf", "+Inf"},
                                                                   {"1.2.3", "1.2.3"},
                                                                   {"-0.5", "-0.5"}};
  for (const auto& [text, printed] : scalars) {
    EXPECT_EQ(text_of_scalar(format::YamlNode::plain(text)), printed) << text;
  }
  EXPECT_EQ(text_of_scalar(format::YamlNode::string("1.10")), "1.10");
}

std::vector<std::string> words(std::string_view text) {
  const auto result = split_shell_words(text);
  return result ? result->words : std::vector<std::string>{"error"};
}

TEST(ShellWords, SplitsAsComposeDoes) {
  EXPECT_THAT(words("a  b\tc\nd"), ElementsAre("a", "b", "c", "d"));
  EXPECT_THAT(words(R"(sh -c "echo 'x' y" 'a "b" \n' c\ d)"),
              ElementsAre("sh", "-c", "echo 'x' y", "a \"b\" \\n", "c d"));
  EXPECT_THAT(words(R"("" '' a""b "\"")"), ElementsAre("", "", "ab", "\""));
  EXPECT_THAT(words("--rule=$HOME --x=$(id -u) `a b`"), ElementsAre("--rule=$HOME", "--x=$(id -u)", "`a b`"));
  EXPECT_THAT(words(""), ElementsAre());
  EXPECT_THAT(words("  \n"), ElementsAre());
}

TEST(ShellWords, RefusesWhatIsLeftOpen) {
  for (auto text : {"a 'b", "a \"b", "a\\", "f(x)", "(x)", "a `b", "a $(b", "a)"}) {
    const auto result = split_shell_words(text);
    EXPECT_FALSE(result) << text;
  }
}

TEST(ShellWords, StopsAtOperators) {
  const auto result = split_shell_words("cmd a | grep b");
  ASSERT_TRUE(result);
  EXPECT_THAT(result->words, ElementsAre("cmd", "a"));
  EXPECT_EQ(result->stopped_at, '|');
  EXPECT_THAT(words("cmd 2>&1"), ElementsAre("cmd"));
  EXPECT_THAT(words("'a;b' c\\&d"), ElementsAre("a;b", "c&d"));
  EXPECT_EQ(split_shell_words("plain")->stopped_at, 0);
}

std::vector<std::string> ports(std::string_view text) {
  const auto result = parse_port(text, {});
  if (!result) return {"error"};
  std::vector<std::string> printed;
  for (const auto& port : *result) {
    printed.push_back(port.host_ip + "|" + port.published + "|" + std::to_string(port.target) + "/" + port.protocol);
  }
  return printed;
}

TEST(ShortForm, ReadsPorts) {
  EXPECT_THAT(ports("80"), ElementsAre("||80/tcp"));
  EXPECT_THAT(ports("8080:80"), ElementsAre("|8080|80/tcp"));
  EXPECT_THAT(ports("127.0.0.1:8080:80/UDP"), ElementsAre("127.0.0.1|8080|80/udp"));
  EXPECT_THAT(ports("127.0.0.1::80"), ElementsAre("127.0.0.1||80/tcp"));
  EXPECT_THAT(ports("[::1]:8080:80"), ElementsAre("::1|8080|80/tcp"));
  EXPECT_THAT(ports("::1:8080:80"), ElementsAre("::1|8080|80/tcp"));
  EXPECT_THAT(ports("3000-3002"), ElementsAre("||3000/tcp", "||3001/tcp", "||3002/tcp"));
  EXPECT_THAT(ports("9000-9001:80-81"), ElementsAre("|9000|80/tcp", "|9001|81/tcp"));
  EXPECT_THAT(ports("8000-9000:80"), ElementsAre("|8000-9000|80/tcp"));
  for (auto text : {"", "x", "80:", ":", "0", "65536", "70000:80", "80/icmp", "1.2.3:80:80", "81-80", "80-81:80-82",
                    "80:80-81", "a:b:c", "80/", "-80", "+80"}) {
    EXPECT_THAT(ports(text), ElementsAre("error")) << text;
  }
}

std::string mount(std::string_view text) {
  const auto m = parse_mount(text, {});
  if (!m) return "error";
  return m->type + "|" + m->source + "|" + m->target + (m->read_only ? "|ro" : "") +
         (m->volume_nocopy ? "|nocopy" : "") + m->bind_selinux + m->bind_propagation;
}

TEST(ShortForm, ReadsMounts) {
  EXPECT_EQ(mount("/data"), "volume||/data");
  EXPECT_EQ(mount("db:/data"), "volume|db|/data");
  EXPECT_EQ(mount("./x:/data:ro,Z"), "bind|./x|/data|roZ");
  EXPECT_EQ(mount("~/x:/data:rw,rslave"), "bind|~/x|/datarslave");
  EXPECT_EQ(mount("/a:/b:ro"), "bind|/a|/b|ro");
  EXPECT_EQ(mount("db:/data:nocopy"), "volume|db|/data|nocopy");
  for (auto text : {"", ":", "a:", ":b", "a:/b:", "a:/b:ro:x"}) EXPECT_EQ(mount(text), "error") << text;
}

TEST(ShortForm, ReadsDevices) {
  EXPECT_EQ(parse_device("/dev/a", {})->target, "/dev/a");
  EXPECT_EQ(parse_device("/dev/a:/dev/b:r", {})->permissions, "r");
  EXPECT_FALSE(parse_device("", {}));
  EXPECT_FALSE(parse_device("a:b:c:d", {}));
}

TEST(ShortForm, ErrorsHoldNoText) {
  EXPECT_THAT(parse_port("hunter2:80", {}).error().message, Not(HasSubstr("hunter2")));
  EXPECT_THAT(parse_mount("hunter2:", {}).error().message, Not(HasSubstr("hunter2")));
  EXPECT_THAT(split_shell_words("'hunter2").error().message, Not(HasSubstr("hunter2")));
}

}  // namespace
}  // namespace gatehouse::compose
