// logind gone, the bus gone, and back.
#include <gmock/gmock.h>

#include "tests/unit/systemd/logind_world.hpp"

namespace wardend {
namespace {

using testing::HasSubstr;

class LogindLoss : public test::LogindWorld {
 public:
  bool until_lost() {
    return until([&] { return !logind->live(); });
  }
  // A new logind with the same login sessions, or those that the test changed meanwhile. As the real one it keeps the
  // inhibitors of its predecessor.
  void login1_returns() {
    login1.emplace(bus.address());
    login1->sessions = remembered;
    login1->inhibitors = std::move(inhibitors);
  }
  void forget_login1() {
    remembered = login1->sessions;
    inhibitors = std::move(login1->inhibitors);
    login1.reset();
  }
  void login1_leaves() {
    forget_login1();
    ASSERT_TRUE(until_lost());
  }
  void bus_dies() {
    bus.kill();
    forget_login1();
    ASSERT_TRUE(until_lost());
  }
  // A first reading, to which logind owes the answer.
  void start_reading() {
    login1.emplace(bus.address());
    login1->add("c1");
    login1->silent = true;
    start();
    ASSERT_TRUE(until([&] { return login1->unanswered() == 1; }));
  }
  // The pause between two connections is virtual: it passes while the world looks for what it waits for.
  bool until_live_again() {
    return until([&] {
      if (!logind->live()) clock.advance(10ms);
      return logind->live();
    });
  }
  std::map<std::string, test::FakeLogin1::Session> remembered;
  std::vector<test::FakeLogin1::Inhibitor> inhibitors;
  const Duration grace = settings->broker.lock_grace;
};

TEST_F(LogindLoss, OfLogindIsToldAtOnceAndKnowsNobody) {
  start_with_two();
  login1_leaves();
  EXPECT_THAT(logind->trouble(), HasSubstr("systemctl status systemd-logind"));
  EXPECT_FALSE(logind->find("c1"));
  EXPECT_TRUE(logind->all().empty());
  EXPECT_EQ(logind->counters().losses, 1U);
  EXPECT_TRUE(facts.empty()) << "it has lock_grace to come back";
}

TEST_F(LogindLoss, OfTheBusIsToldAtOnceAndKnowsNobody) {
  start_with_two();
  bus_dies();
  EXPECT_THAT(logind->trouble(), HasSubstr("systemctl status dbus"));
  EXPECT_FALSE(logind->find("c1"));
  EXPECT_TRUE(logind->all().empty());
  EXPECT_EQ(logind->counters().losses, 1U);
  EXPECT_TRUE(facts.empty()) << "it has lock_grace to come back";
}

TEST_F(LogindLoss, ClearsEverythingOnceAfterTheGrace) {
  start_with_two();
  login1_leaves();
  clock.advance(grace - 1ms);
  EXPECT_TRUE(facts.empty());
  clock.advance(1ms);
  ASSERT_EQ(facts.size(), 1U);
  EXPECT_EQ(facts[0].reason, ClearReason::lock_source_lost);
  EXPECT_EQ(facts[0].login_session, "");
  clock.advance(1h);
  EXPECT_EQ(facts.size(), 1U);
}

TEST_F(LogindLoss, OfTheBusClearsEverythingOnceAfterTheGrace) {
  start_with_two();
  bus_dies();
  clock.advance(grace - 1ms);
  EXPECT_TRUE(facts.empty());
  clock.advance(1ms);
  ASSERT_EQ(facts.size(), 1U);
  EXPECT_EQ(facts[0].reason, ClearReason::lock_source_lost);
  clock.advance(1min);
  EXPECT_EQ(facts.size(), 1U) << "trying again is not losing again";
  EXPECT_EQ(logind->counters().losses, 1U);
}

TEST_F(LogindLoss, WithinTheGraceClearsNothing) {
  start_with_two();
  login1_leaves();
  clock.advance(grace - 1ms);
  login1_returns();
  ASSERT_TRUE(until_at_rest());
  clock.advance(1h);
  EXPECT_TRUE(facts.empty());
  EXPECT_TRUE(logind->find("c1"));
}

TEST_F(LogindLoss, HasItsGraceEachTime) {
  start_with_two();
  for (unsigned loss = 1; loss <= 3; ++loss) {
    login1_leaves();
    clock.advance(grace);
    EXPECT_EQ(heard("", ClearReason::lock_source_lost), loss);
    login1_returns();
    ASSERT_TRUE(until_at_rest());
    EXPECT_EQ(logind->counters().losses, loss);
  }
}

TEST_F(LogindLoss, IsOverWhenTheBusAndLogindAreBackAndLocksAreHeardAgain) {
  start_with_two();
  bus_dies();
  bus.start();
  login1_returns();
  ASSERT_TRUE(until_live_again());
  ASSERT_TRUE(until_at_rest()) << "the inhibitor went with the bus";
  EXPECT_EQ(logind->trouble(), "");
  login1->lock("c1");
  ASSERT_TRUE(until([&] { return heard("c1", ClearReason::os_lock) == 1; }));
}

TEST_F(LogindLoss, IsNotOverWhileOnlyTheBusIsBack) {
  start_with_two();
  bus_dies();
  bus.start();
  ASSERT_TRUE(until([&] {
    clock.advance(10ms);
    return logind->trouble().contains("systemd-logind is not running");
  })) << logind->trouble();
  EXPECT_FALSE(logind->live());
}

TEST_F(LogindLoss, SignalsOfTheNewLogindCountAndThoseOfTheOldOneDoNot) {
  start_with_two();
  login1_leaves();
  test::Login1Voice old(bus.address());
  login1_returns();
  ASSERT_TRUE(until_at_rest());
  old.speak_to(login1->client());
  old.lock("c1");
  old.sync();
  ASSERT_TRUE(until_heard_after("c2"));
  EXPECT_EQ(heard("c1"), 0U);
  EXPECT_EQ(logind->counters().forged, 1U);
}

TEST_F(LogindLoss, ALockMeanwhileClearsAtTheReturn) {
  start_with_two();
  login1_leaves();
  remembered.at("c1").facts.locked = true;
  login1_returns();
  ASSERT_TRUE(until_live());
  EXPECT_EQ(facts.size(), 1U);
  EXPECT_EQ(heard("c1", ClearReason::os_lock), 1U);
  EXPECT_TRUE(locked("c1"));
}

TEST_F(LogindLoss, ALogoutMeanwhileClearsAtTheReturn) {
  start_with_two();
  bus_dies();
  remembered.erase("c1");
  bus.start();
  login1_returns();
  ASSERT_TRUE(until_live_again());
  EXPECT_EQ(facts.size(), 1U);
  EXPECT_EQ(heard("c1", ClearReason::session_removed), 1U);
}

TEST_F(LogindLoss, AnotherUserUnderTheSameNumberClearsAtTheReturn) {
  start_with_two();
  login1_leaves();
  remembered.at("c1").facts.uid = 4000;
  login1_returns();
  ASSERT_TRUE(until_live());
  EXPECT_EQ(heard("c1", ClearReason::session_removed), 1U);
}

TEST_F(LogindLoss, ALockedLoginSessionIsStillLockedAtTheReturn) {
  start_with_two();
  login1->sessions.at("c1").facts.locked = true;
  login1->changed("c1", {.locked = true});
  ASSERT_TRUE(until([&] { return locked("c1"); }));
  login1_leaves();
  pictures.clear();
  login1_returns();
  ASSERT_TRUE(until_live());
  EXPECT_TRUE(locked("c1"));
  EXPECT_THAT(pictures, testing::Not(testing::Contains(Picture{"c1", false})));
}

TEST_F(LogindLoss, WhileEverythingIsReadIsToldAsWhatItIs) {
  start_reading();
  forget_login1();
  ASSERT_TRUE(until([&] { return logind->trouble().contains("systemd-logind is not running"); })) << logind->trouble();
  EXPECT_FALSE(logind->live());
}

TEST_F(LogindLoss, WhileEverythingIsReadIsOverAsSoonAsLogindIsBack) {
  start_reading();
  forget_login1();
  login1_returns();
  const BootTime back = clock.now();
  ASSERT_TRUE(until_live()) << logind->trouble();
  EXPECT_EQ(clock.now(), back);
  EXPECT_TRUE(logind->find("c1"));
}

TEST_F(LogindLoss, OfTheBusWhileEverythingIsReadCostsOnePauseOnly) {
  start_reading();
  bus.kill();
  forget_login1();
  ASSERT_TRUE(until([&] { return logind->trouble().contains("status dbus"); })) << logind->trouble();
  bus.start();
  login1_returns();
  clock.advance(250ms);
  ASSERT_TRUE(until_live()) << logind->trouble();
}

TEST_F(LogindLoss, FromTheStartIsTheSameWithoutLogind) {
  start();
  ASSERT_TRUE(until([&] { return logind->trouble().contains("systemd-logind is not running"); })) << logind->trouble();
  clock.advance(grace - 1ms);
  EXPECT_TRUE(facts.empty());
  clock.advance(1h);
  EXPECT_EQ(heard("", ClearReason::lock_source_lost), 1U);
  EXPECT_EQ(logind->counters().losses, 0U) << "what was never had is not lost";
  login1.emplace(bus.address());
  login1->add("c1");
  ASSERT_TRUE(until_at_rest());
  EXPECT_TRUE(logind->find("c1"));
}

TEST_F(LogindLoss, FromTheStartIsTheSameWithoutABus) {
  bus.kill();
  start();
  ASSERT_TRUE(until([&] { return logind->trouble().contains("system bus"); })) << logind->trouble();
  clock.advance(grace);
  EXPECT_EQ(heard("", ClearReason::lock_source_lost), 1U);
  bus.start();
  login1.emplace(bus.address());
  login1->add("c1");
  ASSERT_TRUE(until_live_again());
  EXPECT_TRUE(logind->find("c1"));
}

}  // namespace
}  // namespace wardend
