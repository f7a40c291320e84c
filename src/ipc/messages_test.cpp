#include "ipc/messages.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

namespace gatehouse::ipc {
namespace {

using base::ErrorCode;

sys::Fd some_file() { return sys::Fd(::open("/dev/null", O_RDONLY | O_CLOEXEC)); }

Message of(Type type, std::string payload) { return {.type = type, .payload = std::move(payload), .descriptors = {}}; }

TEST(Messages, ComeBack) {
  const Hello hello{.role = "edge", .version = "0.1", .build = "ab\"c", .pid = 42, .snapshot_id = ~std::uint64_t{0}};
  const auto read = Hello::from(hello.to_message());
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->role, hello.role);
  EXPECT_EQ(read->version, hello.version);
  EXPECT_EQ(read->build, hello.build);
  EXPECT_EQ(read->pid, hello.pid);
  EXPECT_EQ(read->snapshot_id, hello.snapshot_id);

  const SnapshotApplied applied{.id = 3, .error = "no", .problems = {{"router a", "wrong"}, {"", ""}}};
  const auto told = SnapshotApplied::from(applied.to_message());
  ASSERT_TRUE(told);
  EXPECT_EQ(told->id, 3U);
  EXPECT_EQ(told->error, "no");
  ASSERT_EQ(told->problems.size(), 2U);
  EXPECT_EQ(told->problems[0].message, "wrong");

  EXPECT_EQ(Drain::from(Drain{.grace_ms = 10'000}.to_message())->grace_ms, 10'000);
  EXPECT_EQ(StopListening::from(StopListening{{"a", "b"}}.to_message())->entry_points.size(), 2U);
  const ControlFacts facts{.reloads = 3,
                           .reload_failures = 1,
                           .edges_started = 2,
                           .follows_engine = true,
                           .engine_reached = true,
                           .certificates = {{"a.test", "le", "failed", 1'700'000'000, "the name does not resolve"}}};
  EXPECT_EQ(ControlFacts::from(facts.to_message()), facts);
  EXPECT_EQ(Stats::from(Stats{.open_connections = 1, .requests = 2, .access_lines_dropped = 3}.to_message())->requests,
            2U);
}

TEST(Messages, ListenersKeepTheirSocketsApart) {
  Listeners listeners;
  for (const auto* name : {"web", "none", "websecure"}) listeners.entries.push_back({name, {}});
  listeners.entries[0].sockets.push_back(some_file());
  listeners.entries[2].sockets.push_back(some_file());
  listeners.entries[2].sockets.push_back(some_file());
  auto read = Listeners::from(std::move(listeners).to_message());
  ASSERT_TRUE(read) << read.error().message;
  ASSERT_EQ(read->entries.size(), 3U);
  EXPECT_EQ(read->entries[0].sockets.size(), 1U);
  EXPECT_EQ(read->entries[1].sockets.size(), 0U);
  EXPECT_EQ(read->entries[2].sockets.size(), 2U);
  for (const auto& socket : read->entries[2].sockets) EXPECT_TRUE(socket.valid());
}

TEST(Messages, ListenersNeedAsManyDescriptorsAsTheySay) {
  const auto claim = [](std::string count) {
    Message message = of(Type::kListeners, R"({"entries":[{"entryPoint":"web","sockets":)" + count + "}]}");
    message.descriptors.push_back(some_file());
    return Listeners::from(std::move(message));
  };
  EXPECT_TRUE(claim("1"));
  EXPECT_EQ(claim("2").error().code, ErrorCode::kInvalid);
  EXPECT_EQ(claim("-1").error().code, ErrorCode::kInvalid);
  EXPECT_EQ(claim("18446744073709551615").error().code, ErrorCode::kInvalid);
  EXPECT_EQ(claim("\"1\"").error().code, ErrorCode::kInvalid);
}

TEST(Messages, NonsenseIsRefused) {
  for (const auto* payload : {"", "{", "[]", "null", "{}", R"({"id":"3"})", R"({"id":1,"error":2,"problems":[]})",
                              R"({"id":1,"error":"","problems":[1]})"}) {
    EXPECT_FALSE(SnapshotApplied::from(of(Type::kSnapshotApplied, payload))) << payload;
  }
  EXPECT_FALSE(Hello::from(of(Type::kStats, R"({"role":"","version":"","build":"","pid":1,"snapshotId":0})")))
      << "of another type";
  EXPECT_TRUE(Hello::from(of(Type::kHello, R"({"role":"","version":"","build":"","pid":1,"snapshotId":0})")));
}

}  // namespace
}  // namespace gatehouse::ipc
