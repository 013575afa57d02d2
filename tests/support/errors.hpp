// Errors as tests look at them: what one of them tells, and one of each kind.
#pragma once

#include <chrono>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace wardend::test {

// `error` as what the test expects it to be; the test fails when it is another one.
template <typename E>
const E& told(const Error& error) {
  const E* told = error.as<E>();
  if (told == nullptr) throw std::runtime_error("told " + std::string(name_of(error.code())) + ": " + error.detail());
  return *told;
}

// What a fake says when nothing has answered.
inline Error no_answer(std::string_view what) {
  return errors::ServerUnavailable{.server = "none", .reason = std::string(what)};
}

// One of each kind in the order of errors::Any, every member set.
inline std::vector<Error> one_of_each() {
  const WallTime at{std::chrono::seconds(1'700'000'000)};
  const LaunchContext context{.patient = "p1", .fhir_context = {R"({"reference":"ImagingStudy/1"})"}, .tenant = "t"};
  return {errors::UnknownApp{"why"},
          errors::NotAuthorized{"why"},
          errors::RoleNeeded{"operator"},
          errors::InvalidRequest{.field = "app", .reason = "why"},
          errors::UnknownServer{.server = "ehr", .reason = "why"},
          errors::UnknownSession{"why"},
          errors::NotSupported{"AuthorizeWrite"},
          errors::AmbiguousSession{std::vector<std::string>{"s1", "s2"}},
          errors::SessionCleared{.reason = ClearReason::os_lock, .at = at},
          errors::ReauthenticationRequired{.session = "s1", .reason = "invalid_grant", .context = context},
          errors::LaunchFailed{.stage = LaunchStage::token, .code = "invalid_grant", .description = "why"},
          errors::LaunchExpired{"why"},
          errors::PatientContextMissing{.reason = "why", .session = "s1"},
          errors::PatientMismatch{.session = "s1", .requested = "p2"},
          errors::EncounterMismatch{.session = "s1", .requested = "e2"},
          errors::PatientUnverified{std::vector<std::string>{"birth date differs"}},
          errors::ScopeNotGranted{.missing = std::vector<std::string>{"patient/Observation.rs"}, .reason = "why"},
          errors::ResourceRejected{.reason = "why", .path = "Observation.subject"},
          errors::ServerUnavailable{.server = "ehr",
                                    .reason = "why",
                                    .since = at,
                                    .retry_after = std::chrono::seconds(30),
                                    .advice = "Use the flowsheet."},
          errors::AppDisabled{.reason = "why", .advice = "Use the flowsheet."},
          errors::WorkstationLocked{"why"},
          errors::RateLimited{.retry_after_ms = std::chrono::milliseconds(1500), .reason = "why"},
          errors::TooLarge{.limit = 65'536, .reason = "why"},
          errors::InvalidTarget{"why"},
          errors::ConfigInvalid{std::vector<std::string>{"wardend.toml:1:2: wrong"}}};
}

}  // namespace wardend::test
