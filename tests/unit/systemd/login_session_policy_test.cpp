#include "systemd/login_session_policy.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace wardend::systemd {
namespace {

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
class WhyClear : public testing::TestWithParam<Step> {};

TEST_P(WhyClear, IsAsTheTableSays) {
  const auto reason = why_clear(session(GetParam().before), session(GetParam().after));
  EXPECT_EQ(reason, GetParam().reason) << (reason ? name_of(*reason) : "nothing");
}
INSTANTIATE_TEST_SUITE_P(
    Steps, WhyClear,
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
class Changed : public testing::TestWithParam<Announced> {};

TEST_P(Changed, TakesWhatIsUnreadableForLockedAndAway) {
  const LoginSession after = changed(session(GetParam().before), GetParam().change);
  EXPECT_EQ(after.locked, GetParam().locked);
  EXPECT_EQ(after.active, GetParam().active);
}
INSTANTIATE_TEST_SUITE_P(
    Announcements, Changed,
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

}  // namespace
}  // namespace wardend::systemd
