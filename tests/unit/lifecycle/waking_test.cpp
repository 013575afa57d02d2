// The machine sleeps: what nobody may have afterwards, what goes on, and when.
#include <gtest/gtest.h>

#include <numeric>

#include "tests/unit/lifecycle/waking_world.hpp"

namespace wardend {
namespace {

using session::State;
using test::FakeEhr;
using test::WakingWorld;
using Sources = WakingWorld::Sources;

constexpr int crowd = 200;

void begin_crowd(WakingWorld& world) {
  for (int i = 0; i < crowd; ++i) {
    world.begin_here("s" + std::to_string(i));
    world.clock.advance(1s);
  }
}

TEST(Waking, AfterThreeHoursAsleepNobodyGetsAnExpiredToken) {
  WakingWorld world;
  begin_crowd(world);
  world.clock.sleep_through(3h);
  for (int i = 0; i < crowd; i += 10) {
    const auto outcome = world.ask_now("s" + std::to_string(i), world.epoch());
    ASSERT_TRUE(outcome) << i;
    ASSERT_TRUE(*outcome) << i << ": whoever asks is served at once";
    EXPECT_GE(**outcome, 30s) << i;
  }
  world.clock.advance(5min);
  for (int i = 0; i < crowd; ++i) {
    const session::Session& session = *world.store.find("s" + std::to_string(i));
    EXPECT_EQ(session.state(), State::active) << i;
    EXPECT_GT(session.remaining(world.clock.now()), 0s) << i;
  }
  for (const auto& [token, uses] : world.ehr.uses) EXPECT_EQ(uses, 1U) << token;
  EXPECT_TRUE(world.ehr.dead_grants.empty());
  ASSERT_NE(world.audited("resumed"), nullptr);
  EXPECT_EQ(world.audited("resumed")->detail, "10800 s");
}

TEST(Waking, TheTokensOfATurnThatNoTimerWokeAreJudgedByTheTimeThatPassed) {
  WakingWorld world;
  session::Session& session = world.begin_here("s");
  world.clock.fall_asleep(3h);
  EXPECT_LT(session.remaining(world.clock.now()), 0s);
  const auto verdict = world.readiness.judge({.session = "s", .epoch = session.epoch});
  ASSERT_TRUE(verdict);
  EXPECT_EQ(*verdict, refresh::TokenReadiness::Verdict::wait);
}

TEST(Waking, TheRefreshesAfterASleepAreSpread) {
  WakingWorld world;
  for (int i = 0; i < crowd; ++i) world.begin_here("s" + std::to_string(i));
  world.clock.sleep_through(3h);
  const auto counts = world.refreshes_a_second(240s);
  const auto first_tokens =
      std::ranges::count_if(world.ehr.refresh_requests, [](const std::string& token) { return token.ends_with(".1"); });
  EXPECT_EQ(first_tokens, crowd) << "everybody had its turn";
  EXPECT_LE(std::ranges::max(counts), 6U) << "0.8 a second in the mean";
  const auto half = std::accumulate(counts.begin(), counts.begin() + 120, std::size_t{0});
  EXPECT_NEAR(static_cast<double>(half), crowd / 2.0, 30);
}

TEST(Waking, WhoWaitedWhileTheMachineFellAsleepIsServedFirst) {
  WakingWorld world;
  world.ehr.down_token_only = true;
  for (int i = 0; i < 20; ++i) world.begin_here("s" + std::to_string(i));
  world.clock.advance(301s);
  ASSERT_EQ(world.store.find("s7")->state(), State::expired);
  world.ehr.down_token_only = false;
  for (int i = 0; i < 2; ++i) world.server_health.observe("ehr", {.kind = server::LinkEvidence::Kind::answered});
  world.ehr.refresh_requests.clear();
  std::optional<Result<Duration>> outcome;
  for (int i = 0; i < 20; ++i) {
    session::Session& session = *world.store.find("s" + std::to_string(i));
    session::RefreshPlan plan = session.plan();
    plan.due = plan.not_before = world.clock.now() + 1500ms;
    plan.failures = 1;
    session.set_plan(plan);
  }
  world.start_asking("s7", outcome);
  world.clock.sleep_through(5s);
  world.clock.advance(100ms);
  EXPECT_EQ(world.ehr.refresh_requests, std::vector<std::string>{"s7.1"});
  ASSERT_TRUE(outcome && *outcome);
  EXPECT_GT(**outcome, 290s);
}

TEST(Waking, WhoAsksAfterwardsGoesBeforeItsTurn) {
  WakingWorld world;
  world.ehr.down_token_only = true;
  session::Session& session = world.begin_here("s");
  world.clock.advance(310s);
  world.ehr.down_token_only = false;
  world.clock.sleep_through(1h);
  ASSERT_GT(session.plan().failures, 0U);
  ASSERT_GT(session.plan().due, world.clock.now() + 200ms) << "its turn is later than the answer";
  const auto outcome = world.ask_now("s", world.epoch(), 100ms);
  ASSERT_TRUE(outcome && *outcome);
}

TEST(Waking, WhatWasNotDueYetKeepsItsTime) {
  WakingWorld world;
  world.ehr.token_life = 6h;
  session::Session& session = world.begin_here("s");
  const BootTime planned = session.plan().due;
  world.clock.sleep_through((planned - world.clock.now()) / 2);
  EXPECT_EQ(session.plan().due, planned);
  EXPECT_TRUE(world.ehr.refresh_requests.empty());
  world.clock.advance(planned - world.clock.now() + 1s);
  EXPECT_EQ(world.ehr.refresh_requests, std::vector<std::string>{"s.1"});
}

TEST(Waking, TimeAsleepCountsAsIdle) {
  WakingWorld world;
  world.settings->apps[0].session.idle_timeout = std::chrono::hours(2);
  session::Session& session = world.begin_here("s");
  world.clock.sleep_through(3h);
  ASSERT_EQ(session.state(), State::cleared);
  EXPECT_EQ(session.cleared()->reason, ClearReason::idle);
}

// A refresh is under way when the machine falls asleep; its reply never comes.
struct Cut {
  const char* name;
  config::Replay replay;
  std::chrono::seconds life;
  Duration asleep;
  Duration quiet;   // from the wake: no repetition earlier
  Duration served;  // from the wake: served again by then; zero: over
};
class CutBySleep : public ::testing::TestWithParam<Cut> {};
TEST_P(CutBySleep, IsRepeatedAsThePolicySays) {
  const Cut& row = GetParam();
  WakingWorld world;
  world.settings->servers[0].oauth.replay = row.replay;
  world.ehr.token_life = row.life;
  session::Session& session = world.begin_here("s");
  world.clock.advance(session.plan().due - world.clock.now() - 1s);
  world.ehr.latency = 5s;
  world.ehr.token_faults = {FakeEhr::Fault::no_reply_before};
  world.clock.advance(2s);
  ASSERT_EQ(session.state(), State::refreshing);
  world.ehr.latency = 20ms;
  world.clock.sleep_through(row.asleep);
  world.clock.advance(row.quiet);
  if (row.replay != config::Replay::at_once) EXPECT_EQ(world.ehr.refresh_requests.size(), 1U);
  world.clock.advance(std::max<Duration>(row.served - row.quiet, 10min));
  if (row.served == Duration::zero()) {
    EXPECT_EQ(world.ehr.refresh_requests.size(), 1U);
    EXPECT_EQ(session.state(), State::reauthentication_required);
  } else {
    EXPECT_EQ(session.state(), State::active);
    EXPECT_GE(world.ehr.refresh_requests.size(), 2U);
  }
  EXPECT_TRUE(world.ehr.dead_grants.empty());
}
INSTANTIATE_TEST_SUITE_P(Waking, CutBySleep,
                         ::testing::Values(Cut{"LateWhileTheTokenLives", config::Replay::late, 600s, 20s, 1min, 3min},
                                           Cut{"LateAndTheTokenIsGone", config::Replay::late, 300s, 3h, 0s, 240s},
                                           Cut{"AtOnce", config::Replay::at_once, 300s, 20s, 0s, 240s},
                                           Cut{"NeverAndTheTokenIsGone", config::Replay::never, 300s, 3h, 5min, 0s}),
                         [](const auto& info) { return info.param.name; });

TEST(Waking, ARequestThatTheSleepCutIsAskedAnewIfNothingIsLost) {
  WakingWorld world;
  session::Session& session = world.begin_here("s");
  world.clock.advance(session.plan().due - world.clock.now() - 1s);
  world.ehr.latency = 5s;
  world.ehr.token_faults = {FakeEhr::Fault::no_reply_before};
  world.clock.advance(2s);
  world.ehr.latency = 20ms;
  world.clock.sleep_through(3h);
  const auto outcome = world.ask_now("s", world.epoch(), 1s);
  ASSERT_TRUE(outcome && *outcome);
  EXPECT_GT(**outcome, 290s);
}

TEST(Waking, NothingIsConfirmedUntilTheServerAnswersAndItIsAskedAtOnce) {
  WakingWorld world;
  world.clock.advance(1s);
  ASSERT_FALSE(world.server_health.freshness("ehr").stale);
  const auto before = world.server_health.freshness("ehr");
  const unsigned asked = world.ehr.discovery_requests;
  world.clock.fall_asleep(10s);
  world.clock.notice();
  EXPECT_TRUE(world.server_health.freshness("ehr").stale);
  EXPECT_FALSE(world.server_health.freshness("ehr").unbroken_since);
  EXPECT_EQ(world.server_health.freshness("ehr").confirmed_at, before.confirmed_at)
      << "when it last answered stays true";
  world.clock.advance(100ms);
  EXPECT_EQ(world.ehr.discovery_requests, asked + 1);
  const auto after = world.server_health.freshness("ehr");
  EXPECT_FALSE(after.stale);
  EXPECT_GT(after.unbroken_since, before.unbroken_since);
  EXPECT_EQ(after.state, server::State::up);
}

TEST(Waking, WhatWasGivenUpSaysNothingOfTheLink) {
  WakingWorld world;
  world.clock.advance(1s);
  for (int i = 0; i < 8; ++i) world.begin_here("s" + std::to_string(i));
  world.clock.advance(235s);
  world.ehr.latency = 5s;
  for (int i = 0; i < 8; ++i) world.refresher.start_now(*world.store.find("s" + std::to_string(i)));
  world.clock.advance(1s);
  world.clock.sleep_through(1min);
  EXPECT_EQ(world.server_health.record("ehr").link.state, server::State::up);
  EXPECT_EQ(world.server_health.record("ehr").last_trouble, "");
}

TEST(Waking, AfterAnAnnouncedSuspendTheWakeIsQuiet) {
  WakingWorld world(Sources::logind);
  begin_crowd(world);
  world.clearing.must_clear({.reason = ClearReason::suspend});
  world.clock.advance(1s);
  const auto clears = world.clearing.counters().clears;
  const auto records = world.audit.count(AuditKind::clear);
  const auto epoch = world.epoch();
  world.clock.sleep_through(3h);
  EXPECT_EQ(world.clearing.counters().clears, clears);
  EXPECT_EQ(world.audit.count(AuditKind::clear), records);
  EXPECT_EQ(world.epoch(), epoch);
  world.clock.advance(5min);
  EXPECT_TRUE(world.ehr.refresh_requests.empty());
  EXPECT_NE(world.audited("resumed"), nullptr);
}

TEST(Waking, AnUnannouncedSuspendClearsBeforeAnythingIsAnswered) {
  WakingWorld world(Sources::logind);
  world.ehr.token_life = 6h;
  session::Session& session = world.begin_here("s");
  world.clock.fall_asleep(20s);
  world.clock.notice();
  ASSERT_EQ(session.state(), State::cleared);
  EXPECT_EQ(session.cleared()->reason, ClearReason::suspend);
  EXPECT_EQ(world.workstation.presence("c1"), workstation::Presence::held);
  EXPECT_EQ(world.audit.count(AuditKind::clear), 1U);
}

TEST(Waking, WhatBeganBetweenTheWipeAndTheSleepIsClearedToo) {
  WakingWorld world(Sources::logind);
  world.ehr.token_life = 6h;
  world.clearing.must_clear({.reason = ClearReason::suspend});
  session::Session& late = world.begin_here("late");
  static_cast<void>(world.workstation.prove_presence("c1", workstation::EhrLaunch{}));
  world.clock.sleep_through(20s);
  ASSERT_EQ(late.state(), State::cleared);
  EXPECT_EQ(late.cleared()->reason, ClearReason::suspend);
}

TEST(Waking, AnEarlierLockIsNoAnnouncement) {
  WakingWorld world(Sources::logind);
  session::Session& session = world.begin_here("s");
  session.user = {.fhir_user = {}, .subject = "u1", .issuer = "https://ehr.example.org"};
  ASSERT_TRUE(world.parking.park(session, {.label = "note", .data = Secret("half a note")}));
  world.clearing.must_clear({.reason = ClearReason::os_lock, .login_session = "c1"});
  EXPECT_EQ(world.parking.size(), 1U);
  world.clock.sleep_through(20s);
  EXPECT_EQ(world.parking.size(), 0U) << "what survives a lock and no suspend must hear of it";
}

TEST(Waking, ASeatThatIsLeftOnTheWayToAnAnnouncedSleepIsNoAlarm) {
  WakingWorld world(Sources::logind);
  world.begin_here("s");
  world.clearing.must_clear({.reason = ClearReason::suspend});
  world.clearing.must_clear({.reason = ClearReason::session_inactive, .login_session = "c1"});
  EXPECT_EQ(world.clearing.clear_after_sleep(), 0U) << "nothing was missed, and nobody is told to suspend otherwise";
}

}  // namespace
}  // namespace wardend
