// What the decision on a FHIR request knows beside the request itself: of the session, the patient, the server and the
// app. Whoever asks gathers it in one turn of the loop, anew for each stage of the decision. Values alone.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/errors.hpp"
#include "config/model.hpp"
#include "protocol/fhir/base_url.hpp"
#include "protocol/fhir/patient.hpp"
#include "protocol/fhircast/on_screen.hpp"
#include "protocol/smart/scope.hpp"

namespace wardend::guard {

using fhir::KnownIdentifier;
using fhir::Verification;

// How sure the broker is that the session's patient names one verified person.
struct PatientVerification {
  Verification status = Verification::unverified;
  std::vector<std::string> findings = {};
};

using config::Foreign;

struct AppPolicy {
  std::vector<config::Write> writes = {};    // [[app.write]]
  std::vector<std::string> operations = {};  // allowed by name, with their "$"
  bool require_verified_patient = false;
  bool break_glass = false;  // whether an override reason has any effect
  Foreign foreign = Foreign::audit;
};

struct Facts {
  std::string session = {};  // its id, for the errors
  fhir::BaseUrl base = {};   // of the session's server
  smart::ScopeSet granted = {};
  std::optional<std::string> patient = {};    // of the launch
  std::optional<std::string> encounter = {};  // of the launch
  // What the caller says that the app shows; nullopt: it does not say.
  std::optional<std::string> named_patient = {};
  std::optional<std::string> named_encounter = {};
  std::optional<fhircast::OnScreen> on_screen = {};  // nullopt: no hub is followed
  PatientVerification verification = {};
  std::vector<KnownIdentifier> identifiers = {};  // of the patient; empty: not known
  std::vector<std::string> patient_systems = {};  // [[identifier]]: systems that number patients
  // The session cannot give a token any more; nullopt: it can.
  std::optional<errors::ReauthenticationRequired> sign_in_needed = {};
  // The server is down; nullopt: it is not.
  std::optional<errors::ServerUnavailable> server_down = {};
  AppPolicy policy = {};
  std::string override_reason = {};  // break-glass; empty: none was given
};

}  // namespace wardend::guard
