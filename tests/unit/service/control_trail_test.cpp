#include "daemon/service/control_trail.hpp"

#include <gtest/gtest.h>

#include "tests/support/errors.hpp"
#include "tests/support/fakes.hpp"

namespace wardend::service {
namespace {

struct Trail {
  Trail() { settings->roles.operators.gids = {501}; }
  static ipc::Caller caller(uid_t uid, gid_t group) {
    return ipc::Caller({.pid = 7, .uid = uid, .gid = group, .cgroup = {.system_unit = "x.service"}});
  }
  std::shared_ptr<config::Config> settings = test::basic_config();
  config::Live config{settings};
  test::FakeAudit audit;
  ControlTrail trail{config, audit};
};

TEST(ControlTrail, LetsThoseInWhoHoldTheMethodsRole) {
  Trail world;
  EXPECT_TRUE(world.trail.require(Trail::caller(1000, 501), ControlMethod::Reload));
  EXPECT_TRUE(world.trail.require(Trail::caller(0, 0), ControlMethod::Reload)) << "root holds all";
  EXPECT_TRUE(world.audit.records.empty()) << "what came of the call is recorded later";
  const auto refused = world.trail.require(Trail::caller(1000, 501), ControlMethod::Status);
  ASSERT_FALSE(refused);
  EXPECT_EQ(*test::told<errors::RoleNeeded>(refused.error()).role, "observer");
}

TEST(ControlTrail, RecordsARefusalOnceAndCountsTheRest) {
  Trail world;
  static_cast<void>(world.trail.require(Trail::caller(1000, 9), ControlMethod::Reload));
  ASSERT_EQ(world.audit.counted, 1U);
  const AuditRecord& record = world.audit.records[0];
  EXPECT_EQ(record.kind, AuditKind::control);
  EXPECT_EQ(record.outcome, "denied");
  EXPECT_EQ(record.result, "NotAuthorized");
  EXPECT_EQ(record.action, "Reload");
  EXPECT_EQ(record.uid, 1000U);
  EXPECT_EQ(record.unit, "x.service");
}

TEST(ControlTrail, SaysWhatCameOfACall) {
  Trail world;
  const ipc::Caller caller = Trail::caller(0, 0);
  world.trail.granted(caller, ControlMethod::ClearSessions, "trial");
  world.trail.denied(caller, ControlMethod::AcceptServer, "ehr", errors::InvalidTarget{"nothing to accept"});
  ASSERT_EQ(world.audit.records.size(), 2U);
  EXPECT_EQ(world.audit.records[0].outcome, "granted");
  EXPECT_EQ(world.audit.records[0].detail, "trial");
  EXPECT_EQ(world.audit.records[1].outcome, "denied");
  EXPECT_EQ(world.audit.records[1].result, "InvalidTarget");
  EXPECT_EQ(world.audit.counted, 0U) << "each is a record of its own";
}

}  // namespace
}  // namespace wardend::service
