#include "base/audit_entries.hpp"

#include <gtest/gtest.h>

#include <utility>

namespace wardend::entry {
namespace {

const Owner owner{.app = "vitals",
                  .server = "ehr",
                  .session = "s",
                  .login_session = "c1",
                  .epoch = 3,
                  .uid = 1000,
                  .subject = "Practitioner/1",
                  .patient = "p1"};
const Asker asker{.uid = 0, .pid = 77, .unit = "x.service"};

TEST(AuditEntries, AreDeniedUntilSomebodySaysOtherwise) {
  for (const AuditRecord& record :
       {record_of(Launch{.act = AuditAct::launch_ehr, .whose = owner}), record_of(Token{.whose = owner}),
        record_of(Refresh{.whose = owner}),
        record_of(Revocation{.act = AuditAct::revocation_access_token, .whose = owner}),
        record_of(Control{.act = AuditAct::control_status, .asker = asker}), record_of(Reload{}),
        record_of(Work{.act = AuditAct::work_park, .whose = owner}),
        record_of(Hub{.act = AuditAct::fhircast_chatter, .whose = owner}), record_of(PatientCheck{.whose = owner}),
        record_of(Write{.act = AuditAct::write_create, .whose = owner}),
        record_of(Access{.act = AuditAct::access_read, .whose = owner, .asker = asker})}) {
    EXPECT_EQ(record.outcome, "denied") << name_of(record.kind);
    EXPECT_TRUE(find_act(record.kind, record.action)) << name_of(record.kind) << ' ' << record.action;
  }
}

TEST(AuditEntries, OfWhatHasHappenedAreGranted) {
  for (const AuditRecord& record :
       {record_of(Clear{.act = AuditAct::clear_app, .reason = ClearReason::os_lock}),
        record_of(SessionEnd{.whose = owner, .reason = ClearReason::idle}),
        record_of(ClockStep{.act = AuditAct::service_resumed}), record_of(SessionsRestored{}),
        record_of(CapabilitiesChanged{.server = "ehr"}), record_of(Started{.version = "1"}), record_of(Stopped{})}) {
    EXPECT_EQ(record.outcome, "granted") << name_of(record.kind);
    EXPECT_TRUE(find_act(record.kind, record.action)) << name_of(record.kind) << ' ' << record.action;
  }
}

TEST(AuditEntries, NameTheProcessThatAskedBeforeTheSessionsUser) {
  const AuditRecord asked = record_of(Token{.whose = owner, .asker = asker, .outcome = denied("PatientMismatch")});
  EXPECT_EQ(asked.uid, 0U);
  EXPECT_EQ(asked.pid, 77);
  EXPECT_EQ(asked.unit, "x.service");
  EXPECT_EQ(asked.result, "PatientMismatch");
  EXPECT_EQ(record_of(Token{.whose = owner}).uid, 1000U);
}

TEST(AuditEntries, OfAnEndSayHowManyTokensAndAccessesThereWere) {
  const AuditRecord end = record_of(SessionEnd{.whose = owner, .reason = ClearReason::ehr_lock, .tokens = 2});
  EXPECT_EQ(end.tokens, 2U);
  EXPECT_EQ(end.accesses, 0U) << "none is said, and not left out";
  EXPECT_EQ(end.reason, "ehr_lock");
  EXPECT_EQ(end.detail, "the app recorded no access");
  EXPECT_EQ(record_of(SessionEnd{.whose = owner, .reason = ClearReason::idle, .tokens = 2, .accesses = 1}).detail, "");
  EXPECT_EQ(record_of(SessionEnd{.whose = owner, .reason = ClearReason::idle}).detail, "") << "it could not read";
  EXPECT_EQ(record_of(Token{.whose = owner}).accesses, std::nullopt);
}

TEST(AuditEntries, OfAnAccessHaveAllThatTheAppSaid) {
  const WallTime at{std::chrono::seconds(1'800'000'000)};
  const AuditRecord record =
      record_of(Access{.act = AuditAct::access_search,
                       .whose = owner,
                       .asker = asker,
                       .outcome = granted,
                       .request = {.interaction = "search", .resource = "Observation", .query = "code=1"},
                       .reason = "success",
                       .done_at = at});
  EXPECT_EQ(record.action, "search");
  EXPECT_EQ(record.interaction, "search");
  EXPECT_EQ(record.resource, "Observation");
  EXPECT_EQ(record.query, "code=1");
  EXPECT_EQ(record.done_at, at);
  EXPECT_EQ(record.epoch, 3U);
  EXPECT_EQ(record.subject, "Practitioner/1");
}

TEST(AuditEntries, ThatStandForSeveralSayForHowMany) {
  EXPECT_EQ(record_of(Clear{.act = AuditAct::clear_server, .reason = ClearReason::idle}).count, 0);
  EXPECT_EQ(record_of(SessionsRestored{.back = 2}).count, 2);
  EXPECT_EQ(record_of(Dropped{.entries = 9}).count, 9);
  EXPECT_EQ(record_of(Token{.whose = owner, .count = 4}).count, 4);
}

}  // namespace
}  // namespace wardend::entry
