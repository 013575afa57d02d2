#include <gtest/gtest.h>

#include "tests/unit/session/world.hpp"

namespace wardend {
namespace {

using session::State;
using test::World;

TEST(Clearing, ALockEndsTheEpochAndRevokesInTheBackground) {
  World world;
  session::Session& session = world.begin("s");
  session::EventHub::Subscription watcher(world.hub);
  const auto epoch = session.epoch;
  world.clearing.must_clear({.reason = ClearReason::os_lock, .login_session = "c1"});
  EXPECT_FALSE(world.workstation.running(epoch));
  EXPECT_EQ(session.state(), State::cleared);
  EXPECT_TRUE(world.ehr.revoked.empty()) << "a clear never waits for the network";
  ASSERT_EQ(watcher.queue.size(), 1U);
  EXPECT_EQ(watcher.queue.front().reason, "os_lock");
  world.clock.advance(1s);
  EXPECT_TRUE(world.ehr.revoked.contains("s.1"));
  EXPECT_EQ(world.audit.count(AuditKind::clear), 1U);
  EXPECT_EQ(world.audit.count(AuditKind::revocation), 1U);
}

TEST(Clearing, OneLoginSessionLeavesTheOthersUntouched) {
  World world;
  world.logind.add("c2", 1001);
  world.begin("a", "c1");
  session::Session& other = world.begin("b", "c2");
  world.clearing.must_clear({.reason = ClearReason::os_lock, .login_session = "c1"});
  EXPECT_EQ(other.state(), State::active);
  EXPECT_TRUE(world.workstation.running(other.epoch));
}

TEST(Clearing, WhileOfflineItIsOverAtOnceAndTheRevocationExpires) {
  World world;
  world.begin("s");
  world.ehr.down = true;
  world.clearing.must_clear({.reason = ClearReason::suspend});
  EXPECT_EQ(world.store.find("s")->state(), State::cleared);
  EXPECT_EQ(world.revoker.pending(), 1U);
  world.clock.advance(3min);
  EXPECT_EQ(world.revoker.pending(), 0U);
  EXPECT_EQ(world.revoker.counters().at("ehr").at("expired"), 1U);
}

TEST(Clearing, TwiceAndWithNothingHeldIsQuiet) {
  World world;
  world.begin("s");
  world.clearing.must_clear({.reason = ClearReason::os_lock, .login_session = "c1"});
  const auto records = world.audit.records.size();
  world.clearing.must_clear({.reason = ClearReason::os_lock, .login_session = "c1"});
  world.clearing.must_clear({.reason = ClearReason::os_lock, .login_session = "c9"});
  EXPECT_EQ(world.audit.records.size(), records);
}

TEST(Clearing, TheTombstoneForgetsContextAtOnceAndItselfAfterTenMinutes) {
  World world;
  session::Session& session = world.begin("s");
  world.clearing.clear_session(session, {ClearReason::ended_by_app});
  EXPECT_FALSE(session.context.patient);
  world.clock.advance(9min);
  EXPECT_NE(world.store.find("s"), nullptr);
  world.clock.advance(2min);
  EXPECT_EQ(world.store.find("s"), nullptr);
}

TEST(Clearing, NothingInTheClearEventNamesAPatient) {
  World world;
  world.begin("s");
  session::EventHub::Subscription watcher(world.hub);
  world.clearing.must_clear({.reason = ClearReason::os_lock, .login_session = "c1"});
  for (const AuditRecord& record : world.audit.records) EXPECT_NE(record.detail, "p1");
}

}  // namespace
}  // namespace wardend
