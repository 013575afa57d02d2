#include "daemon/clearing/clear_report.hpp"

#include <gtest/gtest.h>

#include "tests/support/fakes.hpp"
#include "tests/support/virtual_clock.hpp"

namespace wardend::clearing {
namespace {

struct Report {
  asio::io_context loop;
  test::VirtualClock clock{loop};
  events::EventHub hub;
  test::FakeAudit audit;
  workstation::LockLog locks;
  ClearReport report{clock, hub, audit, locks};
  events::EventHub::Subscription watcher{hub};

  session::Session& ended(const std::string& login_session) {
    auto& session = *sessions.emplace_back(std::make_unique<session::Session>());
    session.id = "s" + std::to_string(sessions.size());
    session.app = "vitals";
    session.login_session = login_session;
    session.started_at = clock.wall_now();
    return session;
  }
  std::vector<std::unique_ptr<session::Session>> sessions;
};

const Cause lock{.reason = ClearReason::os_lock, .detail = {}, .received_at = {}};

TEST(ClearReport, OfNothingIsNoneAtAll) {
  Report world;
  world.report.tell({.login_sessions = {"c1"}}, lock);
  EXPECT_TRUE(world.audit.records.empty());
  EXPECT_TRUE(world.report.counters().clears.empty());
  EXPECT_FALSE(world.report.last_clear());
}

TEST(ClearReport, HasARecordForEachLoginSessionAndOneForAllThatHeldNothing) {
  Report world;
  ClearRun run{.newly_held = {"c1", "c2", "c3", "uid:5"}};
  run.sessions = {&world.ended("c1"), &world.ended("c1"), &world.ended("c2")};
  world.report.tell(run, {.reason = ClearReason::suspend, .detail = "logind"});
  std::map<std::string, std::int64_t> counts;
  for (const AuditRecord& record : world.audit.records)
    if (record.kind == AuditKind::clear) counts[record.login_session] = record.count;
  EXPECT_EQ(counts, (std::map<std::string, std::int64_t>{{"", 0}, {"c1", 2}, {"c2", 1}}));
  EXPECT_EQ(world.audit.records.back().detail, "logind (2 login sessions held nothing)");
  EXPECT_EQ(world.audit.records.back().action, "login_session");
  EXPECT_EQ(world.audit.records.back().reason, "suspend");
  EXPECT_EQ(world.audit.count(AuditKind::session_end), 3U);
  EXPECT_EQ(world.watcher.queue.size(), 3U);
  EXPECT_EQ(world.report.counters().clears.at(ClearReason::suspend), 1U);
  EXPECT_EQ(world.report.counters().sessions.at(ClearReason::suspend), 3U);
  ASSERT_TRUE(world.report.last_clear());
  EXPECT_EQ(world.report.last_clear()->login_session, "") << "several";
  EXPECT_EQ(world.report.last_clear()->sessions, 3U);
}

TEST(ClearReport, NamesTheOneLoginSessionThatHeldNothing) {
  Report world;
  world.report.tell({.newly_held = {"c1"}}, lock);
  ASSERT_EQ(world.audit.records.size(), 1U);
  EXPECT_EQ(world.audit.records[0].login_session, "c1");
  EXPECT_EQ(world.audit.records[0].count, 0);
  EXPECT_EQ(world.report.last_clear()->login_session, "c1");
}

TEST(ClearReport, OfOneSessionIsItsEndAndNoClearOfItsLoginSession) {
  Report world;
  world.report.tell({.one_session = true, .sessions = {&world.ended("c1")}}, {.reason = ClearReason::ended_by_app});
  ASSERT_EQ(world.audit.records.size(), 1U);
  EXPECT_EQ(world.audit.records[0].kind, AuditKind::session_end);
  EXPECT_EQ(world.audit.records[0].outcome, "granted");
  EXPECT_EQ(world.audit.records[0].reason, "ended_by_app");
  EXPECT_EQ(world.watcher.queue.front().reason, "ended_by_app");
}

TEST(ClearReport, SaysWhichPartWasMeant) {
  Report world;
  world.report.tell({.part = {.server = "ehr", .app = {}}, .newly_held = {"c1"}}, lock);
  EXPECT_EQ(world.audit.records.back().action, "server");
  EXPECT_EQ(world.audit.records.back().server, "ehr");
  world.report.tell({.part = {.server = "ehr", .app = "vitals"}, .newly_held = {"c1"}}, lock);
  EXPECT_EQ(world.audit.records.back().action, "app");
  EXPECT_EQ(world.audit.records.back().app, "vitals");
}

// Whoever never sees a screen lock is found out by the days on which sessions were held.
TEST(ClearReport, CountsADayOfUseForTheLockHistory) {
  Report world;
  world.report.tell({.newly_held = {"c1"}}, lock);
  EXPECT_EQ(world.locks.history().days_of_use, 0);
  world.report.tell({.sessions = {&world.ended("c1")}}, lock);
  EXPECT_EQ(world.locks.history().days_of_use, 1);
}

}  // namespace
}  // namespace wardend::clearing
