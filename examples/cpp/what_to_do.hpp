// What an app does when it is refused, what the clinician reads, and which member of the error stands behind that.
//   wipe     take everything off the screen, keep unfinished work (ParkWork), offer a new launch
//   launch   offer a new launch; what is on the screen may stay
//   wait     mark what is on the screen as not confirmed, and ask again later
//   correct  let the clinician change the entry
//   support  nothing can be done here: show the sentence
//   skip     do without
#pragma once

#include <array>
#include <string_view>

struct WhatToDo {
  std::string_view error;
  std::string_view action;
  std::string_view sentence;
  std::string_view shown;
};

// clang-format off
inline constexpr auto what_to_do = std::to_array<WhatToDo>({
    {"SessionCleared", "wipe", "You were signed out. Open the app again from the EHR.", ""},
    {"UnknownSession", "wipe", "You are not signed in. Open the app from the EHR.", ""},
    {"WorkstationLocked", "wipe", "The workstation was locked. Unlock it and open the app again from the EHR.", ""},
    {"AppDisabled", "wipe", "This app is switched off.", "advice"},
    {"ReauthenticationRequired", "launch", "The EHR wants you to sign in again. Open the app again from the EHR.", ""},
    {"LaunchFailed", "launch", "The launch did not finish. Try once more, then show this to IT:", "code"},
    {"LaunchExpired", "launch", "Nobody finished the sign-in in time. Open the app again.", ""},
    {"PatientContextMissing", "launch", "No patient was open. Open the patient in the EHR and start the app there.", ""},
    {"PatientMismatch", "launch", "You are signed in for another patient. Open this patient in the EHR and start the app there.", ""},
    {"EncounterMismatch", "launch", "You are signed in for another encounter. Open this one in the EHR and start the app there.", ""},
    {"AmbiguousSession", "launch", "More than one patient is open. Start the app again from the patient's chart.", ""},
    {"ServerUnavailable", "wait", "The EHR cannot be reached.", "advice"},
    {"RateLimited", "wait", "One moment, please.", ""},
    {"ResourceRejected", "correct", "This entry was not saved:", "reason"},
    {"TooLarge", "correct", "This is too long to be kept.", ""},
    {"PatientUnverified", "support", "The patient's identity is not confirmed. Compare name and birth date in the EHR.", ""},
    {"ScopeNotGranted", "support", "The EHR does not allow the app to do this. Call IT.", ""},
    {"UnknownApp", "support", "This app is not set up for you. Call IT.", ""},
    {"NotAuthorized", "support", "This app is not set up for you here. Call IT.", ""},
    {"UnknownServer", "support", "This EHR is not set up here. Call IT.", ""},
    {"InvalidRequest", "support", "The app has made a mistake. Call IT.", ""},
    {"NotSupported", "skip", "This is not possible here.", ""},
});
// clang-format on

// An error that a later version brings is for support.
inline WhatToDo on_error(std::string_view name) {
  for (const WhatToDo& row : what_to_do)
    if (row.error == name) return row;
  return {name, "support", "The app cannot go on. Call IT.", ""};
}
