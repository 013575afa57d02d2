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

TEST(AuditOwner, SaysWhoseASessionIs) {
  Session session;
  fill(session);
  const entry::Owner owner = audit_owner(session);
  EXPECT_EQ(owner.session, "s");
  EXPECT_EQ(owner.app, "vitals");
  EXPECT_EQ(owner.server, "ehr");
  EXPECT_EQ(owner.login_session, "c1");
  EXPECT_EQ(owner.uid, 1000U);
  EXPECT_EQ(owner.subject, "https://ehr/Practitioner/1");
  EXPECT_EQ(owner.patient, "p1");
}

TEST(AuditOwner, NamesTheSubjectWhereThereIsNoFhirUser) {
  Session session;
  fill(session);
  session.user.fhir_user.clear();
  EXPECT_EQ(audit_owner(session).subject, "dr-a");
}

TEST(AuditOwner, OfAClearedSessionNamesNobody) {
  Session session(Active{{.access = Secret("at"), .refresh = {}}});
  fill(session);
  static_cast<void>(session.clear({ClearReason::os_lock, {}, {}}));
  const entry::Owner owner = audit_owner(session);
  EXPECT_EQ(owner.subject + owner.patient, "");
  EXPECT_EQ(owner.session, "s");
}

}  // namespace
}  // namespace wardend::session
