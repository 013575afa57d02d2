#include "daemon/guard/circumstances.hpp"

namespace wardend::guard {
namespace {

using fhircast::OnScreen;

std::optional<Error> named_otherwise(const Facts& facts) {
  if (facts.named_patient && facts.named_patient != facts.patient)
    return errors::PatientMismatch{.session = facts.session, .requested = *facts.named_patient};
  const bool of_launch = !facts.encounter || facts.named_encounter == facts.encounter;
  const bool of_screen =
      !facts.on_screen || !facts.on_screen->encounter || facts.named_encounter == facts.on_screen->encounter;
  if (facts.named_encounter && (!of_launch || !of_screen))
    return errors::EncounterMismatch{.session = facts.session, .requested = *facts.named_encounter};
  return std::nullopt;
}

// nullopt: the screen shows the patient, or nobody follows it.
std::optional<Error> shown_otherwise(const Facts& facts) {
  if (!facts.on_screen) return std::nullopt;
  switch (facts.on_screen->who) {
    case OnScreen::Who::patient:
      if (facts.on_screen->patient == facts.patient) return std::nullopt;
      return errors::PatientMismatch{.session = facts.session, .requested = *facts.patient};
    case OnScreen::Who::nobody:
      return errors::PatientContextMissing{
          .reason = "the EHR shows no patient: open the patient there, or launch the app again from the EHR",
          .session = facts.session};
    case OnScreen::Who::unknown:
      return errors::PatientContextMissing{
          .reason = "it is not known whom the EHR shows: open the patient there again, then write",
          .session = facts.session};
  }
  return errors::PatientContextMissing{.reason = "it is not known whom the EHR shows", .session = facts.session};
}

bool is_unverified(const Facts& facts) {
  return facts.verification.status == Verification::unverified ||
         facts.verification.status == Verification::unavailable;
}

}  // namespace

Circumstances judge_circumstances(const fhir::FhirRequest& request, const Facts& facts) {
  Circumstances found;
  if (facts.sign_in_needed) return {.refusal = *facts.sign_in_needed};
  if (!request.reads && !facts.patient)
    return {.refusal = errors::PatientContextMissing{
                .reason = "the session has no patient: launch the app from the patient's chart in the EHR",
                .session = facts.session}};
  if (auto refusal = named_otherwise(facts)) return {.refusal = std::move(refusal)};
  if (facts.server_down) return {.refusal = *facts.server_down};
  if (request.reads) return found;
  const bool overrides = facts.policy.break_glass && !facts.override_reason.empty();
  if (auto refusal = shown_otherwise(facts)) {
    if (!overrides || facts.on_screen->who != OnScreen::Who::unknown) return {.refusal = std::move(refusal)};
    found.overridden.emplace_back("on_screen_unknown");
  }
  const bool unverified = facts.policy.require_verified_patient && is_unverified(facts);
  if (facts.verification.status == Verification::conflict || (unverified && !overrides))
    return {.refusal = errors::PatientUnverified{.findings = facts.verification.findings}};
  if (unverified) found.overridden.emplace_back("patient_unverified");
  return found;
}

}  // namespace wardend::guard
