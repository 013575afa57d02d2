#include "daemon/patients/patient_checks.hpp"

#include <gtest/gtest.h>

#include "tests/unit/launch/launch_world.hpp"

namespace wardend::patients {
namespace {

using fhir::Verification;

struct Checks : test::LaunchWorld {
  PatientChecks& checks = core.patient_checks;

  Checks() {
    ehr.records["Patient/p1"] = {.body = R"({"resourceType":"Patient","id":"p1"})"};
    launches.spawn("patients", checks.run());
    clock.settle();
  }
  session::Session& begun(const std::string& id, const std::string& scopes = "patient/Patient.r") {
    session::Session& session = begin(id);
    session.granted = smart::ScopeSet(scopes);
    hub.publish({.kind = events::EventKind::session_started, .session = id, .epoch = session.epoch});
    clock.settle();
    return session;
  }
  void renew(const session::Session& session, Duration most_age = 60s) {
    launches.spawn("renew", checks.renew(session.id, session.epoch, most_age, clock.now() + 8s));
    clock.advance(9s);
  }
  [[nodiscard]] std::string status(const session::Session& session) const {
    return session.patient_check ? std::string(name_of(session.patient_check->identity.status)) : "not yet";
  }
};

TEST(PatientChecks, AreMadeInTheBackgroundWhenASessionBegins) {
  Checks world;
  const session::Session& session = world.begun("s");
  EXPECT_EQ(world.status(session), "not yet");
  world.clock.advance(1s);
  EXPECT_EQ(world.status(session), "verified");
  const AuditRecord& record = world.audit.records.back();
  EXPECT_EQ(record.kind, AuditKind::patient);
  EXPECT_EQ(record.outcome, "granted");
  EXPECT_EQ(record.patient, "p1");
}

TEST(PatientChecks, SayWhyThereIsNoneWithoutAScope) {
  Checks world;
  const session::Session& session = world.begun("s", "patient/Observation.rs");
  world.clock.advance(1s);
  EXPECT_EQ(world.status(session), "unavailable");
  EXPECT_TRUE(world.ehr.reads.empty());
}

TEST(PatientChecks, AreNotMadeWithoutAPatient) {
  Checks world;
  session::Session& session = world.begin("s");
  session.context.patient.reset();
  world.hub.publish({.kind = events::EventKind::session_started, .session = "s", .epoch = session.epoch});
  world.clock.advance(1s);
  world.renew(session);
  EXPECT_EQ(world.status(session), "not yet");
}

TEST(PatientChecks, AreMadeAnewOnlyWhenTheyAreOld) {
  Checks world;
  const session::Session& session = world.begun("s");
  world.clock.advance(1s);
  world.renew(session);
  EXPECT_EQ(world.ehr.reads.size(), 1U);
  world.clock.advance(55s);
  world.ehr.records["Patient/p1"].body = R"({"resourceType":"Patient","id":"p1","active":false})";
  world.renew(session);
  EXPECT_EQ(world.ehr.reads.size(), 2U);
  EXPECT_EQ(world.status(session), "conflict");
  EXPECT_EQ(world.audit.records.back().reason, "conflict");
}

TEST(PatientChecks, ThatBroughtNothingAreAskedForSooner) {
  Checks world;
  world.ehr.records["Patient/p1"].status = 503;
  const session::Session& session = world.begun("s");
  world.clock.advance(1s);
  EXPECT_EQ(world.status(session), "unavailable");
  world.ehr.records["Patient/p1"].status = 200;
  world.clock.advance(5s);
  world.renew(session);
  EXPECT_EQ(world.status(session), "verified");
}

TEST(PatientChecks, OfAReaderAreWaitedForOnceAndRenewedBesideIt) {
  Checks world;
  session::Session& session = world.begun("s");
  bool read = false;
  const auto reader = [&]() -> asio::awaitable<void> {
    static_cast<void>(co_await world.checks.first("s", session.epoch));
    read = true;
  };
  world.launches.spawn("reader", reader());
  world.clock.settle();
  EXPECT_FALSE(read);
  world.clock.advance(1s);
  EXPECT_TRUE(read);
  const auto at_once = [&] {
    read = false;
    world.launches.spawn("reader", reader());
    world.clock.settle();
    return read;
  };
  world.clock.advance(100s);
  EXPECT_TRUE(at_once());
  EXPECT_EQ(world.ehr.reads.size(), 1U) << "it is no write";
  world.clock.advance(10min);
  session.granted = smart::ScopeSet("patient/Patient.r");  // a refresh has narrowed it
  EXPECT_TRUE(at_once());
  world.clock.advance(1s);
  EXPECT_EQ(world.ehr.reads.size(), 2U) << "the number may have been corrected";
  world.ehr.records["Patient/p1"] = {.body = "", .status = 500};
  world.clock.advance(61s);
  world.renew(session);
  EXPECT_EQ(world.status(session), "unavailable");
  world.ehr.records["Patient/p1"] = {.body = R"({"resourceType":"Patient","id":"p1"})"};
  EXPECT_TRUE(at_once());
  world.clock.advance(1s);
  EXPECT_EQ(world.status(session), "verified");
}

TEST(PatientChecks, TakeBackNoNumberThatWasKnown) {
  Checks world;
  world.ehr.records["Patient/p1"] = {
      .body = R"({"resourceType":"Patient","id":"p1","identifier":[{"system":"urn:oid:1.2.3","value":"7"}]})"};
  const session::Session& session = world.begun("s");
  world.clock.advance(1s);
  world.ehr.records["Patient/p1"] = {.body = "", .status = 500};
  world.clock.advance(61s);
  world.renew(session);
  EXPECT_EQ(world.status(session), "unavailable");
  world.ehr.records["Patient/p1"] = {.body = R"({"resourceType":"Patient","id":"p2"})"};
  world.clock.advance(61s);
  world.renew(session);
  EXPECT_EQ(world.status(session), "conflict");
  ASSERT_EQ(session.patient_check->identity.identifiers.size(), 1U);
  EXPECT_EQ(session.patient_check->identity.identifiers.front().value, "7");
}

TEST(PatientChecks, OfOneSessionShareOneRead) {
  Checks world;
  world.ehr.slow["Patient/p1"] = 2s;
  const session::Session& session = world.begun("s");
  for (int i = 0; i < 5; ++i)
    world.launches.spawn("renew", world.checks.renew("s", session.epoch, 60s, world.clock.now() + 8s));
  world.clock.advance(5s);
  EXPECT_EQ(world.ehr.reads.size(), 1U);
  EXPECT_EQ(world.status(session), "verified");
}

TEST(PatientChecks, WaitNoLongerThanTheirCallers) {
  Checks world;
  world.ehr.slow["Patient/p1"] = 6s;
  const session::Session& session = world.begun("s");
  auto waited = world.launches.size();
  world.launches.spawn("renew", world.checks.renew("s", session.epoch, 60s, world.clock.now() + 1s));
  world.clock.advance(2s);
  EXPECT_EQ(world.launches.size(), waited);
  EXPECT_EQ(world.status(session), "not yet");
}

TEST(PatientChecks, OfAClearedSessionAreGivenUpAndDropped) {
  Checks world;
  world.ehr.slow["Patient/p1"] = 3s;
  const session::Session& session = world.begun("s");
  world.clock.advance(1s);
  ASSERT_EQ(world.ehr.reads.size(), 1U);
  world.clearing.clear_session(session, {ClearReason::os_lock, ""});
  world.clock.advance(10s);
  EXPECT_EQ(world.status(session), "not yet");
  for (const AuditRecord& record : world.audit.records) EXPECT_NE(record.kind, AuditKind::patient);
}

TEST(PatientChecks, GoWithTheSession) {
  Checks world;
  const session::Session& session = world.begun("s");
  world.clock.advance(1s);
  ASSERT_EQ(world.status(session), "verified");
  world.clearing.clear_session(session, {ClearReason::os_lock, ""});
  EXPECT_EQ(world.status(session), "not yet");
}

TEST(PatientChecks, AreCounted) {
  Checks world;
  world.begun("s");
  world.clock.advance(1s);
  EXPECT_EQ((world.checks.counts().at({"vitals", "ehr", "verified"})), 1U);
}

}  // namespace
}  // namespace wardend::patients
