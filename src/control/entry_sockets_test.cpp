#include "control/entry_sockets.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <unistd.h>

#include "control/port_owner.h"
#include "net/datagram.h"
#include "net/listener.h"

namespace gatehouse::control {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using EntryPoints = std::map<std::string, model::EntryPoint>;

constexpr unsigned kWorkers = 3;

model::EntryPoint at(std::string address) {
  model::EntryPoint entry_point;
  entry_point.address = std::move(address);
  return entry_point;
}

std::uint16_t port_of(const sys::Fd& socket) { return net::SocketAddress::local_of(socket.get()).port(); }

std::uint16_t free_port() {
  const auto probe = net::open_listener(*net::SocketAddress::from_ip("127.0.0.1", 0), net::SharePort::kNo);
  return port_of(*probe);
}

std::string local(std::uint16_t port) { return fmt::format("127.0.0.1:{}", port); }

TEST(EntrySockets, OpensOneForEachWorkerOnOnePort) {
  EntrySockets sockets;
  const auto changes = sockets.reconcile({{"web", at("127.0.0.1:0")}}, kWorkers);
  ASSERT_TRUE(changes) << changes.error().message;
  EXPECT_TRUE(changes->gone.empty());
  ASSERT_EQ(changes->fresh.entries.size(), 1U);
  const auto& opened = changes->fresh.entries[0].sockets;
  ASSERT_EQ(opened.size(), kWorkers);
  for (const auto& socket : opened) EXPECT_EQ(port_of(socket), port_of(opened[0]));
  EXPECT_EQ(sockets.sockets_each(), kWorkers);
}

TEST(EntrySockets, ChangesAreDifferences) {
  EntrySockets sockets;
  const auto a = free_port();
  ASSERT_TRUE(sockets.reconcile({{"a", at(local(a))}, {"b", at("127.0.0.1:0")}}, 1));
  const auto same = sockets.reconcile({{"a", at(local(a))}, {"b", at("127.0.0.1:0")}}, 1);
  EXPECT_TRUE(same->gone.empty());
  EXPECT_TRUE(same->fresh.entries.empty());

  const auto moved = sockets.reconcile({{"a", at("127.0.0.1:0")}, {"c", at("127.0.0.1:0")}}, 1);
  // Port 0 is content with what is there.
  EXPECT_THAT(moved->gone, ElementsAre("b"));
  ASSERT_EQ(moved->fresh.entries.size(), 1U);
  EXPECT_EQ(moved->fresh.entries[0].entry_point, "c");

  const auto elsewhere = sockets.reconcile({{"a", at(local(free_port()))}}, 1);
  EXPECT_THAT(elsewhere->gone, ElementsAre("a", "c"));
  EXPECT_EQ(elsewhere->fresh.entries[0].entry_point, "a");
}

TEST(EntrySockets, OneForUdpMayHaveThePortOfOneForTcp) {
  EntrySockets sockets;
  const auto port = free_port();
  const auto both = sockets.reconcile({{"t", at(local(port))}, {"u", at(local(port) + "/udp")}}, kWorkers);
  ASSERT_TRUE(both) << both.error().message;
  ASSERT_EQ(both->fresh.entries.size(), 2U);
  for (const auto& entry : both->fresh.entries) {
    ASSERT_EQ(entry.sockets.size(), kWorkers);
    for (const auto& socket : entry.sockets) {
      EXPECT_EQ(net::is_datagram_socket(socket.get()), entry.entry_point == "u");
      EXPECT_EQ(port_of(socket), port);
    }
  }
  EXPECT_FALSE(EntrySockets().reconcile({{"u", at(local(port) + "/udp")}}, 1));
  // What becomes of another kind is opened anew.
  const auto changed = sockets.reconcile({{"u", at(local(port))}}, kWorkers);
  ASSERT_TRUE(changed) << changed.error().message;
  EXPECT_EQ(changed->fresh.entries.size(), 1U);
}

TEST(EntrySockets, ATakenPortNamesItsOwnerAndChangesNothing) {
  EntrySockets sockets;
  const auto holder = net::open_listener(*net::SocketAddress::from_ip("127.0.0.1", 0), net::SharePort::kYes);
  const auto taken = port_of(*holder);
  const auto free = free_port();
  const auto changes = sockets.reconcile({{"a", at(local(free))}, {"web", at(local(taken))}}, 1);
  ASSERT_FALSE(changes);
  EXPECT_EQ(changes.error().message,
            fmt::format("entry point web: 127.0.0.1:{} is taken by control_test (process {}): stop that one, or choose "
                        "another address with --entrypoints.web.address",
                        taken, ::getpid()));
  EXPECT_EQ(sockets.sockets_each(), 0U);
  EXPECT_TRUE(net::check_free(*net::SocketAddress::from_ip("127.0.0.1", free)));
}

TEST(EntrySockets, TwoOnOneAddressAreRefused) {
  EntrySockets sockets;
  const auto address = local(free_port());
  const auto changes = sockets.reconcile({{"a", at(address)}, {"b", at(address)}}, 1);
  ASSERT_FALSE(changes);
  EXPECT_THAT(changes.error().message, HasSubstr("entry points a and b both listen on " + address));
}

TEST(EntrySockets, TakesThoseOfARunningEdge) {
  EntrySockets before;
  const auto port = free_port();
  auto changes = before.reconcile({{"web", at(local(port))}}, kWorkers);
  ASSERT_TRUE(changes);
  before.close();
  EntrySockets after;
  after.adopt(std::move(changes->fresh));
  EXPECT_EQ(after.sockets_each(), kWorkers);
  const auto again = after.reconcile({{"web", at(local(port))}}, kWorkers);
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_TRUE(again->fresh.entries.empty());
  EXPECT_EQ(after.copies().entries[0].sockets.size(), kWorkers);
}

TEST(EntrySockets, HostsThatDoNotExistAreNamed) {
  EntrySockets sockets;
  const auto changes = sockets.reconcile({{"web", at("no-such-host.invalid:80")}}, 1);
  ASSERT_FALSE(changes);
  EXPECT_THAT(changes.error().message, HasSubstr("entry point web: the host no-such-host.invalid"));
}

TEST(PortOwner, IsEmptyForAFreePort) { EXPECT_EQ(port_owner(free_port()), ""); }

}  // namespace
}  // namespace gatehouse::control
