// The FHIR side: public discovery documents, and made-up records that a bearer token opens. The same id gives the same
// record at every start, until an app writes another version of it.
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
#include "tests/sandbox/shelf.hpp"

namespace wardend::sandbox {

[[nodiscard]] Reply smart_configuration(const Settings& settings);
[[nodiscard]] Reply openid_configuration(const Settings& settings);
[[nodiscard]] Reply capability_statement(const Settings& settings);
[[nodiscard]] Reply operation_outcome(int status, const std::string& code, const std::string& diagnostics);

// What a FHIR request is after: `letter` is c, r, u, d or s of SMART v2.
struct Wanted {
  std::string type = {};
  char letter = 'r';
  std::string patient = {};  // whose record; empty: nobody's
  bool anybodys = false;     // the server does not look whose record it is
};
// Whether a granted scope, v1 or v2, allows that. Scopes with a filter allow nothing here.
[[nodiscard]] bool scope_allows(std::string_view scope, const Wanted& wanted,
                                const std::optional<std::string>& context_patient);

class Fhir {
 public:
  Fhir(const Settings& settings, const Grants& grants, Shelf& shelf)
      : settings_(settings), grants_(grants), shelf_(shelf) {}

  // `path` is what follows /fhir/: Patient/{id}, Practitioner/{id}, Person/{id}, Observation or MedicationRequest with
  // ?patient= or an id, and whatever was written; empty for a Bundle of writes.
  [[nodiscard]] Reply answer(const Request& request, std::string_view path, WallTime now);

 private:
  [[nodiscard]] std::optional<Reply> refusal(const Request& request, const Wanted& wanted, WallTime now) const;
  [[nodiscard]] Reply read(const Request& request, const Wanted& wanted, const std::string& id, WallTime now) const;
  // One record, whoever's it is: a token whose scopes open the type opens it.
  [[nodiscard]] Reply laid_down(const Request& request, const std::string& type, const Shelf::Kept& kept,
                                WallTime now) const;
  [[nodiscard]] Reply search(const Request& request, const std::string& type, WallTime now) const;
  // The versions of a record, or the one of that number.
  [[nodiscard]] Reply history(const Request& request, const std::string& type, const std::string& id,
                              const std::string& version, WallTime now) const;
  [[nodiscard]] Reply written(const Request& request, const std::string& type, const std::string& id, WallTime now);

  const Settings& settings_;
  const Grants& grants_;
  Shelf& shelf_;
};

}  // namespace wardend::sandbox
