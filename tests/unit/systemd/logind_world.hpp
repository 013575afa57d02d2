// The lock source on a real bus, with a logind that says and answers what the test wants. Time is virtual, sockets are
// real: the world runs until something is so, ten seconds at most.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "systemd/logind.hpp"
#include "tests/support/fake_login1.hpp"
#include "tests/support/fakes.hpp"
#include "tests/support/private_bus.hpp"
#include "tests/support/until.hpp"
#include "tests/support/virtual_clock.hpp"

namespace wardend::test {

class LogindWorld : public ::testing::Test, public LockListener {
 public:
  ~LogindWorld() override {
    if (!logind) return;
    TaskGroup closing(loop.get_executor());
    closing.spawn("logind", logind->shut_down());
    EXPECT_TRUE(until([&] { return closing.size() == 0; }));
  }

  void must_clear(const ClearFact& fact) override {
    facts.push_back(fact);
    inhibited_at_fact.push_back(login1 && login1->inhibited());
    locked_at_fact.push_back(logind->find(fact.login_session).value_or(LoginSession{}).locked);
  }
  void picture_changed(std::string_view id) override {
    const auto session = logind->find(id);
    pictures.push_back({std::string(id), session ? std::optional(session->locked) : std::nullopt});
  }

  void unlock_seen(std::string_view id) override { unlocks.emplace_back(id); }
  asio::awaitable<void> emptied(BootTime last) override {
    const BootTime begun = clock.now();
    sleep_delays.push_back(last - begun);
    while (busy && clock.now() < last) co_await clock.wait(done, last);
  }

  // Runs the loop and login1 until `reached`.
  bool until(const std::function<bool()>& reached) {
    return test::until(
        loop, reached, [this] { clock.settle(); },
        [this] {
          if (login1) login1->turn();
        });
  }
  bool until_live() {
    return until([&] { return logind->live(); });
  }
  // Live, with the inhibitor taken, and with nothing left to ask.
  bool until_at_rest() {
    return until([&] { return logind->live() && delayed(); });
  }
  // The inhibitor has come: how long it may delay is asked for behind each.
  [[nodiscard]] bool delayed() const {
    return login1->inhibited() && login1->asked("Get") == login1->asked("Inhibit");
  }

  // Brings login1 up, with `c1` and `c2` logged in, and forgets what there was to hear of that.
  void start_with_two() {
    login1.emplace(bus.address());
    login1->add("c1", 1000);
    login1->add("c2", 1001);
    start();
    ASSERT_TRUE(until_at_rest());
    ASSERT_TRUE(facts.empty());
    pictures.clear();
  }
  void start() {
    const systemd::Logind::Places places{.bus = bus.address(), .sessions = sessions_folder};
    logind = std::make_unique<systemd::Logind>(loop, clock, *this, config, places);
    logind->start();
  }

  // Signals of one connection arrive in their order: once this one of login1 is heard, so were all before it.
  bool until_heard_after(const std::string& marker = "c2") {
    const std::size_t before = heard(marker, ClearReason::os_lock);
    login1->lock(marker);
    return until([&] { return heard(marker, ClearReason::os_lock) > before; });
  }

  [[nodiscard]] std::size_t heard(const std::string& id, ClearReason reason) const {
    return static_cast<std::size_t>(std::ranges::count_if(
        facts, [&](const ClearFact& fact) { return fact.login_session == id && fact.reason == reason; }));
  }
  [[nodiscard]] std::size_t heard(const std::string& id) const {
    return static_cast<std::size_t>(std::ranges::count(facts, id, &ClearFact::login_session));
  }
  [[nodiscard]] bool locked(const std::string& id) const {
    return logind->find(id).value_or(LoginSession{.id = "none"}).locked;
  }

  // What a listener was told of a login session, and what it read of it in the same turn.
  struct Picture {
    std::string id;
    std::optional<bool> locked;
    bool operator==(const Picture&) const = default;
    friend void PrintTo(const Picture& picture, std::ostream* out) {
      *out << picture.id << (!picture.locked ? " unknown" : *picture.locked ? " locked" : " unlocked");
    }
  };

  asio::io_context loop;
  VirtualClock clock{loop};
  std::shared_ptr<config::Config> settings = basic_config();
  config::Live config{settings};
  PrivateBus bus;
  std::filesystem::path sessions_folder;  // empty: logind writes no files
  std::optional<FakeLogin1> login1;
  std::unique_ptr<systemd::Logind> logind;
  std::vector<ClearFact> facts;
  std::vector<bool> inhibited_at_fact;
  std::vector<bool> locked_at_fact;
  std::vector<Picture> pictures;
  std::vector<std::string> unlocks;
  bool busy = false;  // has something that a sleep must wait for, until `done`
  Event done;
  std::vector<Duration> sleep_delays;  // how long each sleep would be delayed at most
};

}  // namespace wardend::test
