#include "daemon/session/audit_entry.hpp"

#include <gtest/gtest.h>

namespace wardend::session {
namespace {

void fill(Session& session) {
  session.id = "s";
  session.app = "vitals";
  session.server = "ehr";
  session.login_session = "c1";
  session.uid = 1000;
  session.user = {.fhir_user = "https://ehr/Practitioner/1", .subject = "dr-a", .issuer = "https://ehr"};
  session.context.patient = "p1";
}

TEST(AuditEntry, SaysWhoseASessionIsAndIsDeniedUntilToldOtherwise) {
  Session session;
  fill(session);
  const AuditRecord record = audit_entry(AuditKind::launch, session);
  EXPECT_EQ(record.kind, AuditKind::launch);
  EXPECT_EQ(record.outcome, "denied");
  EXPECT_EQ(record.session, "s");
  EXPECT_EQ(record.app, "vitals");
  EXPECT_EQ(record.server, "ehr");
  EXPECT_EQ(record.login_session, "c1");
  EXPECT_EQ(record.uid, 1000U);
  EXPECT_EQ(record.subject, "https://ehr/Practitioner/1");
  EXPECT_EQ(record.patient, "p1");
}

TEST(AuditEntry, NamesTheSubjectWhereThereIsNoFhirUser) {
  Session session;
  fill(session);
  session.user.fhir_user.clear();
  EXPECT_EQ(audit_entry(AuditKind::token, session).subject, "dr-a");
}

TEST(AuditEntry, OfAClearedSessionNamesNobody) {
  Session session(Active{{.access = Secret("at"), .refresh = {}}});
  fill(session);
  static_cast<void>(session.clear({ClearReason::os_lock, {}, {}}));
  const AuditRecord record = audit_entry(AuditKind::session_end, session);
  EXPECT_EQ(record.subject + record.patient, "");
  EXPECT_EQ(record.session, "s");
}

}  // namespace
}  // namespace wardend::session
