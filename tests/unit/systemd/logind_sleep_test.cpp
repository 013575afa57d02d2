// A suspend: delayed until everything is cleared and no secret is needed any more, and never for long.
#include <gmock/gmock.h>

#include "tests/unit/systemd/logind_world.hpp"

namespace wardend {
namespace {

using test::LogindWorld;

using LogindSleep = LogindWorld;

TEST_F(LogindSleep, IsDelayedFromTheFirstReadingOn) {
  start_with_two();
  ASSERT_EQ(login1->inhibitors.size(), 1U);
  EXPECT_EQ(login1->inhibitors[0].what, "sleep");
  EXPECT_EQ(login1->inhibitors[0].who, "wardend");
  EXPECT_EQ(login1->inhibitors[0].mode, "delay");
}

TEST_F(LogindSleep, MayBeginOnlyOnceEverythingIsCleared) {
  start_with_two();
  login1->prepare_for_sleep(true);
  ASSERT_TRUE(until([&] { return !login1->inhibited(); }));
  ASSERT_EQ(facts.size(), 1U);
  EXPECT_EQ(facts[0].reason, ClearReason::suspend);
  EXPECT_TRUE(inhibited_at_fact[0]) << "the machine might have slept with secrets in memory";
}

TEST_F(LogindSleep, IsDelayedAgainAfterTheWakeAndEverythingIsRead) {
  start_with_two();
  login1->prepare_for_sleep(true);
  ASSERT_TRUE(until([&] { return !login1->inhibited(); }));
  login1->sessions.at("c1").facts.locked = true;
  login1->prepare_for_sleep(false);
  ASSERT_TRUE(until([&] { return login1->inhibited() && locked("c1"); }));
  EXPECT_EQ(login1->inhibitors.size(), 2U);
}

TEST_F(LogindSleep, IsToldToBeOverByTheWakeAlone) {
  start_with_two();
  login1->prepare_for_sleep(true);
  ASSERT_TRUE(until([&] { return heard("", ClearReason::suspend) == 1; }));
  const std::size_t readings = login1->asked("ListSessions");
  login1->prepare_for_sleep(false);
  ASSERT_TRUE(until([&] { return login1->asked("ListSessions") > readings; }));
  EXPECT_EQ(facts.size(), 1U) << "a wake clears nothing";
}

TEST_F(LogindSleep, IsHeardWithoutAnInhibitorToo) {
  login1.emplace(bus.address());
  login1->add("c1");
  login1->refuses_inhibit = true;
  start();
  ASSERT_TRUE(until([&] { return logind->live() && login1->asked("Inhibit") == 1; }));
  login1->prepare_for_sleep(true);
  ASSERT_TRUE(until([&] { return heard("", ClearReason::suspend) == 1; }));
  EXPECT_TRUE(logind->live());
}

TEST_F(LogindSleep, IsDelayedAsSoonAsThatIsAllowed) {
  login1.emplace(bus.address());
  login1->refuses_inhibit = true;
  start();
  ASSERT_TRUE(until([&] { return logind->live() && login1->asked("Inhibit") == 1 && login1->asked("Get") == 1; }));
  login1->refuses_inhibit = false;
  ASSERT_FALSE(login1->inhibited());
  clock.advance(10s);
  EXPECT_TRUE(until([&] { return login1->inhibited(); })) << "polkit may only just have been starting";
}

TEST_F(LogindSleep, IsNoLongerDelayedOnceWardendHasEnded) {
  start_with_two();
  TaskGroup closing(loop.get_executor());
  closing.spawn("logind", logind->shut_down());
  ASSERT_TRUE(until([&] { return closing.size() == 0; }));
  logind.reset();
  EXPECT_TRUE(until([&] { return !login1->inhibited(); })) << "the bus may hold a copy for a moment";
}

class LogindSleepWithWorkLeft : public LogindWorld {
 protected:
  void SetUp() override {
    start_with_two();
    ASSERT_TRUE(until([&] { return login1->asked("Get") == 1; }));
    busy = true;
    login1->prepare_for_sleep(true);
    ASSERT_TRUE(until([&] { return !sleep_delays.empty(); }));
  }
  // The loop has had its turns, and login1 too.
  void let_pass(Duration span) {
    clock.advance(span);
    login1->turn();
  }
};

TEST_F(LogindSleepWithWorkLeft, IsDelayedUntilItIsDone) {
  EXPECT_EQ(facts.size(), 1U) << "which begins with the clear";
  let_pass(1900ms);
  EXPECT_TRUE(login1->inhibited());
  busy = false;
  done.notify_all();
  EXPECT_TRUE(until([&] { return !login1->inhibited(); }));
}

TEST_F(LogindSleepWithWorkLeft, IsDelayedForTwoSecondsAtMost) {
  EXPECT_EQ(sleep_delays, std::vector<Duration>{2s});
  let_pass(1999ms);
  EXPECT_TRUE(login1->inhibited());
  let_pass(1ms);
  EXPECT_TRUE(until([&] { return !login1->inhibited(); })) << "the bus may hold a copy for a moment";
}

TEST_F(LogindSleepWithWorkLeft, IsDelayedAnewAfterAWakeThatCameMeanwhile) {
  login1->prepare_for_sleep(false);
  ASSERT_TRUE(until([&] { return login1->inhibitors.size() == 2 && delayed(); }));
  let_pass(3s);
  EXPECT_TRUE(login1->inhibited()) << "the end of the first delay must not end the second";
}

TEST_F(LogindSleep, IsDelayedForLessWhereLogindWaitsForLess) {
  login1.emplace(bus.address());
  login1->inhibit_delay_max = 1s;
  login1->add("c1");
  start();
  ASSERT_TRUE(until_at_rest());
  // A reading that was asked for later is answered later.
  ASSERT_TRUE(until([&] { return login1->asked("Get") == 1; }));
  login1->session_new("c1");
  const unsigned read = login1->asked("GetAll");
  ASSERT_TRUE(until([&] { return login1->asked("GetAll") > read; }));
  login1->prepare_for_sleep(true);
  ASSERT_TRUE(until([&] { return !sleep_delays.empty(); }));
  EXPECT_EQ(sleep_delays, std::vector<Duration>{800ms});
}

}  // namespace
}  // namespace wardend
