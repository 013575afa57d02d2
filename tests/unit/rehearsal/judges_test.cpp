#include "wardctl/rehearsal/judges.hpp"

#include <gtest/gtest.h>

#include <functional>

namespace wardend::wardctl {
namespace {

Subject app(const char* patient_context = "required") {
  return {
      .app = "vitals", .server = "ehr", .patient_context = patient_context, .refreshes = true, .advice = "Use paper."};
}
Heard refused(const char* error, const char* words = "") {
  return {.error = error, .words = std::string(error) + ": " + words};
}
LaunchFacts good_launch() {
  return {.page = {.status = 200, .words = "Signed in."}, .session = "s", .patient = own_patient};
}

// What spoils facts that are good, and the sentence that must say so.
template <typename Facts>
struct Spoilt {
  const char* name;
  std::function<void(Facts&)> spoil;
  const char* seen;
};
template <typename Facts, typename Judge>
void expect_each_fault(const Facts& good, const std::vector<Spoilt<Facts>>& rows, Judge judge) {
  const Outcome fine = judge(good);
  EXPECT_EQ(fine.verdict, Verdict::as_expected) << fine.seen;
  EXPECT_FALSE(fine.seen.empty() || fine.expected.empty());
  for (const auto& row : rows) {
    Facts facts = good;
    row.spoil(facts);
    const Outcome outcome = judge(facts);
    EXPECT_EQ(outcome.verdict, Verdict::not_as_expected) << row.name;
    EXPECT_TRUE(outcome.seen.contains(row.seen)) << row.name << ": " << outcome.seen;
    EXPECT_FALSE(outcome.next.empty()) << row.name;
  }
}

TEST(Judges, OfALaunch) {
  expect_each_fault<LaunchFacts>(
      good_launch(),
      {{"no session",
        [](LaunchFacts& facts) { facts = {.page = {.status = 403, .words = "The EHR named no patient."}}; },
        "The page came with status 403."},
       {"no page", [](LaunchFacts& facts) { facts = {}; }, "The page did not answer."},
       {"no token", [](LaunchFacts& facts) { facts.token = refused("NotAuthorized", "the audit trail cannot"); },
        "no token: NotAuthorized: the audit trail cannot"},
       {"another patient", [](LaunchFacts& facts) { facts.patient = "patient-9"; }, "another one"},
       {"no patient", [](LaunchFacts& facts) { facts.patient = ""; }, "no patient"},
       {"fewer scopes", [](LaunchFacts& facts) { facts.missing_scopes = {"a", "b"}; }, "Not granted: a, b."}},
      [](const LaunchFacts& facts) { return judge_launch(app(), facts); });
  LaunchFacts without = good_launch();
  without.patient = "";
  EXPECT_EQ(judge_launch(app("none"), without).verdict, Verdict::as_expected);
}

TEST(Judges, OfALaunchThatFails) {
  const LaunchFacts good{.page = {.status = 403, .words = "No.", .reference = "AB"}, .reference_on_trail = true};
  expect_each_fault<LaunchFacts>(
      good,
      {{"session", [](LaunchFacts& facts) { facts.session = "s"; }, "A session came"},
       {"silent page", [](LaunchFacts& facts) { facts.page.words = ""; }, "No page says why."},
       {"good page", [](LaunchFacts& facts) { facts.page.status = 200; }, "No page says why."},
       {"not on the trail", [](LaunchFacts& facts) { facts.reference_on_trail = false; }, "not in the audit trail"}},
      [](const LaunchFacts& facts) { return judge_failed_launch(app(), facts); });
  EXPECT_EQ(judge_failed_launch(app(), good).clinician, "No.") << "what stood on the page, and nothing else";
}

TEST(Judges, OfALaunchWithoutAPatient) {
  const LaunchFacts refusal{.page = {.status = 403, .words = "The EHR named no patient."}};
  expect_each_fault<LaunchFacts>(
      refusal,
      {{"session", [](LaunchFacts& facts) { facts.session = "s"; }, "There is a session"},
       {"another page", [](LaunchFacts& facts) { facts.page.words = "No."; }, "does not say"}},
      [](const LaunchFacts& facts) { return judge_no_patient(app(), facts); });
  LaunchFacts session = good_launch();
  session.patient = "";
  expect_each_fault<LaunchFacts>(
      session,
      {{"a patient", [](LaunchFacts& facts) { facts.patient = "patient-1"; }, "a patient whom nobody opened"},
       {"no session", [](LaunchFacts& facts) { facts.session = ""; }, "There is no session."}},
      [](const LaunchFacts& facts) { return judge_no_patient(app("optional"), facts); });
}

TEST(Judges, OfAWriteForTheWrongPatient) {
  const WriteFacts good{.type = "Observation",
                        .other_on_screen = refused("PatientMismatch"),
                        .other_in_body = refused("ResourceRejected", "a reference is to another patient")};
  expect_each_fault<WriteFacts>(
      good,
      {{"screen", [](WriteFacts& facts) { facts.other_on_screen = {}; }, "on the screen the write was permitted"},
       {"body", [](WriteFacts& facts) { facts.other_in_body = {}; }, "Observation of another patient: permitted"},
       {"another refusal", [](WriteFacts& facts) { facts.other_in_body = refused("RateLimited"); }, "RateLimited"},
       {"own", [](WriteFacts& facts) { facts.own = refused("ScopeNotGranted"); },
        "of this patient: refused: ScopeNotGranted"}},
      [](const WriteFacts& facts) { return judge_wrong_write(app(), facts); });
  WriteFacts required = good;
  required.own = refused("ResourceRejected", "an element that this app must always write is not there");
  EXPECT_EQ(judge_wrong_write(app(), required).verdict, Verdict::as_expected);
  const Outcome reader = judge_wrong_write(app(), {.without_scope = refused("ScopeNotGranted")});
  EXPECT_EQ(reader.verdict, Verdict::not_played);
  EXPECT_TRUE(reader.seen.contains("ScopeNotGranted")) << reader.seen;
  const Outcome changes = judge_wrong_write(app(), {.writes_otherwise = true});
  EXPECT_EQ(changes.verdict, Verdict::not_played);
  EXPECT_TRUE(changes.seen.contains("The app writes")) << changes.seen;
  const Outcome nobody = judge_wrong_write(app("none"), {.has_patient = false});
  EXPECT_EQ(nobody.verdict, Verdict::not_played);
  EXPECT_TRUE(nobody.seen.contains("no patient")) << nobody.seen;
}

TEST(Judges, OfALockInMidWork) {
  const LockFacts good{.cleared_ms = 3, .token = refused("SessionCleared"), .work_back = true, .again = good_launch()};
  expect_each_fault<LockFacts>(
      good,
      {{"not taken", [](LockFacts& facts) { facts.told = refused("NotAuthorized"); }, "The lock was not taken"},
       {"token", [](LockFacts& facts) { facts.token = {}; }, "got a token after the lock"},
       {"not told", [](LockFacts& facts) { facts.cleared_ms.reset(); }, "was not told"},
       {"work lost", [](LockFacts& facts) { facts.work_back = false; }, "did not come back"},
       {"no relaunch", [](LockFacts& facts) { facts.again = {.page = {.words = "Sign in first."}}; },
        "Sign in first."}},
      [](const LockFacts& facts) { return judge_lock(app(), facts); });
  Subject standalone = app();
  standalone.launch_ehr = false;
  EXPECT_TRUE(judge_lock(standalone, {.token = refused("SessionCleared")}).next.contains("prompt = \"login\""));
  LockFacts nothing_parked = good;
  nothing_parked.parked = refused("InvalidRequest", "no user");
  nothing_parked.work_back = false;
  const Outcome outcome = judge_lock(app(), nothing_parked);
  EXPECT_EQ(outcome.verdict, Verdict::as_expected);
  EXPECT_TRUE(outcome.seen.contains("no user") && outcome.next.contains("drafts")) << outcome.seen;
}

TEST(Judges, OfTheSwitch) {
  const SwitchFacts good{.token = refused("AppDisabled"),
                         .page = {.status = 403, .words = "It is switched off. Use paper."},
                         .again = good_launch()};
  expect_each_fault<SwitchFacts>(
      good,
      {{"not off", [](SwitchFacts& facts) { facts.off = refused("NotAuthorized"); }, "It was not switched off"},
       {"token", [](SwitchFacts& facts) { facts.token = {}; }, "got a token"},
       {"page", [](SwitchFacts& facts) { facts.page.words = "Signed in."; }, "does not say so"},
       {"advice", [](SwitchFacts& facts) { facts.page.words = "It is switched off."; }, "does not give the advice"},
       {"not on", [](SwitchFacts& facts) { facts.on = refused("x"); }, "not switched on again"},
       {"no relaunch", [](SwitchFacts& facts) { facts.again = {}; }, "did not work"}},
      [](const SwitchFacts& facts) { return judge_switch(app(), facts); });
  Subject silent = app();
  silent.advice = "";
  EXPECT_EQ(judge_switch(silent, good).verdict, Verdict::not_as_expected);
}

TEST(Judges, WithoutASessionNothingIsClaimed) {
  const Outcome outcome = not_played_without_session(app(), Step::lock);
  EXPECT_EQ(outcome.verdict, Verdict::not_played);
  EXPECT_TRUE(outcome.seen.contains("no launch worked"));
}

}  // namespace
}  // namespace wardend::wardctl
