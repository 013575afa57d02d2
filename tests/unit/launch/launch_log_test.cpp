#include "daemon/launch/launch_log.hpp"

#include <gtest/gtest.h>

#include "tests/support/fakes.hpp"
#include "tests/support/virtual_clock.hpp"

namespace wardend::launch {
namespace {

struct Log {
  Log() {
    beginning.app = "vitals";
    beginning.reference = "K7QM-2XFD";
    beginning.login_session = "c1";
    beginning.uid = 1000;
    pending.app = "vitals";
    pending.server = "ehr";
    pending.mode = Mode::ehr;
    pending.reference = "K7QM-2XFD";
    pending.login_session = "c1";
    pending.uid = 1000;
  }
  session::SessionStore store;
  test::FakeAudit audit;
  asio::io_context loop;
  test::VirtualClock clock{loop};
  LaunchMatrix matrix{clock};
  LaunchLog log{store, audit, matrix};
  Beginning beginning;
  Pending pending;
};

TEST(LaunchLog, RecordsALaunchThatCameToASession) {
  Log world;
  auto session = std::make_unique<session::Session>();
  session->id = "s";
  session->context.patient = "p1";
  world.store.add(std::move(session));
  world.log.over(world.pending, std::string("s"));
  ASSERT_EQ(world.audit.records.size(), 1U);
  const AuditRecord& record = world.audit.records[0];
  EXPECT_EQ(record.outcome, "granted");
  EXPECT_EQ(record.action, "ehr");
  EXPECT_EQ(record.session, "s");
  EXPECT_EQ(record.patient, "p1");
  EXPECT_EQ(record.request_id, "K7QM-2XFD") << "what somebody reads out to support";
  EXPECT_EQ(record.uid, 1000U);
  EXPECT_EQ(world.audit.counted, 0U) << "each launch is a record of its own";
  EXPECT_EQ((world.log.counts().at({"vitals", "ehr", "ehr", "ok"})), 1U);
  ASSERT_EQ(world.matrix.counts().kinds.size(), 1U);
  EXPECT_EQ(world.matrix.counts().kinds.begin()->first.outcome, "ok");
}

TEST(LaunchLog, CountsWhatCanBeBroughtAboutAsOftenAsOneLikes) {
  Log world;
  world.log.over(world.pending, fail(errors::LaunchFailed{
                                    .stage = LaunchStage::token, .code = "invalid_grant", .description = "why"}));
  world.log.refused(world.beginning, "", errors::UnknownServer{.server = "x", .reason = "why"});
  ASSERT_EQ(world.audit.counted, 2U);
  EXPECT_EQ(world.audit.records[0].outcome, "denied");
  EXPECT_EQ(world.audit.records[0].result, "LaunchFailed");
  EXPECT_EQ(world.audit.records[0].detail, "why");
  EXPECT_EQ(world.audit.records[1].action, "standalone");
  EXPECT_EQ(world.audit.records[1].server, "");
  EXPECT_EQ(world.audit.records[1].login_session, "c1");
  EXPECT_EQ((world.log.counts().at({"vitals", "ehr", "ehr", "LaunchFailed"})), 1U);
  EXPECT_EQ((world.log.counts().at({"vitals", "", "standalone", "UnknownServer"})), 1U);
}

}  // namespace
}  // namespace wardend::launch
