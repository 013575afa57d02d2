#include "daemon/workstation/held.hpp"

#include <gtest/gtest.h>

namespace wardend::workstation {
namespace {

EpochEnd at(std::chrono::seconds boot) { return {ClearReason::os_lock, WallTime(boot), BootTime(boot)}; }

LoginSessionState with_part(const Part& part, bool held, Order order = 1) {
  LoginSessionState state{.login_session = "c1"};
  state.parts.push_back({.part = part, .order = order, .end = at(20s), .held = held});
  return state;
}

TEST(Held, AWholeHoldsEveryPartAndAPartHoldsWhatItCovers) {
  EXPECT_FALSE(is_held({}, {}));
  EXPECT_TRUE(is_held({.held = true}, {.server = "ehr", .app = "vitals"}));
  const LoginSessionState part = with_part({.server = "ehr"}, true);
  EXPECT_TRUE(is_held(part, {.server = "ehr", .app = "vitals"}));
  EXPECT_FALSE(is_held(part, {.server = "lab", .app = "vitals"}));
  EXPECT_FALSE(is_held(with_part({.server = "ehr"}, false), {.server = "ehr"}));
}

TEST(Held, TheLatestOfWhatIsMeantCounts) {
  EXPECT_FALSE(latest_held({}, {}));
  LoginSessionState state = with_part({.server = "ehr"}, true);
  EXPECT_EQ(latest_held(state, {})->boot, BootTime(20s));
  EXPECT_FALSE(latest_held(state, {.server = "lab", .app = "vitals"}));
  state.held = true;
  state.last_clear = at(10s);
  EXPECT_EQ(latest_held(state, {.server = "ehr", .app = "vitals"})->boot, BootTime(20s));
  EXPECT_EQ(latest_held(state, {.server = "lab", .app = "vitals"})->boot, BootTime(10s));
}

TEST(Held, AReleaseFreesTheWholeAndTheMeantParts) {
  LoginSessionState state = with_part({.server = "ehr"}, true);
  state.held = true;
  release(state, {.server = "lab", .app = "vitals"});
  EXPECT_FALSE(state.held);
  EXPECT_TRUE(is_held(state, {.server = "ehr"}));
  release(state, {});
  EXPECT_FALSE(is_held(state, {.server = "ehr"}));
}

TEST(Held, OnlyASignInAfterTheClearProves) {
  const WallTime cleared(100s);
  const auto by = [&](const Proof& proof) { return proves(proof, cleared, UnlockRule::proves_nothing); };
  EXPECT_FALSE(by(SignIn{}));
  const WallTime asked(200s);
  EXPECT_FALSE(by(SignIn{.auth_time = 99, .asked_at = asked}));
  EXPECT_FALSE(by(SignIn{.auth_time = 100, .asked_at = asked}));
  EXPECT_TRUE(by(SignIn{.auth_time = 101, .asked_at = asked}));
  EXPECT_TRUE(by(EhrLaunch{}));
  EXPECT_TRUE(by(SwitchedUser{}));
}

// B13: a server whose clock is wrong, by whatever, says how long ago somebody signed in.
TEST(Held, ASignInIsAsOldAsTheServerSays) {
  const struct {
    const char* what;
    std::optional<std::int64_t> auth_time;
    std::optional<std::int64_t> issued_at;
    std::optional<std::int64_t> expected;
  } table[] = {
      {"clocks agree", 170, 200, 170},
      {"the server is an hour ahead", 3770, 3800, 170},
      {"the server is behind, or its token is an old one", 70, 100, 70},
      {"signed in as the token was made", 3800, 3800, 200},
      {"signed in after the token was made", 201, 200, std::nullopt},
      {"in a future that both clocks deny", 4000, 200, std::nullopt},
      {"no sign-in is told", std::nullopt, 200, std::nullopt},
      {"no time of issue: our clock", 170, std::nullopt, 170},
      {"no time of issue, and a sign-in to come", 201, std::nullopt, std::nullopt},
  };
  for (const auto& row : table)
    EXPECT_EQ(signed_in_at({.auth_time = row.auth_time, .issued_at = row.issued_at, .asked_at = WallTime(200s)}),
              row.expected)
        << row.what;
}

TEST(Held, AnUnlockProvesWhereTheRuleSaysSo) {
  EXPECT_FALSE(proves(Unlock{}, WallTime(100s), UnlockRule::proves_nothing));
  EXPECT_TRUE(proves(Unlock{}, WallTime(100s), UnlockRule::proves));
}

TEST(Held, AStayFallsByALaterClearOfItsPart) {
  const LoginSessionState state = with_part({.server = "ehr"}, false, 5);
  const Part own{.server = "ehr", .app = "vitals"};
  EXPECT_NE(fell_by(state, {.part = own, .began = 4}), nullptr);
  EXPECT_EQ(fell_by(state, {.part = own, .began = 5}), nullptr);
  EXPECT_EQ(fell_by(state, {.part = {.server = "lab", .app = "vitals"}, .began = 4}), nullptr);
}

}  // namespace
}  // namespace wardend::workstation
