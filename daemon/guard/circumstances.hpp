// What must hold before a request is looked at: the session lives, the server is up, and everybody means the same
// patient.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "daemon/guard/facts.hpp"
#include "protocol/fhir/request.hpp"

namespace wardend::guard {

struct Circumstances {
  std::optional<Error> refusal = {};
  std::vector<std::string> overridden = {};  // on_screen_unknown, patient_unverified
};

// A read needs a living session, a server, and no other patient named by the caller. A write also needs a patient, who
// is the one on screen where a hub is followed, is in no conflict, and is verified where the app demands it. An
// override reason excuses a screen that is not known and a patient who is not verified, where the policy lets it; never
// another patient.
[[nodiscard]] Circumstances judge_circumstances(const fhir::FhirRequest& request, const Facts& facts);

}  // namespace wardend::guard
