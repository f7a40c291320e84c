// The small values of the layer: endpoints, references, frames, what is sent to create things.
#include <gtest/gtest.h>

#include "docker/container_spec.h"
#include "docker/endpoint.h"
#include "docker/log_frames.h"
#include "docker/resources.h"

namespace gatehouse::docker {
namespace {

TEST(Endpoint, IsReadAsDockerHostIsWritten) {
  EXPECT_EQ(Endpoint::parse("")->to_string(), "unix:///var/run/docker.sock");
  EXPECT_EQ(Endpoint::parse("unix:///run/x.sock")->unix_path, "/run/x.sock");
  EXPECT_EQ(Endpoint::parse("tcp://127.0.0.1:2376")->to_string(), "tcp://127.0.0.1:2376");
  EXPECT_EQ(Endpoint::parse("tcp://proxy")->to_string(), "tcp://proxy:2375");
  EXPECT_EQ(Endpoint::parse("tcp://proxy:80")->port, 80);
  EXPECT_EQ(Endpoint::parse("http://[::1]:2375/")->to_string(), "tcp://[::1]:2375");
  EXPECT_EQ(Endpoint::parse("ssh://me@host").error().code, base::ErrorCode::kUnsupported);
  for (const auto* text : {"unix://relative", "docker.sock", "tcp://", "tcp://a/b", "tcp://a:b"}) {
    EXPECT_FALSE(Endpoint::parse(text)) << text;
  }
}

TEST(ImageReference, IsSplitAtTheTagOrDigest) {
  const auto split = [](std::string_view text) {
    const auto parsed = parse_image_reference(text);
    return parsed.name + "|" + parsed.tag;
  };
  EXPECT_EQ(split("nginx"), "nginx|latest");
  EXPECT_EQ(split("nginx:1.2"), "nginx|1.2");
  EXPECT_EQ(split("host:5000/a/b"), "host:5000/a/b|latest");
  EXPECT_EQ(split("host:5000/a/b:c"), "host:5000/a/b|c");
  EXPECT_EQ(split("a@sha256:12"), "a|sha256:12");
  EXPECT_EQ(split("h:1/a:t@sha256:12"), "h:1/a|sha256:12");
}

std::string decode_in_parts(std::string_view input, std::size_t cut) {
  LogFrames frames;
  std::string text;
  for (const auto part : {input.substr(0, cut), input.substr(cut)}) {
    const auto pieces = frames.decode(part);
    if (!pieces) return "error";
    for (const auto& piece : *pieces) text += piece.bytes;
  }
  return frames.is_between_frames() ? text : text + "...";
}

TEST(LogFrames, AreTheSameHoweverTheyAreCut) {
  using namespace std::string_view_literals;
  const auto input = "\1\0\0\0\0\0\0\5hello\2\0\0\0\0\0\0\0\2\0\0\0\0\0\0\1!"sv;
  for (std::size_t cut = 0; cut <= input.size(); ++cut) EXPECT_EQ(decode_in_parts(input, cut), "hello!") << cut;
  EXPECT_EQ(decode_in_parts(input.substr(0, 10), 5), "he...");
  EXPECT_EQ(decode_in_parts("\3\0\0\0\0\0\0\5hello"sv, 3), "error");
  EXPECT_EQ(decode_in_parts("plain text of a terminal", 3), "error");
}

TEST(ContainerSpec, SendsWhatIsSetAndNothingElse) {
  EXPECT_EQ(to_json(ContainerSpec{.image = "a"}, 41), R"({"Image":"a","HostConfig":{}})");
  ContainerSpec spec{.image = "a"};
  spec.command = Texts{};
  spec.health_check = HealthCheckSpec{.test = {"CMD", "true"},
                                      .interval = std::chrono::seconds(2),
                                      .start_interval = std::chrono::seconds(1),
                                      .retries = 3};
  spec.host.restart = {"on-failure", 5};
  spec.host.mounts = {{.type = "volume", .source = "data", .target = "/data", .volume_subpath = "sub"}};
  const std::string expected_41 =
      R"({"Image":"a","Cmd":[],"Healthcheck":{"Test":["CMD","true"],"Interval":2000000000,"Retries":3},"HostConfig":)"
      R"({"Mounts":[{"Type":"volume","Source":"data","Target":"/data"}],"RestartPolicy":{"Name":"on-failure",)"
      R"("MaximumRetryCount":5}}})";
  EXPECT_EQ(to_json(spec, 41), expected_41);
  EXPECT_NE(to_json(spec, 44).find(R"("StartInterval":1000000000)"), std::string::npos);
  EXPECT_EQ(to_json(spec, 44).find("Subpath"), std::string::npos);
  EXPECT_NE(to_json(spec, 45).find(R"("VolumeOptions":{"Subpath":"sub"})"), std::string::npos);
}

TEST(NetworkSpec, SaysHowAddressesAreGivenOnlyWhenAsked) {
  EXPECT_EQ(to_json(NetworkSpec{.name = "a", .internal = true}),
            R"({"Name":"a","CheckDuplicate":true,"Internal":true})");
  NetworkSpec spec{.name = "a"};
  spec.pools = {{"10.1.0.0/16", "", "10.1.0.1", {}}};
  EXPECT_EQ(to_json(spec), R"({"Name":"a","CheckDuplicate":true,"IPAM":{"Config":[{"Subnet":"10.1.0.0/16",)"
                           R"("Gateway":"10.1.0.1"}]}})");
}

}  // namespace
}  // namespace gatehouse::docker
