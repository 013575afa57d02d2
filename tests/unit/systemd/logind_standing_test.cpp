// Several seats, closing login sessions, idleness, unlocks and the time between going to sleep and being awake.
#include <gmock/gmock.h>

#include <fstream>

#include "tests/unit/systemd/logind_world.hpp"

namespace wardend {
namespace {

using LogindStanding = test::LogindWorld;

// logind writes the file of a login session anew when it begins to close, and says nothing on the bus.
struct LogindFiles : test::LogindWorld {
  LogindFiles() {
    std::string name = (std::filesystem::temp_directory_path() / "wardend-sessions-XXXXXX").string();
    EXPECT_NE(::mkdtemp(name.data()), nullptr);
    sessions_folder = name;
  }
  ~LogindFiles() override { std::filesystem::remove_all(sessions_folder); }
  void write(const std::string& id) const {
    std::ofstream(sessions_folder / ".#new") << "STATE=closing\n";
    std::filesystem::rename(sessions_folder / ".#new", sessions_folder / id);
  }
};

TEST_F(LogindStanding, ALockAtOneSeatLeavesTheOtherAlone) {
  login1.emplace(bus.address());
  login1->add("c1", 1000);
  login1->add("c2", 1001).facts.seat = "seat1";
  start();
  ASSERT_TRUE(until_at_rest());
  login1->changed("c2", {.locked = true});
  ASSERT_TRUE(until([&] { return heard("c2", ClearReason::os_lock) == 1; }));
  EXPECT_EQ(heard("c1"), 0U);
  EXPECT_FALSE(locked("c1"));
}

TEST_F(LogindStanding, AUserSwitchAtOneSeatClearsTheOneThatLeavesIt) {
  login1.emplace(bus.address());
  login1->add("c1", 1000);
  login1->add("c2", 1001).facts.active = false;
  login1->add("c3", 1002).facts.seat = "seat1";
  start();
  ASSERT_TRUE(until_at_rest());
  login1->sessions.at("c1").facts.active = false;
  login1->sessions.at("c2").facts.active = true;
  login1->changed("c1", {.active = false});
  login1->changed("c2", {.active = true});
  ASSERT_TRUE(until([&] { return heard("c1", ClearReason::session_inactive) == 1; }));
  ASSERT_TRUE(until_heard_after("c3"));
  EXPECT_EQ(heard("c2"), 0U);
  EXPECT_EQ(facts.size(), 2U) << "and the marker";
}

TEST_F(LogindFiles, AClosingLoginSessionIsCleared) {
  start_with_two();
  login1->sessions.at("c1").facts.state = "closing";
  write("c1");
  ASSERT_TRUE(until([&] { return heard("c1", ClearReason::session_removed) == 1; }));
  EXPECT_EQ(heard("c2"), 0U);
  EXPECT_EQ(login1->asked("ListSessions"), 1U) << "one is read, not all";
}

TEST_F(LogindFiles, AFileWrittenAnewByItselfClearsNothing) {
  start_with_two();
  const unsigned before = login1->asked("GetAll");
  write("c1");
  write("c9");
  ASSERT_TRUE(until([&] { return login1->asked("GetAll") > before; }));
  ASSERT_TRUE(until_heard_after("c2"));
  EXPECT_EQ(facts.size(), 1U) << "the marker";
}

TEST_F(LogindStanding, IdleSinceIsReadOnlyWhereTheHintIsTrue) {
  login1.emplace(bus.address());
  login1->add("c1").facts.idle_since = WallTime(1000s);
  login1->add("c2");
  start();
  ASSERT_TRUE(until_live());
  EXPECT_EQ(logind->find("c1")->idle_since, WallTime(1000s));
  EXPECT_FALSE(logind->find("c2")->idle_since);
}

TEST_F(LogindStanding, AnUnlockIsTold) {
  start_with_two();
  login1->changed("c1", {.locked = true});
  login1->changed("c1", {.locked = false});
  ASSERT_TRUE(until([&] { return !unlocks.empty(); }));
  EXPECT_THAT(unlocks, testing::ElementsAre("c1"));
}

TEST_F(LogindStanding, AnUnlockByAnythingButTheHintIsNotTold) {
  start_with_two();
  login1->sessions.at("c1").facts.locked = true;
  login1->changed("c1", {.locked = true});
  login1->unlock("c1");                      // a wish
  login1->changed("c1", {.active = false});  // away
  login1->changed("c1", {.active = true});   // and back
  login1->changed("c2", {.locked = false});  // was not locked
  ASSERT_TRUE(until_heard_after("c2"));
  EXPECT_TRUE(unlocks.empty());
}

// T47: a restarted logind has forgotten every lock, and its "no" is no unlock.
TEST_F(LogindStanding, ARestartThatForgotTheLockTellsNoUnlock) {
  start_with_two();
  login1->sessions.at("c1").facts.locked = true;
  login1->changed("c1", {.locked = true});
  ASSERT_TRUE(until([&] { return locked("c1"); }));
  auto remembered = login1->sessions;
  remembered.at("c1").facts.locked = false;
  login1.reset();
  ASSERT_TRUE(until([&] { return !logind->live(); }));
  login1.emplace(bus.address());
  login1->sessions = remembered;
  ASSERT_TRUE(until([&] { return logind->live() && !locked("c1"); }));
  EXPECT_TRUE(unlocks.empty());
}

TEST_F(LogindStanding, EverybodyIsLockedFromTheSuspendToTheReadingAfterIt) {
  start_with_two();
  login1->prepare_for_sleep(true);
  ASSERT_TRUE(until([&] { return heard("", ClearReason::suspend) == 1; }));
  EXPECT_TRUE(locked("c1"));
  EXPECT_TRUE(locked("c2"));
  login1->silent = true;
  const std::size_t readings = login1->asked("ListSessions");
  login1->prepare_for_sleep(false);
  ASSERT_TRUE(until([&] { return login1->asked("ListSessions") > readings; }));
  EXPECT_TRUE(locked("c1")) << "the picture is that of before the sleep";
  login1->silent = false;
  ASSERT_TRUE(until([&] { return !locked("c1") && !locked("c2"); }));
}

TEST_F(LogindStanding, FactsNameTheirSource) {
  start_with_two();
  login1->lock("c1");
  ASSERT_TRUE(until([&] { return !facts.empty(); }));
  EXPECT_EQ(facts[0].source, "logind");
}

}  // namespace
}  // namespace wardend
