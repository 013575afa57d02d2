// Which signals clear, and whose signals count.
#include <gmock/gmock.h>

#include "tests/unit/systemd/logind_world.hpp"

namespace wardend {
namespace {

using test::FakeLogin1;
using test::Login1Voice;
using test::LogindWorld;

struct Saying {
  const char* name;
  std::function<void(Login1Voice&)> say;
  ClearReason reason = ClearReason::os_lock;
  std::string login_session = "c1";  // empty: all
};
std::string name_of_case(const testing::TestParamInfo<Saying>& info) { return info.param.name; }

const std::vector<Saying> clearing = {
    {"Lock", [](Login1Voice& voice) { voice.lock("c1"); }},
    {"HintTrue", [](Login1Voice& voice) { voice.changed("c1", {.locked = true}); }},
    {"HintAnnouncedWithoutValue", [](Login1Voice& voice) { voice.changed("c1", {.without_value = {"LockedHint"}}); }},
    {"HintThatIsNoFlag", [](Login1Voice& voice) { voice.changed("c1", {.locked_as_text = "no"}); }},
    {"ActiveFalse", [](Login1Voice& voice) { voice.changed("c1", {.active = false}); }, ClearReason::session_inactive},
    {"SessionRemoved", [](Login1Voice& voice) { voice.session_removed("c1"); }, ClearReason::session_removed},
    {"PrepareForSleep", [](Login1Voice& voice) { voice.prepare_for_sleep(true); }, ClearReason::suspend, ""},
    {"PrepareForSleepThatDoesNotSayWhich",
     [](Login1Voice& voice) { voice.manager_signal_without_arguments("PrepareForSleep"); }, ClearReason::suspend, ""},
};

class LogindClears : public LogindWorld, public testing::WithParamInterface<Saying> {};

TEST_P(LogindClears, BeforeAnythingIsReadBack) {
  start_with_two();
  login1->silent = true;  // the signal's own payload is all there is
  GetParam().say(*login1);
  ASSERT_TRUE(until([&] { return !facts.empty(); }));
  EXPECT_EQ(facts.size(), 1U);
  EXPECT_EQ(name_of(facts.front().reason), name_of(GetParam().reason));
  EXPECT_EQ(facts.front().login_session, GetParam().login_session);
  EXPECT_LE(facts.front().received_at, std::chrono::steady_clock::now());
  EXPECT_GT(facts.front().received_at, std::chrono::steady_clock::now() - 10s);
  EXPECT_TRUE(logind->live());
}
INSTANTIATE_TEST_SUITE_P(Signals, LogindClears, testing::ValuesIn(clearing), name_of_case);

const std::vector<Saying> harmless = {
    {"Unlock", [](Login1Voice& voice) { voice.unlock("c1"); }},
    {"HintFalse", [](Login1Voice& voice) { voice.changed("c1", {.locked = false}); }},
    {"ActiveTrue", [](Login1Voice& voice) { voice.changed("c1", {.active = true}); }},
    {"NeitherHintNorActive", [](Login1Voice& voice) { voice.changed("c1", {.without_value = {"Display"}}); }},
    {"ActiveFalseOffTheSeats", [](Login1Voice& voice) { voice.changed("ssh", {.active = false}); }},
    {"LockOfALoginSessionThatNobodyKnows", [](Login1Voice& voice) { voice.lock("c9"); }},
    {"SessionNewOfAKnownOne", [](Login1Voice& voice) { voice.session_new("c1"); }},
    {"SessionRemovedThatDoesNotSayWhich",
     [](Login1Voice& voice) { voice.manager_signal_without_arguments("SessionRemoved"); }},
    {"PrepareForSleepFalse", [](Login1Voice& voice) { voice.prepare_for_sleep(false); }},
    {"AnotherSignalOfTheManager", [](Login1Voice& voice) { voice.manager_signal_without_arguments("SeatNew"); }},
};

class LogindDoesNotClear : public LogindWorld, public testing::WithParamInterface<Saying> {};

TEST_P(LogindDoesNotClear, WhateverFollows) {
  login1.emplace(bus.address());
  login1->add("c1");
  login1->add("c2");
  login1->add("ssh").facts.seat = "";
  start();
  ASSERT_TRUE(until_at_rest());
  GetParam().say(*login1);
  ASSERT_TRUE(until_heard_after("c2"));
  EXPECT_EQ(facts.size(), 1U) << "the marker only";
}
INSTANTIATE_TEST_SUITE_P(Signals, LogindDoesNotClear, testing::ValuesIn(harmless), name_of_case);

// The rows above clear when logind says them; from anybody else they must not, to all or to wardend alone.
class LogindIgnores : public LogindWorld, public testing::WithParamInterface<Saying> {
 public:
  void forge(const std::string& to) {
    start_with_two();
    Login1Voice forger(bus.address());
    ASSERT_NE(forger.unique_name(), login1->unique_name());
    forger.speak_to(to.empty() ? to : login1->client());
    GetParam().say(forger);
    forger.sync();
    ASSERT_TRUE(until_heard_after("c2"));
    EXPECT_EQ(facts.size(), 1U) << "the marker only";
    EXPECT_TRUE(logind->find("c1"));
    EXPECT_FALSE(locked("c1"));
    EXPECT_TRUE(logind->find("c1").value_or(LoginSession{}).active);
    EXPECT_TRUE(login1->inhibited());
  }
};

TEST_P(LogindIgnores, AForgedBroadcast) { forge(""); }
TEST_P(LogindIgnores, AForgedUnicastAndCountsIt) {
  forge("wardend");
  EXPECT_EQ(logind->counters().forged, 1U);
}
INSTANTIATE_TEST_SUITE_P(Signals, LogindIgnores, testing::ValuesIn(clearing), name_of_case);

using LogindSignals = LogindWorld;

TEST_F(LogindSignals, OfAForgedOwnerOfTheNameAreIgnored) {
  start_with_two();
  Login1Voice forger(bus.address());
  forger.speak_to(login1->client());
  forger.name_owner_changed(login1->unique_name(), forger.unique_name());
  forger.lock("c1");
  forger.sync();
  ASSERT_TRUE(until_heard_after("c2"));
  EXPECT_EQ(facts.size(), 1U);
  EXPECT_TRUE(logind->live());
  EXPECT_EQ(logind->counters().losses, 0U);
  EXPECT_EQ(logind->counters().forged, 1U);
}

TEST_F(LogindSignals, ThePictureIsLockedAlreadyWhenTheListenerIsTold) {
  start_with_two();
  login1->silent = true;
  login1->changed("c1", {.locked = true});
  ASSERT_TRUE(until([&] { return !facts.empty(); }));
  EXPECT_TRUE(locked_at_fact.front());
}

TEST_F(LogindSignals, AHintThatStaysTrueClearsOnce) {
  start_with_two();
  login1->sessions.at("c1").facts.locked = true;
  for (int i = 0; i < 3; ++i) login1->changed("c1", {.locked = true});
  ASSERT_TRUE(until_heard_after("c2"));
  EXPECT_EQ(heard("c1"), 1U);
}

TEST_F(LogindSignals, EveryLockClears) {
  start_with_two();
  for (int i = 0; i < 3; ++i) login1->lock("c1");
  ASSERT_TRUE(until([&] { return heard("c1", ClearReason::os_lock) == 3; }));
}

TEST_F(LogindSignals, OfOneLoginSessionLeaveTheOthersAlone) {
  start_with_two();
  login1->changed("c1", {.locked = true, .active = false});
  ASSERT_TRUE(until([&] { return !facts.empty(); }));
  EXPECT_EQ(heard("c2"), 0U);
  EXPECT_FALSE(locked("c2"));
}

}  // namespace
}  // namespace wardend
