#include "systemd/login_session_policy.hpp"

#include <gtest/gtest.h>

#include <string>

namespace wardend::systemd {
namespace {

// Class, Type, Remote, Seat and State, in the words of logind.
struct Kind {
  const char* name;
  std::string kind, type;
  bool remote;
  std::string seat, state;
  bool holds;
  bool desktop = false;
};
LoginSession of_kind(const Kind& row) {
  return {.id = "c1",
          .uid = 1000,
          .seat = row.seat,
          .kind = row.kind,
          .type = row.type,
          .remote = row.remote,
          .active = true,
          .locked = false,
          .state = row.state};
}
class MayHold : public testing::TestWithParam<Kind> {};

TEST_P(MayHold, IsAsTheTableSays) {
  const LoginSession session = of_kind(GetParam());
  EXPECT_EQ(may_hold(session), GetParam().holds);
  EXPECT_EQ(is_desktop(session), GetParam().desktop);
  EXPECT_EQ(is_locked(session), !GetParam().holds) << "nothing else is wrong with it";
}
INSTANTIATE_TEST_SUITE_P(
    Table, MayHold,
    testing::Values(Kind{"WaylandDesktop", "user", "wayland", false, "seat0", "active", true, true},
                    Kind{"X11Desktop", "user", "x11", false, "seat0", "active", true, true},
                    Kind{"MirDesktop", "user", "mir", false, "seat0", "online", true, true},
                    Kind{"DesktopAtASecondSeat", "user", "wayland", false, "seat1", "active", true, true},
                    Kind{"DesktopThatIsStillOpening", "user", "wayland", false, "seat0", "opening", true, true},
                    Kind{"DesktopOfATerminalServer", "user", "x11", true, "", "active", true, true},
                    Kind{"DesktopOffTheSeats", "user", "x11", false, "", "online", true, true},
                    Kind{"Console", "user", "tty", false, "seat0", "active", true},
                    Kind{"KioskThatNamesNoType", "user", "unspecified", false, "seat0", "active", true},
                    Kind{"Ssh", "user", "tty", true, "", "active", false},
                    Kind{"SshThatNamesNoType", "user", "unspecified", true, "", "active", false},
                    Kind{"CronOrSu", "user", "unspecified", false, "", "active", false},
                    Kind{"TerminalWithoutASeat", "user", "tty", false, "", "active", false},
                    Kind{"WebConsole", "user", "web", true, "", "active", false},
                    Kind{"RemoteAtASeat", "user", "wayland", true, "seat0", "active", false},
                    Kind{"DesktopThatIsClosing", "user", "wayland", false, "seat0", "closing", false},
                    Kind{"Greeter", "greeter", "wayland", false, "seat0", "active", false},
                    Kind{"LockScreen", "lock-screen", "x11", false, "seat0", "active", false},
                    Kind{"Background", "background", "unspecified", false, "", "active", false},
                    Kind{"BackgroundAtASeat", "background", "tty", false, "seat0", "active", false},
                    Kind{"Manager", "manager", "unspecified", false, "", "active", false},
                    Kind{"UnknownClass", "user-early", "wayland", false, "seat0", "active", false},
                    Kind{"UnknownType", "user", "hologram", false, "seat0", "active", false},
                    Kind{"UnknownState", "user", "wayland", false, "seat0", "lingering", false},
                    Kind{"NothingIsKnown", "", "", true, "", "", false}),
    [](const auto& info) { return info.param.name; });

TEST(IsLocked, WhenAnotherHasTheSeatAndOnlyThen) {
  LoginSession session = of_kind({"", "user", "wayland", false, "seat0", "online", true});
  session.active = false;
  EXPECT_TRUE(is_locked(session));
  session.seat = "";
  EXPECT_FALSE(is_locked(session));
  session.locked = true;
  EXPECT_TRUE(is_locked(session));
}

TEST(WhyClear, ALoginSessionThatMayHoldNothingAnyLonger) {
  const LoginSession before = of_kind({"", "user", "wayland", false, "seat0", "active", true});
  LoginSession closing = before;
  closing.state = "closing";
  EXPECT_EQ(why_clear(before, closing), ClearReason::session_removed);
  EXPECT_EQ(why_clear(closing, closing), std::nullopt);
  LoginSession greeter = before;
  greeter.kind = "greeter";
  EXPECT_EQ(why_clear(before, greeter), ClearReason::session_removed);
  LoginSession online = before;
  online.state = "online";
  EXPECT_EQ(why_clear(before, online), std::nullopt);
}

TEST(WhyClear, LocksOfWhatMayHoldNothingStillClear) {
  LoginSession before = of_kind({"", "user-early", "hologram", false, "seat0", "active", false});
  LoginSession after = before;
  after.locked = true;
  EXPECT_EQ(why_clear(before, after), ClearReason::os_lock);
}

TEST(IsUnlock, IsAHintThatGoesFromLockedToUnlockedInFrontOfTheSeat) {
  LoginSession locked = of_kind({"", "user", "wayland", false, "seat0", "active", true});
  LoginSession unlocked = locked;
  locked.locked = true;
  EXPECT_TRUE(is_unlock(locked, {.locked = false}));
  EXPECT_FALSE(is_unlock(unlocked, {.locked = false})) << "it was not locked";
  EXPECT_FALSE(is_unlock(locked, {.active = true})) << "a switch back is no unlock";
  EXPECT_FALSE(is_unlock(locked, {.locked = false, .active = false})) << "nobody is in front of it";
  EXPECT_FALSE(is_unlock(locked, {.unreadable = true}));
  EXPECT_FALSE(is_unlock(locked, {.locked = false, .unreadable = true})) << "whether it is in front is not known";
  locked.state = "closing";
  EXPECT_FALSE(is_unlock(locked, {.locked = false}));
}

// In words: "locked" or "unlocked", "active" or "inactive", "seated" or "off the seats".
struct State {
  bool locked = false;
  bool active = true;
  bool seated = true;
  uid_t uid = 1000;
};
LoginSession session(const State& state) {
  return {.id = "c1",
          .uid = state.uid,
          .seat = state.seated ? "seat0" : "",
          .active = state.active,
          .locked = state.locked};
}

struct Step {
  const char* name;
  State before;
  State after;
  std::optional<ClearReason> reason;
};
class WhyClearStep : public testing::TestWithParam<Step> {};

TEST_P(WhyClearStep, IsAsTheTableSays) {
  const auto reason = why_clear(session(GetParam().before), session(GetParam().after));
  EXPECT_EQ(reason, GetParam().reason) << (reason ? name_of(*reason) : "nothing");
}
INSTANTIATE_TEST_SUITE_P(
    Steps, WhyClearStep,
    testing::Values(
        Step{"NothingChanged", {}, {}, std::nullopt}, Step{"Locked", {}, {.locked = true}, ClearReason::os_lock},
        Step{"Unlocked", {.locked = true}, {}, std::nullopt},
        Step{"StillLocked", {.locked = true}, {.locked = true}, std::nullopt},
        Step{"SwitchedAway", {}, {.active = false}, ClearReason::session_inactive},
        Step{"SwitchedTo", {.active = false}, {}, std::nullopt},
        Step{"StillAway", {.active = false}, {.active = false}, std::nullopt},
        Step{"LockedAndSwitchedAway", {}, {.locked = true, .active = false}, ClearReason::os_lock},
        Step{"SwitchedAwayWhileLocked",
             {.locked = true},
             {.locked = true, .active = false},
             ClearReason::session_inactive},
        Step{"UnlockedAndSwitchedAway", {.locked = true}, {.active = false}, ClearReason::session_inactive},
        Step{"LockedOffTheSeats", {.seated = false}, {.locked = true, .seated = false}, ClearReason::os_lock},
        Step{"InactiveOffTheSeats", {.seated = false}, {.active = false, .seated = false}, std::nullopt},
        Step{"TakenOffItsSeatAndStillActive", {}, {.seated = false}, std::nullopt},
        Step{"AnotherUser", {}, {.uid = 1001}, ClearReason::session_removed},
        Step{
            "AnotherUserOffTheSeats", {.seated = false}, {.seated = false, .uid = 1001}, ClearReason::session_removed}),
    [](const auto& info) { return info.param.name; });

struct Announced {
  const char* name;
  State before;
  SessionChange change;
  bool locked;
  bool active;
};
class ChangedBy : public testing::TestWithParam<Announced> {};

TEST_P(ChangedBy, TakesWhatIsUnreadableForLockedAndAway) {
  const LoginSession after = changed(session(GetParam().before), GetParam().change);
  EXPECT_EQ(after.locked, GetParam().locked);
  EXPECT_EQ(after.active, GetParam().active);
}
INSTANTIATE_TEST_SUITE_P(
    Announcements, ChangedBy,
    testing::Values(Announced{"Nothing", {}, {}, false, true},
                    Announced{"NothingOfALockedOne", {.locked = true, .active = false}, {}, true, false},
                    Announced{"Locked", {}, {.locked = true}, true, true},
                    Announced{"Unlocked", {.locked = true}, {.locked = false}, false, true},
                    Announced{"Away", {}, {.active = false}, false, false},
                    Announced{"Back", {.active = false}, {.active = true}, false, true},
                    Announced{"Unreadable", {}, {.unreadable = true}, true, false},
                    Announced{"UnreadableButForActive", {}, {.active = true, .unreadable = true}, true, true},
                    Announced{"UnreadableButForTheHint", {}, {.locked = false, .unreadable = true}, false, false}),
    [](const auto& info) { return info.param.name; });

TEST(Changed, LeavesTheRestAlone) {
  const LoginSession before{
      .id = "c1", .uid = 1000, .user = "anna", .seat = "seat0", .kind = "user", .type = "x11", .remote = false};
  const LoginSession after = changed(before, {.locked = false, .active = true});
  EXPECT_EQ(after.id, "c1");
  EXPECT_EQ(after.uid, 1000U);
  EXPECT_EQ(after.user, "anna");
  EXPECT_EQ(after.seat, "seat0");
  EXPECT_EQ(after.kind, "user");
  EXPECT_EQ(after.type, "x11");
  EXPECT_FALSE(after.remote);
}

TEST(SleepDelay, IsTwoSecondsAndWellWithinWhatLogindWaits) {
  EXPECT_EQ(sleep_delay(std::nullopt), 2s);
  EXPECT_EQ(sleep_delay(5s), 2s) << "logind's own choice";
  EXPECT_EQ(sleep_delay(2s), 1600ms);
  EXPECT_EQ(sleep_delay(500ms), 400ms);
  EXPECT_EQ(sleep_delay(0s), 0s);
}

}  // namespace
}  // namespace wardend::systemd
