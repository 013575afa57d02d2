#include "daemon/guard/circumstances.hpp"

#include <gtest/gtest.h>

#include "tests/unit/guard/ward_facts.hpp"

namespace wardend::guard {
namespace {

using fhircast::OnScreen;

std::string write_with(const Facts& facts) { return decided(sent("POST", "/Observation"), facts); }
std::string read_with(const Facts& facts) { return decided(sent("GET", "/Patient/p1"), facts); }

Facts shown(OnScreen screen) {
  Facts facts = facts_of_p1();
  facts.on_screen = std::move(screen);
  return facts;
}

TEST(Circumstances, AWriteIsForThePatientOnScreen) {
  EXPECT_EQ(write_with(facts_of_p1()), "needs_body");
  EXPECT_EQ(write_with(shown({.who = OnScreen::Who::patient, .patient = "p1"})), "needs_body");
  EXPECT_EQ(write_with(shown({.who = OnScreen::Who::patient, .patient = "p2"})), "PatientMismatch");
  EXPECT_EQ(write_with(shown({.who = OnScreen::Who::nobody})), "PatientContextMissing");
  EXPECT_EQ(write_with(shown({.who = OnScreen::Who::unknown})), "PatientContextMissing");
  EXPECT_EQ(read_with(shown({.who = OnScreen::Who::patient, .patient = "p2"})), "pass");
}

TEST(Circumstances, TheCallerNamesTheSamePatient) {
  Facts facts = facts_of_p1();
  facts.named_patient = "p1";
  EXPECT_EQ(write_with(facts), "needs_body");
  for (const char* other : {"p2", "P1", "Patient/p1", "p1 ", ""}) {
    facts.named_patient = other;
    EXPECT_EQ(write_with(facts), "PatientMismatch") << other;
    EXPECT_EQ(read_with(facts), "PatientMismatch") << other;
  }
}

TEST(Circumstances, TheCallerNamesTheSameEncounter) {
  Facts facts = facts_of_p1();
  facts.named_encounter = "e1";
  EXPECT_EQ(write_with(facts), "needs_body");
  facts.encounter = "e1";
  EXPECT_EQ(write_with(facts), "needs_body");
  facts.encounter = "e2";
  EXPECT_EQ(write_with(facts), "EncounterMismatch");
  facts.encounter.reset();
  facts.on_screen = OnScreen{.who = OnScreen::Who::patient, .patient = "p1", .encounter = "e2"};
  EXPECT_EQ(write_with(facts), "EncounterMismatch");
}

TEST(Circumstances, AConflictIsRefusedAndDoubtWhereTheAppSaysSo) {
  Facts facts = facts_of_p1();
  facts.verification = {.status = Verification::conflict, .findings = {"the record was merged into another one"}};
  EXPECT_EQ(write_with(facts), "PatientUnverified");
  EXPECT_EQ(read_with(facts), "pass");
  for (const Verification doubt : {Verification::unverified, Verification::unavailable}) {
    facts.verification.status = doubt;
    facts.policy.require_verified_patient = false;
    EXPECT_EQ(write_with(facts), "needs_body");
    facts.policy.require_verified_patient = true;
    EXPECT_EQ(write_with(facts), "PatientUnverified");
  }
}

TEST(Circumstances, ADeadSessionAndADeadServerAreSaidFirst) {
  Facts facts = facts_of_p1();
  facts.server_down = errors::ServerUnavailable{.server = "ehr", .reason = "it does not answer"};
  EXPECT_EQ(write_with(facts), "ServerUnavailable");
  EXPECT_EQ(read_with(facts), "ServerUnavailable");
  facts.sign_in_needed =
      errors::ReauthenticationRequired{.session = "s1", .reason = "expired", .context = LaunchContext{}};
  EXPECT_EQ(write_with(facts), "ReauthenticationRequired");
  EXPECT_EQ(read_with(facts), "ReauthenticationRequired");
}

TEST(Circumstances, AnOverrideExcusesDoubtAndNeverAnotherPatient) {
  Facts facts = shown({.who = OnScreen::Who::unknown});
  facts.override_reason = "resuscitation";
  EXPECT_EQ(write_with(facts), "PatientContextMissing") << "the policy does not let it";
  facts.policy.break_glass = true;
  const auto body = observation("Patient/p1");
  const Verdict passed = decide(sent("POST", "/Observation"), Body{.json = &body}, facts);
  EXPECT_EQ(word_of(passed), "pass");
  EXPECT_EQ(passed.overridden, std::vector<std::string>{"on_screen_unknown"});
  facts.policy.require_verified_patient = true;
  facts.verification.status = Verification::unavailable;
  const Verdict both = decide(sent("POST", "/Observation"), Body{.json = &body}, facts);
  EXPECT_EQ(both.overridden, (std::vector<std::string>{"on_screen_unknown", "patient_unverified"}));
  facts.verification.status = Verification::conflict;
  EXPECT_EQ(write_with(facts), "PatientUnverified");
  facts = shown({.who = OnScreen::Who::patient, .patient = "p2"});
  facts.policy.break_glass = true;
  facts.override_reason = "resuscitation";
  EXPECT_EQ(write_with(facts), "PatientMismatch");
  EXPECT_TRUE(decide(sent("POST", "/Observation"), Body{.json = &body}, facts_of_p1()).overridden.empty());
}

}  // namespace
}  // namespace wardend::guard
