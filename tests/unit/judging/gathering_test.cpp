#include "daemon/judging/gathering.hpp"

#include <gtest/gtest.h>

#include "tests/unit/writes/write_world.hpp"

namespace wardend {
namespace {

using test::WriteWorld;

struct Gathering : WriteWorld {
  [[nodiscard]] guard::Facts facts(const session::Session& session, const judging::Named& named = {.patient = "p1"}) {
    return judging::facts_of(session, app(), server(), {}, server_health, named, clock.now());
  }
};

TEST(Gathering, SaysWhatTheSessionKnows) {
  Gathering world;
  session::Session& session = world.writer();
  session.context.encounter = "e1";
  world.app().break_glass = true;
  const guard::Facts facts = world.facts(session, {.patient = "p2", .encounter = "e2", .override_reason = "because"});
  EXPECT_EQ(facts.patient, "p1");
  EXPECT_EQ(facts.encounter, "e1");
  EXPECT_EQ(facts.named_patient, "p2");
  EXPECT_EQ(facts.named_encounter, "e2");
  EXPECT_EQ(facts.override_reason, "because");
  EXPECT_TRUE(facts.policy.break_glass);
  EXPECT_EQ(facts.base.text(), "https://ehr.example.org/fhir");
  EXPECT_FALSE(facts.sign_in_needed);
  EXPECT_FALSE(facts.server_down);
  EXPECT_FALSE(facts.on_screen);
}

TEST(Gathering, TakesThePatientFromACheckThatIsNotTooOld) {
  Gathering world;
  session::Session& session = world.writer();
  EXPECT_EQ(world.facts(session).verification.status, guard::Verification::unavailable) << "not read yet";
  session.patient_check = session::PatientCheck{.read_at = world.clock.now()};
  session.patient_check->identity = {.status = fhir::Verification::verified, .identifiers = {{"urn:mrn", "1"}}};
  const guard::Facts facts = world.facts(session);
  EXPECT_EQ(facts.verification.status, guard::Verification::verified);
  ASSERT_EQ(facts.identifiers.size(), 1U);
  EXPECT_EQ(facts.identifiers.front().value, "1");
  world.clock.advance(71s);
  EXPECT_EQ(world.facts(session).verification.status, guard::Verification::unavailable);
  EXPECT_EQ(world.facts(session).identifiers.size(), 1U) << "a number does not age";
}

TEST(Gathering, SaysThatThereIsNoPatient) {
  Gathering world;
  session::Session& session = world.writer();
  session.context.patient.reset();
  EXPECT_EQ(world.facts(session).verification.status, guard::Verification::not_applicable);
}

TEST(Gathering, SaysThatTheGrantOrTheServerIsGone) {
  Gathering world;
  session::Session& session = world.writer();
  session.end_grant("invalid_grant");
  for (int i = 0; i < 5; ++i)
    world.server_health.observe("ehr", {.kind = server::LinkEvidence::Kind::unreachable, .detail = "no route"});
  const guard::Facts facts = world.facts(session);
  ASSERT_TRUE(facts.sign_in_needed);
  EXPECT_EQ(*facts.sign_in_needed->reason, "invalid_grant");
  ASSERT_TRUE(facts.server_down);
}

}  // namespace
}  // namespace wardend
