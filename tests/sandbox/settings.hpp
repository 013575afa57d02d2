// What the simulated EHR is told to be: changed by the command line at the start and by the control interface later.
#pragma once

#include <chrono>
#include <string>

namespace wardend::sandbox {

struct Settings {
  std::string origin = {};  // http://127.0.0.1:PORT, no slash at the end
  std::chrono::seconds token_life{300};
  std::chrono::seconds refresh_lifetime{0};  // of a refresh token that is not used; 0: for ever
  bool rotation = true;                      // a refresh brings a new refresh token, and spends the old one
  std::string patient = "patient-1";         // where a launch names none
  std::string user = "practitioner-1";
  std::string encounter = "encounter-1";  // for the scope launch/encounter
  bool down = false;

  [[nodiscard]] std::string fhir_base() const { return origin + "/fhir"; }
};

}  // namespace wardend::sandbox
