// A connection to a real bus: calls that fail, and its death.
#include "systemd/bus.hpp"

#include <gtest/gtest.h>

#include "tests/unit/systemd/bus_talk.hpp"

namespace wardend {
namespace {

using Outcome = std::expected<systemd::BusMessage, systemd::BusError>;

class Bus : public test::BusTalk {
 public:
  void start(const char* destination, const char* member, std::vector<std::string> arguments, Duration patience) {
    tasks.spawn("call", keep({destination, "/org/freedesktop/DBus", "org.freedesktop.DBus", member},
                             std::move(arguments), patience));
  }
  bool ask(const char* destination, const char* member, std::vector<std::string> arguments = {},
           Duration patience = 5s) {
    start(destination, member, std::move(arguments), patience);
    return until([&] { return outcome.has_value(); });
  }
  [[nodiscard]] std::string failure() const {
    return !outcome || *outcome ? "none" : outcome->error().name + "|" + outcome->error().text;
  }

  std::optional<Outcome> outcome;

 private:
  asio::awaitable<void> keep(systemd::Bus::Address address, std::vector<std::string> arguments, Duration patience) {
    outcome.emplace(co_await bus->call(std::move(address), std::move(arguments), patience));
  }
};

constexpr auto driver = "org.freedesktop.DBus";

TEST_F(Bus, GivesTheReplyToACall) {
  open();
  ASSERT_TRUE(ask(driver, "GetNameOwner", {driver}));
  EXPECT_EQ(failure(), "none");
}

TEST_F(Bus, GivesTheNameOfAnError) {
  open();
  ASSERT_TRUE(ask(driver, "GetNameOwner", {"org.example.Nobody"}));
  EXPECT_TRUE(failure().starts_with("org.freedesktop.DBus.Error.NameHasNoOwner|")) << failure();
  EXPECT_TRUE(bus->alive());
}

TEST_F(Bus, RefusesAnArgumentThatIsNoText) {
  open();
  ASSERT_TRUE(ask(driver, "GetNameOwner", {"\xff"}));
  EXPECT_TRUE(failure().starts_with("|")) << failure();
  EXPECT_TRUE(bus->alive());
}

TEST_F(Bus, GivesUpOnAServiceThatDoesNotAnswer) {
  test::FakeLogin1 mute(daemon.address());
  open();
  ASSERT_TRUE(ask("org.freedesktop.login1", "Ping", {}, 50ms));
  EXPECT_NE(failure(), "none");
  EXPECT_TRUE(bus->alive());
}

TEST_F(Bus, TellsOfItsDeathOnceAndEndsWhatWaits) {
  test::FakeLogin1 mute(daemon.address());
  open();
  int deaths = 0;
  bus->on_death([&] { ++deaths; });
  start("org.freedesktop.login1", "Ping", {}, 5s);
  ASSERT_TRUE(until([&] {
    mute.silent = true;
    mute.turn();
    return mute.unanswered() == 1;
  }));
  daemon.kill();
  ASSERT_TRUE(until([&] { return deaths == 1 && outcome; }));
  EXPECT_NE(failure(), "none");
  EXPECT_FALSE(bus->alive());
  outcome.reset();
  ASSERT_TRUE(ask(driver, "GetId"));
  EXPECT_EQ(failure(), "|the bus connection is lost");
  bus->subscribe("type='signal'", [](sd_bus_message*) {});
  clock.advance(1min);
  EXPECT_EQ(deaths, 1);
}

TEST_F(Bus, MayGoWhileACallWaits) {
  test::FakeLogin1 mute(daemon.address());
  open();
  start("org.freedesktop.login1", "Ping", {}, 5s);
  mute.silent = true;
  ASSERT_TRUE(until([&] {
    mute.turn();
    return mute.unanswered() == 1;
  }));
  bus.reset();
  ASSERT_TRUE(until([&] { return outcome.has_value(); }));
  EXPECT_EQ(failure(), "|no reply from the bus in time");
}

TEST_F(Bus, SaysWhyItCannotBeOpened) {
  const auto nonsense = systemd::Bus::open(loop, clock, "telepathy:");
  ASSERT_FALSE(nonsense);
  EXPECT_TRUE(nonsense.error().starts_with("no connection to the system bus: ")) << nonsense.error();
  daemon.kill();
  const auto gone = systemd::Bus::open(loop, clock, daemon.address());
  ASSERT_FALSE(gone);
  EXPECT_TRUE(gone.error().starts_with("no connection to the system bus: ")) << gone.error();
}

}  // namespace
}  // namespace wardend
