// A hub that sends without end (B8, W11): nothing of it fills a disk, and a sign-out behind it is heard at once.
#include "tests/unit/fhircast/hub_world.hpp"

namespace wardend {
namespace {

using test::FakeHub;
using test::HubWorld;

TEST(HubFlood, IsWrittenDownOnceAMinuteWithItsNumber) {
  HubWorld world;
  world.follow("s1");
  for (int i = 0; i < 500; ++i) world.fake.tell(world.fake.socket(), "e" + std::to_string(i), "SyncError");
  world.clock.settle();
  EXPECT_EQ(world.count_audited("sync_error"), 1U);
  world.clock.advance(61s);
  world.fake.tell(world.fake.socket(), "last", "SyncError");
  world.clock.settle();
  ASSERT_EQ(world.count_audited("sync_error"), 2U);
  EXPECT_EQ(world.audit.records.back().count, 500);
}

TEST(HubFlood, IsWrittenDownToItsEnd) {
  HubWorld world;
  auto& session = world.follow("s1");
  for (int i = 0; i < 10; ++i) world.fake.tell(world.fake.socket(), "e", "UserLogout", "", "t2");
  world.clock.settle();
  world.clearing.clear_session(session, {ClearReason::ended_by_app, ""});
  world.clock.advance(3s);
  std::int64_t told = 0;
  for (const AuditRecord& record : world.audit.records) told += record.action == "other_topic" ? record.count : 0;
  EXPECT_EQ(told, 10);
  EXPECT_EQ(world.count_audited("other_topic"), 2U);
}

TEST(HubFlood, LeavesItUnknownWhoIsOnScreen) {
  HubWorld world;
  auto& session = world.follow("s1");
  for (int i = 0; i < 1100; ++i)
    world.fake.tell(world.fake.socket(), "e" + std::to_string(i), "Patient-open", FakeHub::patient("p9"));
  world.clock.settle();
  EXPECT_EQ(HubWorld::shown(session), "unknown");
  EXPECT_LE(world.fake.socket().from_us.size(), 1000U);
  world.clock.advance(10s);
  world.fake.tell(world.fake.socket(), "later", "Patient-open", FakeHub::patient("p5"));
  world.clock.settle();
  EXPECT_EQ(HubWorld::shown(session), "p5");
}

TEST(HubFlood, HidesNoSignOut) {
  HubWorld world;
  auto& session = world.follow("s1");
  for (int i = 0; i < 3000; ++i) world.fake.socket().say("{");
  world.fake.tell(world.fake.socket(), "e", "UserLogout");
  world.clock.settle();
  EXPECT_NE(session.cleared(), nullptr);
}

TEST(HubFlood, IsReadNoFasterThanItMay) {
  HubWorld world;
  world.follow("s1");
  const std::string mebibyte(1024UL * 1024, 'x');
  for (int i = 0; i < 24; ++i) world.fake.socket().say(mebibyte);
  world.clock.settle();
  EXPECT_FALSE(world.fake.socket().to_us.empty());
  world.clock.advance(1s);
  EXPECT_TRUE(world.fake.socket().to_us.empty());
}

TEST(HubFlood, OfAHubThatReadsNothingHidesNoSignOut) {
  HubWorld world;
  auto& session = world.follow("s1");
  world.fake.socket().reads = false;
  for (int i = 0; i < 10; ++i)
    world.fake.tell(world.fake.socket(), "e" + std::to_string(i), "Patient-open", FakeHub::patient("p9"));
  world.fake.tell(world.fake.socket(), "e", "UserLogout");
  world.clock.settle();
  EXPECT_NE(session.cleared(), nullptr);
  world.clock.advance(5s);
  EXPECT_FALSE(world.fake.socket().alive);
}

}  // namespace
}  // namespace wardend
