// From what was seen to a verdict: a pure function a step.
#pragma once

#include <cstdint>

#include "wardctl/rehearsal/facts.hpp"
#include "wardctl/rehearsal/outcome.hpp"
#include "wardctl/rehearsal/plan.hpp"

namespace wardend::wardctl {

// The patients whom the rehearsal opens and names.
inline constexpr const char* own_patient = "patient-1";
inline constexpr const char* other_patient = "patient-2";

// Launches: one that works, one that the server refuses, one without a patient.
[[nodiscard]] Outcome judge_launch(const Subject& subject, const LaunchFacts& facts);
[[nodiscard]] Outcome judge_failed_launch(const Subject& subject, const LaunchFacts& facts);
[[nodiscard]] Outcome judge_no_patient(const Subject& subject, const LaunchFacts& facts);

// What ends in mid-session: the token, the sign-in at the EHR.
[[nodiscard]] Outcome judge_token_end(const Subject& subject, const TokenEndFacts& facts);
[[nodiscard]] Outcome judge_sign_in_end(const Subject& subject, const TokenEndFacts& facts);

// A server that is away: `step` says in which way.
[[nodiscard]] Outcome judge_outage(const Subject& subject, Step step, const OutageFacts& facts);

// What a clinician must be kept from, and what an operator does.
[[nodiscard]] Outcome judge_wrong_write(const Subject& subject, const WriteFacts& facts);
[[nodiscard]] Outcome judge_lock(const Subject& subject, const LockFacts& facts);
[[nodiscard]] Outcome judge_switch(const Subject& subject, const SwitchFacts& facts);
[[nodiscard]] Outcome judge_trail(const Subject& subject, const TrailFacts& facts);

// A step that needs a session where none could be had.
[[nodiscard]] Outcome not_played_without_session(const Subject& subject, Step step);

}  // namespace wardend::wardctl
