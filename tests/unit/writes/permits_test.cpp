#include "daemon/writes/permits.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/unit/writes/write_world.hpp"

namespace wardend {
namespace {

using test::WriteWorld;

struct Permitting : WriteWorld {
  std::string give(session::Session& session) {
    return permits.give(session, {.interaction = "create", .type = "Observation"}).id;
  }
  [[nodiscard]] bool take(const std::string& id) {
    return permits.take(id, [](const workstation::Ownership&) { return true; }).has_value();
  }
  // How often an outcome was told of as unrecorded.
  [[nodiscard]] std::uint64_t unrecorded() const {
    const auto found = record.outcomes().find({"vitals", "unrecorded"});
    return found == record.outcomes().end() ? 0 : found->second;
  }
};

TEST(Permits, AreTakenOnce) {
  Permitting world;
  const std::string id = world.give(world.writer());
  EXPECT_FALSE(world.take("other"));
  EXPECT_TRUE(world.take(id));
  EXPECT_FALSE(world.take(id));
  EXPECT_EQ(world.unrecorded(), 0U);
}

TEST(Permits, AreReplacedByTheNextOfTheirSession) {
  Permitting world;
  session::Session& session = world.writer();
  session::Session& other = world.begin("other");
  const std::string first = world.give(session);
  const std::string of_other = world.give(other);
  const std::string second = world.give(session);
  EXPECT_FALSE(world.take(first));
  EXPECT_TRUE(world.take(second));
  EXPECT_TRUE(world.take(of_other));
  EXPECT_EQ(world.unrecorded(), 1U);
}

TEST(Permits, EndWithTheirSession) {
  Permitting world;
  session::Session& session = world.writer();
  const std::string id = world.give(session);
  world.clearing.clear_session(session, {ClearReason::os_lock, ""});
  EXPECT_EQ(world.permits.open(), 0U);
  EXPECT_FALSE(world.take(id));
  const auto told = std::ranges::find_if(world.audit.records,
                                         [](const AuditRecord& entry) { return entry.kind == AuditKind::write; });
  ASSERT_NE(told, world.audit.records.end());
  EXPECT_EQ(told->reason, "os_lock");
  EXPECT_EQ(told->patient, "p1");
}

TEST(Permits, ThatNobodyRecordsAreToldOfAfterAMinute) {
  Permitting world;
  const std::string id = world.give(world.writer());
  world.clock.advance(59s);
  EXPECT_EQ(world.permits.open(), 1U);
  world.clock.advance(2s);
  EXPECT_EQ(world.permits.open(), 0U);
  EXPECT_EQ(world.unrecorded(), 1U);
  EXPECT_EQ(world.audit.records.back().reason, "never_recorded");
  EXPECT_FALSE(world.take(id));
}

TEST(Permits, MayBeRecordedAfterTheirLifeAndBeforeTheirEnd) {
  Permitting world;
  const std::string id = world.give(world.writer());
  world.clock.advance(45s);
  EXPECT_TRUE(world.take(id));
}

}  // namespace
}  // namespace wardend
