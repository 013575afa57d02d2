#include "wardctl/rehearsal/judges.hpp"

#include <fmt/format.h>

#include "wardctl/rehearsal/findings.hpp"
#include "wardctl/text.hpp"

namespace wardend::wardctl {
namespace {

constexpr const char* look_at_launch = "Launch it by hand, and see the journal of wardend.";

std::string page_status(const Page& page) {
  return page.status == 0 ? "The page did not answer." : fmt::format("The page came with status {}.", page.status);
}

// Why there is no session, in the words of whoever refused it.
std::string no_session(const LaunchFacts& facts) {
  if (facts.session.empty()) return "There is no session. " + page_status(facts.page);
  return "There is a session, and no token: " + facts.token.words;
}

// The next launch after something that ended the one before.
void judge_again(Findings& findings, const LaunchFacts& again, const char* next) {
  findings.check(again.worked(), "The next launch worked.",
                 "The next launch did not work: " + (again.session.empty() ? again.page.words : again.token.words),
                 next);
}

}  // namespace

Outcome judge_launch(const Subject& subject, const LaunchFacts& facts) {
  Findings findings(begun(subject, Step::launch));
  findings.shown(facts.page.words);
  findings.check(facts.worked(), "There is a session, and the app got a token.", no_session(facts),
                 "Mend what the page or the error says, then rehearse again.");
  if (facts.session.empty()) return std::move(findings).outcome();
  if (!facts.patient.empty())
    findings.check(facts.patient == own_patient, "The session's patient is the one that was opened.",
                   "The session's patient is another one than the one that was opened.",
                   "Do not go live: the EHR names another patient than its screen.");
  else if (subject.patient_context == "required")
    findings.fault("The session has no patient.", "Set patient_context of the app, or ask the EHR for a launch scope.");
  if (!facts.missing_scopes.empty())
    findings.fault("Not granted: " + joined(facts.missing_scopes) + ".",
                   "Compare scope_syntax and the app's registration with what the server grants: `wardctl scopes " +
                       subject.app + "`.");
  return std::move(findings).outcome();
}

Outcome judge_failed_launch(const Subject& subject, const LaunchFacts& facts) {
  Findings findings(begun(subject, Step::failed_launch));
  findings.shown(facts.page.words);
  findings.check(facts.session.empty(), "No session came of it.", "A session came of a launch that was refused.",
                 "Do not go live: tell those who maintain wardend.");
  findings.check(facts.page.status >= 400 && !facts.page.words.empty(),
                 fmt::format("The page came with status {}.", facts.page.status),
                 "No page says why. " + page_status(facts.page), look_at_launch);
  findings.check(!facts.page.reference.empty() && facts.reference_on_trail,
                 "Reference " + facts.page.reference + " of the page stands in the audit trail.",
                 "The page's reference is not in the audit trail.",
                 "See whether the trail can be written: `wardctl status`.");
  return std::move(findings).outcome();
}

Outcome judge_no_patient(const Subject& subject, const LaunchFacts& facts) {
  Findings findings(begun(subject, Step::no_patient));
  findings.shown(facts.page.words);
  if (subject.patient_context == "required") {
    findings.check(facts.session.empty(), "No session came of it.",
                   "There is a session, though the EHR named no patient.",
                   "Do not go live: tell those who maintain wardend.");
    findings.check(facts.page.status >= 400 && facts.page.words.contains("no patient"), "The page says that.",
                   "The page does not say that no patient is open. " + page_status(facts.page), look_at_launch);
    return std::move(findings).outcome();
  }
  findings.check(facts.worked() && facts.patient.empty(), "There is a session without a patient.",
                 facts.patient.empty() ? no_session(facts) : "The session has a patient whom nobody opened.",
                 look_at_launch);
  findings.advise("The app must ask whom its user means: try it.");
  return std::move(findings).outcome();
}

Outcome judge_wrong_write(const Subject& subject, const WriteFacts& facts) {
  Findings findings(begun(subject, Step::wrong_write));
  if (!facts.has_patient)
    return std::move(findings).not_played(
        "The session has no patient, so that none can be the wrong one: AuthorizeWrite refuses each write.",
        "An app that writes needs patient_context = \"required\".");
  if (facts.type.empty() && facts.writes_otherwise)
    return std::move(findings).not_played(
        "The app writes, and creates nothing that names its patient itself: what it changes or attaches to is a record "
        "that this rehearsal does not have.",
        "Try each of the app's writes with line 14 of docs/go-live.md.");
  if (facts.type.empty())
    return std::move(findings).not_played(
        "No scope of the session writes, so that every write is refused: " + facts.without_scope.words,
        "Nothing, while the app only reads. Once it writes: give it a scope that does, and [[app.write]].");
  findings.shown(facts.other_in_body.words);
  findings.check(
      facts.other_on_screen.refused_as("PatientMismatch"), "With another patient on the screen: PatientMismatch.",
      facts.other_on_screen.answered() ? "With another patient on the screen the write was permitted."
                                       : "With another patient on the screen: " + facts.other_on_screen.words,
      "The app must not write: see README.md, \"Before a write\".");
  const bool in_body = facts.other_in_body.refused_as("ResourceRejected");
  findings.check(in_body, facts.type + " of another patient: ResourceRejected.",
                 facts.other_in_body.answered() ? facts.type + " of another patient: permitted."
                                                : facts.type + " of another patient: " + facts.other_in_body.words,
                 "The app must not write: see README.md, \"Before a write\".");
  if (facts.own.answered())
    findings.saw(facts.type + " of this patient: permitted.");
  else if (facts.own.words.contains("must always write"))
    findings.saw(facts.type + " of this patient: refused for an element that [[app.write]] asks for.");
  else
    findings.fault(facts.type + " of this patient: refused: " + facts.own.words,
                   "Mend what the error says: else the app cannot write at all.");
  return std::move(findings).outcome();
}

Outcome judge_lock(const Subject& subject, const LockFacts& facts) {
  Findings findings(begun(subject, Step::lock));
  findings.shown(facts.token.words);
  findings.check(facts.told.answered(), "", "The lock was not taken: " + facts.told.words,
                 "See the role `ehr` in [roles].");
  findings.check(
      facts.token.refused_as("SessionCleared") || facts.token.refused_as("WorkstationLocked"),
      "No token after the lock: " + facts.token.error + ".",
      facts.token.answered() ? "The app got a token after the lock." : "After the lock: " + facts.token.words,
      "Do not go live: tell those who maintain wardend.");
  findings.check(facts.cleared_ms.has_value(),
                 fmt::format("An app that watches was told after {} ms.", facts.cleared_ms.value_or(0)),
                 "An app that watches was not told.", "Do not go live: tell those who maintain wardend.");
  judge_again(findings, facts.again,
              subject.launch_ehr ? look_at_launch
                                 : "After a lock a standalone launch needs a fresh sign-in: prompt = \"login\" in "
                                   "[server.oauth].");
  if (!facts.parked.answered()) {
    findings.saw("Work cannot be parked: " + facts.parked.words);
    findings.advise("The app must keep its own drafts.");
  } else if (facts.again.worked()) {
    findings.check(facts.work_back, "Parked work came back, once.", "Parked work did not come back.",
                   "See README.md, \"Integrate an app\": the same user and the same patient.");
  }
  return std::move(findings).outcome();
}

Outcome judge_switch(const Subject& subject, const SwitchFacts& facts) {
  Findings findings(begun(subject, Step::switch_off));
  findings.shown(facts.page.words);
  findings.check(facts.off.answered(), fmt::format("It was off after {} ms.", facts.off_ms),
                 "It was not switched off: " + facts.off.words, "See the role `operator` in [roles].");
  findings.check(facts.token.refused_as("AppDisabled"), "The app gets no token: AppDisabled.",
                 facts.token.answered() ? "The app got a token." : "The app was told: " + facts.token.words,
                 "Do not go live: tell those who maintain wardend.");
  findings.check(facts.page.status >= 400 && facts.page.words.contains("switched off"),
                 "The page of a launch says that it is switched off.",
                 "The page of a launch does not say so. " + page_status(facts.page), look_at_launch);
  if (subject.advice.empty())
    findings.fault("There is no advice for its users.", "Write [app.fallback] advice, and have it approved.");
  else
    findings.check(facts.page.words.contains(subject.advice), "It gives the advice.", "It does not give the advice.",
                   look_at_launch);
  findings.check(facts.on.answered(), "", "It was not switched on again: " + facts.on.words,
                 "See the role `operator` in [roles].");
  judge_again(findings, facts.again, look_at_launch);
  return std::move(findings).outcome();
}

Outcome not_played_without_session(const Subject& subject, Step step) {
  return Findings(begun(subject, step))
      .not_played("There is no session to play it with: no launch worked.",
                  "Mend the first step that is not as expected, then rehearse again.");
}

}  // namespace wardend::wardctl
