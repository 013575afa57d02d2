// The machine is about to sleep: refresh tokens get two seconds to be revoked, and none outlasts them.
#include <gtest/gtest.h>

#include "tests/unit/lifecycle/waking_world.hpp"

namespace wardend {
namespace {

using test::WakingWorld;

struct FallingAsleep : WakingWorld, ::testing::Test {
  FallingAsleep() : WakingWorld(Sources::logind) {}

  void fall_asleep() {
    clearing.must_clear({.reason = ClearReason::suspend});
    tasks.spawn("sleep", delay());
    clock.settle();
  }
  std::uint64_t revocations(const std::string& result) {
    const auto& counted = revoker.counters();
    const auto server = counted.find("ehr");
    if (server == counted.end() || !server->second.contains(result)) return 0;
    return server->second.at(result);
  }
  // The server's discovery is known before anything is revoked.
  void know_the_server() {
    begin_here("known");
    clearing.clear_all({.reason = ClearReason::operator_request});
    clock.advance(1s);
    ASSERT_EQ(revocations("ok"), 1U);
  }

  // Of the session "s"; it is under way since half a second.
  void begin_a_refresh_that_takes(Duration latency) {
    session::Session& session = begin_here("s");
    clock.advance(session.plan().due - clock.now() - 1s);
    ehr.latency = latency;
    clock.advance(1500ms);
    ASSERT_EQ(ehr.refresh_requests.size(), 1U);
  }

  bool may_sleep = false;

 private:
  asio::awaitable<void> delay() {
    co_await sleep_sequence.empty(clock.now() + 2s);
    may_sleep = true;
  }
};

TEST_F(FallingAsleep, IsNotDelayedWhereNothingIsHeld) {
  fall_asleep();
  EXPECT_TRUE(may_sleep);
}

TEST_F(FallingAsleep, IsDelayedOnlyUntilTheLastRevocationIsAnswered) {
  for (int i = 0; i < 20; ++i) begin_here("s" + std::to_string(i));
  fall_asleep();
  EXPECT_FALSE(may_sleep);
  clock.advance(200ms);
  EXPECT_TRUE(may_sleep);
  EXPECT_EQ(revocations("ok"), 20U);
  EXPECT_EQ(ehr.revoked.size(), 20U);
}

TEST_F(FallingAsleep, GivesUpWhatIsNotAnsweredWithinTwoSeconds) {
  know_the_server();
  for (int i = 0; i < 20; ++i) begin_here("s" + std::to_string(i));
  ehr.latency = 5s;
  fall_asleep();
  clock.advance(1999ms);
  EXPECT_FALSE(may_sleep);
  clock.advance(1ms);
  EXPECT_TRUE(may_sleep);
  EXPECT_EQ(revoker.pending(), 0U) << "a token that waits is in memory";
  EXPECT_EQ(revocations("expired"), 20U);
  const auto recorded = std::ranges::count_if(audit.records, [](const AuditRecord& record) {
    return record.kind == AuditKind::revocation && record.reason == "expired";
  });
  EXPECT_EQ(recorded, 20);
}

TEST_F(FallingAsleep, GivesUpWhatWaitsForAServerThatIsBusy) {
  know_the_server();
  begin_here("s");
  ehr.revocation_answers.assign(20, {503, "{}"});
  fall_asleep();
  clock.advance(2s);
  EXPECT_TRUE(may_sleep);
  EXPECT_EQ(revoker.pending(), 0U);
  EXPECT_EQ(revocations("expired"), 1U);
}

TEST_F(FallingAsleep, GivesUpWhatDoesNotKnowItsServerYet) {
  begin_here("s");
  ehr.latency = 5s;
  fall_asleep();
  clock.advance(2s);
  EXPECT_TRUE(may_sleep);
  EXPECT_EQ(revocations("expired"), 1U);
}

TEST_F(FallingAsleep, AbandonsARefreshUnderWayAndNeverRepeatsIt) {
  begin_a_refresh_that_takes(5s);
  fall_asleep();
  clock.advance(2s);
  EXPECT_TRUE(may_sleep);
  EXPECT_EQ(refresh.news.counters().refreshes.at("ehr").at("dropped"), 1U);
  clock.sleep_through(1h);
  clock.advance(10min);
  EXPECT_EQ(ehr.refresh_requests.size(), 1U);
}

TEST_F(FallingAsleep, RevokesWhatARefreshBringsInTime) {
  begin_a_refresh_that_takes(1s);
  fall_asleep();
  clock.advance(2s);
  EXPECT_TRUE(may_sleep);
  EXPECT_TRUE(ehr.revoked.contains("s.2"));
}

TEST_F(FallingAsleep, LeavesALaterRevocationAllItsTime) {
  know_the_server();
  begin_here("s");
  ehr.latency = 3s;
  fall_asleep();
  clock.advance(2s);
  ASSERT_EQ(revocations("expired"), 1U);
  clock.sleep_through(1h);
  logind.at("c1").locked = false;
  begin_here("t");
  clearing.clear_all({.reason = ClearReason::operator_request});
  clock.advance(10s);
  EXPECT_TRUE(ehr.revoked.contains("t.1"));
  EXPECT_EQ(revocations("ok"), 2U);
}

}  // namespace
}  // namespace wardend
