#include "wardctl/rehearsal/plan.hpp"

#include <algorithm>
#include <utility>

namespace wardend::wardctl {
namespace {

std::string_view without_patient(const Subject& subject) {
  return subject.patient_context == "required" ? "No session. The page says that no patient is open, and what to do."
                                               : "A session that has no patient, and says so.";
}

}  // namespace

std::vector<Scene> plan_for(const Subject& subject) {
  return {
      {Step::launch, "launch", "A launch that works",
       subject.patient_context == "required"
           ? "The page says who signed in and for which patient. All scopes are granted. The app gets a token."
           : "The page says who signed in. All scopes are granted. The app gets a token."},
      {Step::failed_launch, "failed-launch", "A launch that fails",
       "No session. The page says why in one sentence, and its reference is in the audit trail."},
      {Step::no_patient, "no-patient", "A launch without a patient", without_patient(subject)},
      {Step::token_end, "token-end", "A token that ends in mid-session",
       "The app goes on with another token. Nobody signs in again."},
      {Step::sign_in_end, "sign-in-end", "A sign-in that the EHR ends in mid-session",
       "The app is told that the clinician must sign in again."},
      {Step::busy_server, "busy-server", "A server that answers 503",
       "The app keeps its token and is told that the server is away. A launch shows the approved advice. After the "
       "outage the session goes on."},
      {Step::gone_server, "gone-server", "A server that is gone", "As with 503: no session is lost."},
      {Step::wrong_write, "wrong-write", "A write for the wrong patient",
       "It is refused, whether the other patient is on the screen or in the resource. A write for this patient is not "
       "taken for one."},
      {Step::lock, "lock", "A lock in mid-work",
       "The session is gone at once, and an app that watches is told. Parked work comes back after the next launch."},
      {Step::switch_off, "switch", "The app switched off and on again",
       "The app's sessions end, and its page gives the approved advice. Once it is on, the next launch works."},
      {Step::trail, "trail", "A test entry through the audit trail and back",
       "The answer's request id stands in the trail. Its line leads back to the session and the patient."},
  };
}

Outcome begun(const Subject& subject, Step step) {
  const auto plan = plan_for(subject);
  const auto scene = std::ranges::find(plan, step, &Scene::step);
  return {
      .name = std::string(scene->name), .step = std::string(scene->title), .expected = std::string(scene->expected)};
}

std::vector<std::string> step_names() {
  std::vector<std::string> names;
  for (const Scene& scene : plan_for({})) names.emplace_back(scene.name);
  return names;
}

Outcome left_out(const Subject& subject, Step step) {
  Outcome outcome = begun(subject, step);
  outcome.seen = "It was left out: --only names others.";
  outcome.next = "Rehearse the whole plan before go-live.";
  return outcome;
}

std::vector<Outcome> for_a_person(const Subject& subject) {
  const auto row = [](std::string step, std::string why, std::string_view line) {
    return Outcome{
        .step = std::move(step), .seen = std::move(why), .next = "See docs/go-live.md: \"" + std::string(line) + "\""};
  };
  return {
      row("A sign-in at " + subject.server + " itself", "It takes a person, and the EHR's own screens.",
          "Each screen of the EHR that can open the app was tried, with two charts open too."),
      row("A write for somebody else, at " + subject.server, "Only the server can show that it refuses one.",
          "The server refuses a write for somebody else."),
      row("The app's own screen", "The rehearsal called in the app's place, and the app did not run.",
          "The EHR was cut off with a chart open."),
      row("A lock of this workstation's screen", "It would have disturbed whoever works here.",
          "The screen was locked, on each model of workstation."),
      row("A sleep of this workstation", "It would have disturbed whoever works here.",
          "The workstation slept and woke with a chart open."),
      row("The switch on every workstation", "The installed service was left alone.", "The app was switched off."),
      row("The archive behind the trail", "This version keeps the trail in one file and sends it nowhere.",
          "One entry was followed through every trail to its last sink, and back."),
  };
}

}  // namespace wardend::wardctl
