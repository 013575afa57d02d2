// The FHIR side: public discovery documents, and made-up records that a bearer token opens. The same id gives the same
// record at every start. Nothing can be written.
// Spec: FHIR R4 RESTful API; SMART App Launch 2.2.0, Scopes; RFC 6750 §3.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "tests/sandbox/form.hpp"
#include "tests/sandbox/grants.hpp"
#include "tests/sandbox/message.hpp"
#include "tests/sandbox/settings.hpp"

namespace wardend::sandbox {

[[nodiscard]] Reply smart_configuration(const Settings& settings);
[[nodiscard]] Reply openid_configuration(const Settings& settings);
[[nodiscard]] Reply capability_statement(const Settings& settings);
[[nodiscard]] Reply operation_outcome(int status, const std::string& code, const std::string& diagnostics);

// What a FHIR request is after: `letter` is r or s of SMART v2.
struct Wanted {
  std::string type = {};
  char letter = 'r';
  std::string patient = {};  // whose record; empty: nobody's
};
// Whether a granted scope, v1 or v2, allows that. Scopes with a filter allow nothing here.
[[nodiscard]] bool scope_allows(std::string_view scope, const Wanted& wanted,
                                const std::optional<std::string>& context_patient);

class Fhir {
 public:
  Fhir(const Settings& settings, const Grants& grants) : settings_(settings), grants_(grants) {}

  // `path` is what follows /fhir/: Patient/{id}, Practitioner/{id}, Person/{id}, Observation or MedicationRequest with
  // ?patient=.
  [[nodiscard]] Reply answer(const Request& request, std::string_view path, WallTime now) const;

 private:
  [[nodiscard]] std::optional<Reply> refusal(const Request& request, const Wanted& wanted, WallTime now) const;
  [[nodiscard]] Reply read(const Request& request, const Wanted& wanted, const std::string& id, WallTime now) const;
  [[nodiscard]] Reply search(const Request& request, const std::string& type, WallTime now) const;

  const Settings& settings_;
  const Grants& grants_;
};

}  // namespace wardend::sandbox
