// What is read of logind: at the start, after a signal, and what becomes of what cannot be read.
#include <gmock/gmock.h>

#include "tests/unit/systemd/logind_world.hpp"

namespace wardend {
namespace {

using testing::HasSubstr;
using LogindReading = test::LogindWorld;

TEST_F(LogindReading, KnowsNobodyBeforeTheFirstReading) {
  login1.emplace(bus.address());
  login1->add("c1");
  login1->silent = true;
  start();
  ASSERT_TRUE(until([&] { return login1->asked("ListSessions") == 1; }));
  EXPECT_FALSE(logind->live());
  EXPECT_NE(logind->trouble(), "");
  EXPECT_FALSE(logind->find("c1"));
  EXPECT_TRUE(logind->all().empty());
  login1->silent = false;
  ASSERT_TRUE(until_live());
  EXPECT_EQ(logind->trouble(), "");
  EXPECT_EQ(logind->all().size(), 1U);
}

TEST_F(LogindReading, GivesEveryLoginSessionAsLogindHasIt) {
  login1.emplace(bus.address());
  login1->add("c1", 1000).facts.locked = true;
  login1->add("7", 1001).facts = {
      .id = "7", .uid = 1001, .user = "bob", .kind = "user", .type = "tty", .active = true, .locked = false};
  start();
  ASSERT_TRUE(until_live());
  ASSERT_EQ(logind->all().size(), 2U);
  const auto seated = logind->find("c1");
  ASSERT_TRUE(seated);
  EXPECT_EQ(seated->uid, 1000U);
  EXPECT_EQ(seated->seat, "seat0");
  EXPECT_EQ(seated->type, "wayland");
  EXPECT_FALSE(seated->remote);
  EXPECT_TRUE(seated->locked);
  const auto remote = logind->find("7");
  ASSERT_TRUE(remote);
  EXPECT_EQ(remote->user, "bob");
  EXPECT_EQ(remote->seat, "");
  EXPECT_EQ(remote->kind, "user");
  EXPECT_TRUE(remote->remote);
  EXPECT_TRUE(remote->active);
  EXPECT_FALSE(remote->locked);
  EXPECT_FALSE(logind->find("c9"));
}

TEST_F(LogindReading, ClearsNothingByItself) {
  login1.emplace(bus.address());
  login1->add("c1").facts.locked = true;
  start();
  ASSERT_TRUE(until_at_rest());
  EXPECT_TRUE(facts.empty());
  EXPECT_THAT(pictures, testing::Contains(Picture{"", std::nullopt})) << "but says that everything was read";
}

TEST_F(LogindReading, CountsAMissingHintAsLocked) {
  login1.emplace(bus.address());
  login1->add("c1").without_hint = true;
  login1->add("c2");
  start();
  ASSERT_TRUE(until_live());
  EXPECT_TRUE(locked("c1"));
  EXPECT_FALSE(locked("c2"));
}

TEST_F(LogindReading, DoesNotKnowALoginSessionWhoseHintIsNoFlag) {
  login1.emplace(bus.address());
  login1->add("c1").locked_as_text = "no";
  login1->add("c2");
  start();
  ASSERT_TRUE(until_live());
  EXPECT_FALSE(logind->find("c1")) << "a caller in it counts as locked";
  EXPECT_TRUE(logind->find("c2"));
}

TEST_F(LogindReading, ClearsALoginSessionThatBecomesUnreadable) {
  start_with_two();
  login1->sessions.at("c1").locked_as_text = "no";
  login1->unlock("c1");  // says nothing by itself, and has it read again
  ASSERT_TRUE(until([&] { return heard("c1") != 0; }));
  EXPECT_EQ(facts.front().reason, ClearReason::session_removed);
  EXPECT_FALSE(logind->find("c1"));
  ASSERT_TRUE(until([&] { return login1->asked("ListSessions") == 2; })) << "and looks at everything again";
  EXPECT_TRUE(logind->live());
}

// As after a sleep: the call was made before it, and its time is up at the wake.
TEST_F(LogindReading, AnAnswerThatDoesNotComeLocksALoginSessionAndDoesNotForgetIt) {
  start_with_two();
  login1->silent = true;
  login1->unlock("c1");  // has it read again
  ASSERT_TRUE(until([&] { return login1->asked("GetAll") == 3; }));
  clock.advance(3s);
  ASSERT_TRUE(until([&] { return heard("c1") != 0; }));
  EXPECT_EQ(facts.front().reason, ClearReason::os_lock);
  EXPECT_EQ(heard("c1", ClearReason::session_removed), 0U) << "a removal would forget that nobody has signed in since";
  EXPECT_FALSE(logind->live());
  login1->silent = false;
  clock.advance(1s);
  ASSERT_TRUE(until_live());
  EXPECT_FALSE(locked("c1")) << "once logind has said so";
  EXPECT_EQ(heard("c1", ClearReason::session_removed), 0U);
}

TEST_F(LogindReading, AReadingOfAllThatIsNotAnsweredForgetsNobody) {
  start_with_two();
  login1->silent_for = "c2";
  login1->session_new("c9");  // is not there, so that everything is read again
  ASSERT_TRUE(until([&] { return login1->asked("GetAll") >= 5; }));
  clock.advance(3s);
  ASSERT_TRUE(until([&] { return !logind->live(); }));
  EXPECT_EQ(heard("c2", ClearReason::session_removed), 0U);
  login1->silent_for.clear();
  clock.advance(1s);
  ASSERT_TRUE(until_live());
  EXPECT_TRUE(logind->find("c2"));
  EXPECT_EQ(heard("c2", ClearReason::session_removed), 0U);
}

TEST_F(LogindReading, ReadsANewLoginSession) {
  start_with_two();
  login1->add("c3", 1003);
  login1->session_new("c3");
  ASSERT_TRUE(until([&] { return logind->find("c3").has_value(); }));
  EXPECT_EQ(logind->find("c3")->uid, 1003U);
  EXPECT_THAT(pictures, testing::Contains(Picture{"c3", false}));
  EXPECT_TRUE(facts.empty());
}

TEST_F(LogindReading, TellsOfAnUnlock) {
  start_with_two();
  login1->changed("c1", {.locked = true});
  login1->sessions.at("c1").facts.locked = true;
  ASSERT_TRUE(until([&] { return locked("c1"); }));
  pictures.clear();
  login1->sessions.at("c1").facts.locked = false;
  login1->changed("c1", {.locked = false});
  ASSERT_TRUE(until([&] { return !locked("c1"); }));
  EXPECT_EQ(pictures.front(), (Picture{"c1", false}));
  EXPECT_EQ(facts.size(), 1U) << "an unlock clears nothing";
}

TEST_F(LogindReading, BelievesThePropertiesOverTheSignal) {
  start_with_two();
  login1->sessions.at("c1").facts.locked = true;
  login1->changed("c1", {.locked = false});
  ASSERT_TRUE(until([&] { return locked("c1"); }));
  EXPECT_EQ(heard("c1", ClearReason::os_lock), 1U);
}

TEST_F(LogindReading, ClearsWhenTheUserOfALoginSessionIsAnother) {
  start_with_two();
  login1->sessions.at("c1").facts.uid = 4000;
  login1->unlock("c1");
  ASSERT_TRUE(until([&] { return heard("c1", ClearReason::session_removed) == 1; }));
}

TEST_F(LogindReading, IsNotLiveWhileLogindRefusesToListAndAsksAgain) {
  login1.emplace(bus.address());
  login1->add("c1");
  login1->refuses_list = true;
  start();
  ASSERT_TRUE(until([&] { return logind->trouble().contains("does not answer"); })) << logind->trouble();
  EXPECT_FALSE(logind->live());
  login1->refuses_list = false;
  clock.advance(1s);
  ASSERT_TRUE(until_live());
  EXPECT_TRUE(logind->find("c1"));
}

// A reply that was written before a signal may be read after it: the signal is the newer of the two.
TEST_F(LogindReading, AReplyOlderThanASignalUnlocksNothing) {
  start_with_two();
  login1->after_reading["c1"] = [&] {
    login1->sessions.at("c1").facts.locked = true;
    login1->changed("c1", {.locked = true});
    login1->sync();
  };
  login1->unlock("c1");
  ASSERT_TRUE(until([&] { return heard("c1", ClearReason::os_lock) != 0 && login1->asked("GetAll") == 4; }));
  ASSERT_TRUE(until_heard_after());
  EXPECT_THAT(pictures, testing::Not(testing::Contains(Picture{"c1", false})));
  EXPECT_EQ(heard("c1"), 1U);
  EXPECT_TRUE(locked("c1"));
}

TEST_F(LogindReading, AReadingOfAllOlderThanASignalUnlocksNothing) {
  start_with_two();
  login1->before_reading["c2"] = [&] {
    login1->sessions.at("c1").facts.locked = true;
    login1->changed("c1", {.locked = true});
  };
  login1->prepare_for_sleep(false);  // everything is read again
  ASSERT_TRUE(until([&] { return heard("c1", ClearReason::os_lock) != 0 && login1->asked("GetAll") == 5; }));
  ASSERT_TRUE(until_heard_after());
  EXPECT_THAT(pictures, testing::Not(testing::Contains(Picture{"c1", false})));
  EXPECT_EQ(heard("c1"), 1U);
  EXPECT_TRUE(locked("c1"));
}

TEST_F(LogindReading, AFirstReadingOlderThanASignalUnlocksNothing) {
  login1.emplace(bus.address());
  login1->add("c1");
  login1->add("c2");
  login1->before_reading["c2"] = [&] {
    login1->sessions.at("c1").facts.locked = true;
    login1->changed("c1", {.locked = true});
  };
  start();
  ASSERT_TRUE(until([&] { return logind->live() && logind->find("c1"); }));
  EXPECT_TRUE(locked("c1"));
  EXPECT_THAT(pictures, testing::Not(testing::Contains(Picture{"c1", false})));
}

TEST_F(LogindReading, ALoginSessionThatEndsWhileItIsReadStaysGone) {
  start_with_two();
  login1->after_reading["c1"] = [&] {
    login1->sessions.erase("c1");
    login1->session_removed("c1");
    login1->sync();
  };
  login1->unlock("c1");
  ASSERT_TRUE(until([&] { return heard("c1", ClearReason::session_removed) != 0; }));
  ASSERT_TRUE(until_heard_after());
  EXPECT_FALSE(logind->find("c1"));
  EXPECT_EQ(heard("c1"), 1U);
}

TEST_F(LogindReading, ALoginSessionThatEndsWhileAllAreReadStaysGone) {
  start_with_two();
  login1->before_reading["c2"] = [&] {
    login1->sessions.erase("c1");
    login1->session_removed("c1");
  };
  login1->prepare_for_sleep(false);
  ASSERT_TRUE(until([&] { return heard("c1", ClearReason::session_removed) != 0; }));
  ASSERT_TRUE(until_heard_after());
  EXPECT_FALSE(logind->find("c1"));
  EXPECT_EQ(heard("c1"), 1U);
}

TEST_F(LogindReading, EndsWhileLogindOwesAnAnswer) {
  login1.emplace(bus.address());
  login1->silent = true;
  start();
  ASSERT_TRUE(until([&] { return login1->unanswered() == 1; }));
}

}  // namespace
}  // namespace wardend
