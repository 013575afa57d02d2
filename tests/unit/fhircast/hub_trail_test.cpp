#include "daemon/fhircast/hub_trail.hpp"

#include <gtest/gtest.h>

#include "tests/support/fakes.hpp"
#include "tests/support/virtual_clock.hpp"

namespace wardend::fhircast {
namespace {

struct Trail {
  asio::io_context loop;
  test::VirtualClock clock{loop};
  test::FakeAudit audit;
  HubTrail trail{clock, audit, "ehr"};
};

TEST(HubTrail, WritesEachThingThatWardendDid) {
  Trail world;
  for (int i = 0; i < 3; ++i) world.trail.record(AuditAct::fhircast_subscribed, "no_lock_signal", "x");
  ASSERT_EQ(world.audit.records.size(), 3U);
  EXPECT_EQ(world.audit.records[0].kind, AuditKind::fhircast);
  EXPECT_EQ(world.audit.records[0].action, "subscribed");
  EXPECT_EQ(world.audit.records[0].reason, "no_lock_signal");
  EXPECT_EQ(world.audit.records[0].server, "ehr");
  EXPECT_EQ(world.audit.records[0].detail, "x");
}

TEST(HubTrail, WritesWhatMessagesCauseOnceAMinuteWithTheirNumber) {
  Trail world;
  for (int i = 0; i < 100; ++i)
    world.trail.record_seldom(AuditAct::fhircast_chatter, "", "number " + std::to_string(i));
  ASSERT_EQ(world.audit.records.size(), 1U) << "the first at once";
  EXPECT_EQ(world.audit.records[0].count, 1);
  world.clock.advance(60s);
  world.trail.record_seldom(AuditAct::fhircast_chatter, "", "last");
  ASSERT_EQ(world.audit.records.size(), 2U);
  EXPECT_EQ(world.audit.records[1].count, 100);
  EXPECT_EQ(world.audit.records[1].detail, "last");
}

TEST(HubTrail, CountsEachActionAndReasonByItself) {
  Trail world;
  world.trail.record_seldom(AuditAct::fhircast_doubtful, "patient_open");
  world.trail.record_seldom(AuditAct::fhircast_doubtful, "patient_close");
  world.trail.record_seldom(AuditAct::fhircast_chatter, "patient_open");
  EXPECT_EQ(world.audit.records.size(), 3U);
}

TEST(HubTrail, WritesAtItsEndWhatItHasCounted) {
  Trail world;
  for (int i = 0; i < 5; ++i) world.trail.record_seldom(AuditAct::fhircast_chatter, "");
  world.trail.flush();
  ASSERT_EQ(world.audit.records.size(), 2U);
  EXPECT_EQ(world.audit.records[1].count, 4);
  world.trail.flush();
  EXPECT_EQ(world.audit.records.size(), 2U) << "once";
}

}  // namespace
}  // namespace wardend::fhircast
