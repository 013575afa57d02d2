// What a Patient resource says of the record that a session is for: whether it is the one, in use, and one person's. It
// proves nothing about who lies in the bed. No I/O.
#pragma once

#include <chrono>
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace wardend::fhir {

// How an identifier's value is checked. The names are those of the configuration.
enum class IdentifierKind : std::uint8_t { nhs, nhi, opaque };
struct IdentifierRule {
  std::string system;
  IdentifierKind kind = IdentifierKind::opaque;
  bool required = false;
};

enum class Verification : std::uint8_t {
  verified,
  unverified,   // nothing speaks against the record, and not all that must speak for it is there
  conflict,     // the record must not be used: it is another one, out of use, replaced, or contradicts itself
  unavailable,  // it could not be read
  not_applicable,
};
[[nodiscard]] std::string_view name_of(Verification status);

// By which the patient is known beside the record's id. One that is official may stand in the id's place; any other
// only shows that somebody else is meant.
struct KnownIdentifier {
  std::string system;
  std::string value;  // without white space
  bool official = true;
  bool operator==(const KnownIdentifier&) const = default;
};

struct PatientIdentity {
  Verification status = Verification::unverified;
  // What was found: sentences for people, what is wrong and what to do. They name no value, no id and no person.
  std::vector<std::string> findings = {};
  std::vector<KnownIdentifier> identifiers = {};  // current, and right as far as that can be checked

  // Takes `status` where it weighs more than what was known: conflict before unverified before verified.
  void found(Verification status, std::string finding);
};

// What a record is judged by.
struct PatientQuestion {
  std::string_view id;  // of the launch context
  const std::vector<IdentifierRule>& identifiers;
  std::chrono::system_clock::time_point now;
};
// `resource`: the server's answer to a read of Patient/id. Never unavailable, never not_applicable.
// Spec: standards digest §12.1 to §12.3; FHIR R4, Patient
[[nodiscard]] PatientIdentity judge_patient(const nlohmann::json& resource, const PatientQuestion& question);

}  // namespace wardend::fhir
